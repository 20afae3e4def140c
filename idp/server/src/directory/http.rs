//! Members as their insurer's own directory says, asked over HTTP (`config/member-directory.openapi.yaml`).
//!
//! Questions are posted, so that no number stands in an address. What comes back is read strictly, used for this
//! request and forgotten.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::{Directory, Insurer};
use sekisho_domain::member::{Marks, Record};
use sekisho_site::breaker::{Breaker, Change};
use sekisho_site::clock::Clock;
use sekisho_site::http::{Error, Limits, Reach, Request, Response};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::access::{Access, Way};
use super::answer::{self, Asked, Wrong};
use super::{Failure, MemberDirectory};
use crate::config::Config;

/// The size of an answer at most, in bytes.
const SIZE: usize = 256 * 1024;
/// When to come back after a failure that did not open the breaker.
const SOON: Duration = Duration::from_secs(5);

/// An insurer's own directory.
pub struct Http {
    insurer: Insurer,
    places: Places,
    way: Way,
    time: Duration,
    at_once: Semaphore,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
}

/// Why an exchange gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Exchange(#[from] Error),
    #[error("HTTP status {0}")]
    Status(u16),
    #[error("an answer that is no plain JSON")]
    Kind,
    #[error("an answer with {0}")]
    Answer(Wrong),
}

impl Fault {
    /// Whether it says something about the directory as a whole. What is wrong with somebody's record must not keep
    /// everybody else from theirs.
    const fn is_of_all(self) -> bool {
        match self {
            Self::Answer(wrong) => wrong.is_of_all(),
            Self::Exchange(_) | Self::Status(_) | Self::Kind => true,
        }
    }
}

/// Where each question is posted.
struct Places {
    candidates: Uri,
    given_id: Uri,
    person: Uri,
    household: Uri,
}

impl Places {
    fn under(directory: &Directory) -> anyhow::Result<Self> {
        let base = directory.url.as_str().trim_end_matches('/');
        let place = |path: &str| format!("{base}/{path}").parse::<Uri>().context("url");
        Ok(Self {
            candidates: place("candidates")?,
            given_id: place("given-id")?,
            person: place("person")?,
            household: place("household")?,
        })
    }

    const fn of(&self, asked: Asked<'_>) -> &Uri {
        match asked {
            Asked::Candidates(..) => &self.candidates,
            Asked::GivenId(_) => &self.given_id,
            Asked::Person(_) => &self.person,
            Asked::Household(_) => &self.household,
        }
    }
}

impl Http {
    /// The directory that an insurer's file names, with the access that the configuration gives.
    ///
    /// # Errors
    /// In words for the operator; no secret stands in them.
    pub fn new(insurer: &Insurer, config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let Some(directory) = &insurer.directory else { bail!("{} has no [directory]", insurer.code) };
        let code = &insurer.code;
        // The address is the operator's own, and often of a private network; only trying things out is kept at home.
        let reach = if config.server.loopback { Reach::Loopback } else { Reach::Configured };
        if reach != Reach::Loopback && directory.url.scheme() != "https" {
            bail!("{code}: directory.url is http, which is for server.loopback only");
        }
        let none = Access::default();
        let access = config.directories.get(code).unwrap_or(&none);
        let limits = Limits { time: directory.time(), size: SIZE };
        let way = access.way(directory, &config.outbound, (reach, limits));
        let way = way.with_context(|| format!("directories.{code}"))?;
        way.client.judge(&directory.url).with_context(|| format!("{code}: directory.url"))?;
        Ok(Self {
            insurer: insurer.clone(),
            places: Places::under(directory).with_context(|| format!("{code}: directory"))?,
            way,
            time: directory.time(),
            at_once: Semaphore::new(directory.parallel),
            breaker: Breaker::new(directory.failures, directory.pause()),
            clock,
        })
    }

    /// Asks: at most so many at once, nothing while the breaker is open, and never longer than the time allows.
    async fn ask(&self, asked: Asked<'_>) -> Result<Vec<Record>, Failure> {
        let Ok(Ok(_place)) = timeout(self.time / 2, self.at_once.acquire()).await else {
            self.note(asked, "crowded");
            return Err(Failure::Away { retry_after: SOON });
        };
        let admitted = self.breaker.admit(self.clock.now()).map_err(|retry_after| {
            self.note(asked, "not_asked");
            Failure::Away { retry_after }
        })?;
        let exchanged = timeout(self.time, self.exchange(asked)).await;
        let fault = match exchanged.unwrap_or(Err(Fault::Exchange(Error::Late))) {
            Ok(records) => {
                self.note(asked, "answered");
                self.tell(admitted.succeeded());
                return Ok(records);
            }
            Err(fault) => fault,
        };
        self.note(asked, "failed");
        tracing::warn!(insurer = %self.insurer.code, question = asked.path(), cause = %fault,
            "a member directory gave no answer that can be used");
        let change = if fault.is_of_all() { admitted.failed(self.clock.now()) } else { admitted.succeeded() };
        self.tell(change);
        Err(Failure::Away { retry_after: SOON })
    }

    async fn exchange(&self, asked: Asked<'_>) -> Result<Vec<Record>, Fault> {
        let body = asked.body().to_string().into_bytes();
        let response = match self.way.client.send(self.request(asked, body.clone())).await {
            // A connection that broke off is tried once more, at once; what is slow is not asked again.
            Err(Error::Broken) => self.way.client.send(self.request(asked, body)).await?,
            response => response?,
        };
        if response.status() != StatusCode::OK {
            return Err(Fault::Status(response.status().as_u16()));
        }
        if !is_plain_json(response.headers()) {
            return Err(Fault::Kind);
        }
        self.read(asked, &response)
    }

    fn read(&self, asked: Asked<'_>, response: &Response) -> Result<Vec<Record>, Fault> {
        let today = self.clock.now().date_in_tokyo();
        answer::records(response.body(), asked, &self.insurer, today).map_err(Fault::Answer)
    }

    fn request(&self, asked: Asked<'_>, body: Vec<u8>) -> Request {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.places.of(asked).clone();
        let json = HeaderValue::from_static("application/json");
        let headers = request.headers_mut();
        headers.insert(ACCEPT, json.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(CONTENT_TYPE, json);
        if let Some(authorization) = &self.way.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        request
    }

    fn note(&self, asked: Asked<'_>, outcome: &'static str) {
        let insurer = self.insurer.code.to_string();
        let labels =
            [("insurer", insurer), ("question", asked.path().to_owned()), ("outcome", outcome.to_owned())];
        metrics::counter!("member_directory_questions_total", &labels).increment(1);
    }

    fn tell(&self, change: Change) {
        let insurer = &self.insurer.code;
        let open = match change {
            Change::None => return,
            Change::Opened => {
                tracing::error!(%insurer, "a member directory is away: nothing is asked of it for a while");
                1.0
            }
            Change::Closed => {
                tracing::info!(%insurer, "a member directory is back");
                0.0
            }
        };
        metrics::gauge!("member_directory_away", "insurer" => insurer.to_string()).set(open);
    }
}

/// Whether a body is JSON as it stands, in UTF-8: nothing is unpacked.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let text =
        |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    let kind = text(CONTENT_TYPE).unwrap_or_default().replace([' ', '"'], "");
    let packed = text(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    matches!(kind.as_str(), "application/json" | "application/json;charset=utf-8") && !packed
}

#[async_trait]
impl MemberDirectory for Http {
    async fn candidates(&self, symbol: &Marks, number: &Marks) -> Result<Vec<Record>, Failure> {
        self.ask(Asked::Candidates(symbol, number)).await
    }

    async fn by_given_id(&self, folded: &str) -> Result<Vec<Record>, Failure> {
        self.ask(Asked::GivenId(folded)).await
    }

    async fn person(&self, person: &PersonKey) -> Result<Option<Record>, Failure> {
        Ok(self.ask(Asked::Person(person)).await?.pop())
    }

    async fn household(&self, household: &PersonKey) -> Result<Vec<Record>, Failure> {
        self.ask(Asked::Household(household)).await
    }

    fn is_elsewhere(&self) -> bool {
        true
    }
}
