//! The doors of the sign-in: every path that a portal does not draw itself.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, FromRef, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use http::header::SET_COOKIE;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;
use sekisho_site::web::Arrival as Request;
use serde::Deserialize;

use crate::arrival::{Answer, Arrival, Turned};
use crate::asking::{Asked, Question, Wish};
use crate::challenge::Challenge;
use crate::error::{Error, Refusal, Refused};
use crate::kit::{BROWSER, Kit, LANGUAGE, Reader, SESSION};
use crate::sessions::{self, NewSession, Session, SessionId};
use crate::settings::WAY_THROUGH_THE_GATE;
use crate::{sign_out, signed_out};

/// `/login`, `/register`, `/callback`, `/logout`, `/initiate` and `/backchannel-logout`, to be merged into a portal's router.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Kit>: FromRef<S>,
{
    Router::new()
        .route("/login", get(login))
        .route("/register", get(register))
        .route("/callback", get(callback))
        .route("/logout", get(sign_out::ask).post(sign_out::post))
        .route("/initiate", get(initiate).post(initiate))
        .route("/backchannel-logout", post(signed_out::post))
}

pub(crate) type Turn<T> = Result<T, Stop>;

/// Why a door answers with a page instead of leading on.
pub(crate) enum Stop {
    Turned(Turned),
    Fault(Error),
}

impl From<Turned> for Stop {
    fn from(turned: Turned) -> Self {
        Self::Turned(turned)
    }
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

impl Stop {
    fn refused(refusal: Refusal, cause: &str) -> Self {
        Self::Turned(Turned::Refused(Refused::new(refusal, cause)))
    }

    /// The page that says so. Every refusal and failure is logged here, once.
    pub fn page(&self, kit: &Kit, reader: &Reader) -> Response {
        let look = &kit.parts.look;
        match self {
            Self::Turned(Turned::Refused(Refused { refusal, cause })) => {
                tracing::info!(?refusal, cause, "sign-in refused");
                look.refused(reader, *refusal)
            }
            Self::Turned(Turned::Away) => kit.show_away(reader, None),
            Self::Fault(error) => {
                tracing::error!(%error, "sign-in failed");
                look.fault(reader)
            }
        }
    }
}

/// What a link to `/login` or `/register` may carry.
#[derive(Debug, Default, Deserialize)]
struct Link {
    return_to: Option<String>,
    insurer: Option<String>,
    acr_values: Option<String>,
    max_age: Option<String>,
    prompt: Option<String>,
}

type AskedLink = Result<Query<Link>, QueryRejection>;

async fn login(
    State(kit): State<Arc<Kit>>,
    request: Request,
    headers: HeaderMap,
    link: AskedLink,
) -> Response {
    leave(&kit, &request, &headers, (link, false)).await
}

async fn register(
    State(kit): State<Arc<Kit>>,
    request: Request,
    headers: HeaderMap,
    link: AskedLink,
) -> Response {
    leave(&kit, &request, &headers, (link, true)).await
}

async fn leave(
    kit: &Kit,
    request: &Request,
    headers: &HeaderMap,
    (link, register): (AskedLink, bool),
) -> Response {
    let link = link.map(|Query(link)| link).unwrap_or_default();
    let more = Challenge::of(link.acr_values.as_deref(), link.max_age.as_deref()).unwrap_or_default();
    let reader = kit.reader(request, link.insurer);
    let wish = Wish {
        to: kit.return_to(link.return_to.as_deref()),
        register,
        silent: !register && link.prompt.as_deref() == Some("none"),
        insurer: reader.insurer.clone(),
        login_hint: None,
        language: reader.language,
        more,
    };
    to_provider(kit, headers, &wish).await.unwrap_or_else(|stop| stop.page(kit, &reader))
}

/// Third-party-initiated login (OpenID Connect Core §4).
#[derive(Debug, Default, Deserialize)]
struct Initiation {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    insurer: Option<String>,
}

async fn initiate(
    State(kit): State<Arc<Kit>>,
    request: Request,
    headers: HeaderMap,
    initiation: Result<Form<Initiation>, FormRejection>,
) -> Response {
    let initiation = initiation.map(|Form(initiation)| initiation).unwrap_or_default();
    let reader = kit.reader(&request, initiation.insurer);
    if initiation.iss.as_deref() != Some(kit.provider.issuer()) {
        return Stop::refused(Refusal::Untrusted, "a sign-in was initiated for another issuer")
            .page(&kit, &reader);
    }
    let wish = Wish {
        to: kit.return_to(initiation.target_link_uri.as_deref()),
        register: false,
        silent: false,
        insurer: reader.insurer.clone(),
        login_hint: initiation.login_hint,
        language: reader.language,
        more: Challenge::default(),
    };
    to_provider(&kit, &headers, &wish).await.unwrap_or_else(|stop| stop.page(&kit, &reader))
}

async fn to_provider(kit: &Kit, headers: &HeaderMap, wish: &Wish) -> Turn<Response> {
    let mut cx = kit.cx();
    // Nobody is sent to a place that does not answer.
    if !kit.provider.answers(&mut cx).await {
        return Err(Turned::Away.into());
    }
    let metadata = kit.provider.metadata(&mut cx).await.map_err(Turned::from)?;
    let browser = kit.parts.cookies.read(headers, BROWSER).unwrap_or_else(|| cx.secret());
    // Whoever signs in without a hint is asked for what most insurers ask for, and judged by their own.
    let least = wish.insurer.as_ref().and_then(|insurer| kit.parts.insurers.get(insurer));
    let question = Question {
        settings: &kit.parts.settings,
        least: least.copied().unwrap_or_else(|| kit.parts.settings.least_acr()),
        metadata: &metadata,
        ring: &kit.parts.ring,
        callback: &kit.callback,
        browser: &browser,
    };
    let mut response = Redirect::to(question.address(wish, &mut cx)?.as_str()).into_response();
    let cookie = kit.parts.cookies.set(BROWSER, browser.expose_secret(), Some(WAY_THROUGH_THE_GATE * 2));
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

async fn callback(
    State(kit): State<Arc<Kit>>,
    request: Request,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    // A parameter given twice is no answer of ours.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    let reader = kit.reader(&request, None);
    arrive(&kit, &headers, (&answer, &reader)).await.unwrap_or_else(|stop| stop.page(&kit, &reader))
}

async fn arrive(kit: &Kit, headers: &HeaderMap, (answer, reader): (&Answer, &Reader)) -> Turn<Response> {
    let mut cx = kit.cx();
    let not_ours = |cause| Stop::refused(Refusal::NotOurs, cause);
    let browser = kit.parts.cookies.read(headers, BROWSER);
    let browser = browser.ok_or_else(|| not_ours("the browser has no sign-in open"))?;
    let state = answer.state.as_deref().ok_or_else(|| not_ours("the answer has no state"))?;
    let asked = Asked::open(&kit.parts.ring, state, &browser, cx.now)
        .ok_or_else(|| not_ours("the state is old or of another browser"))?;
    let arrival = match kit.gate().admit(answer, &asked, &mut cx).await {
        Err(Turned::Refused(refused)) if asked.silent && refused.may_be_asked() => {
            return unanswered(kit, headers, (answer, &asked), &mut cx).await;
        }
        // The code may be spent: whoever comes back later asks for another.
        Err(Turned::Away) => return Ok(kit.show_away(reader, Some(asked.again(kit)))),
        admitted => admitted?,
    };
    let language = arrival.language;
    let cookie = cx.secret();
    if !open_session(kit, headers, Opening { arrival, state, cookie: &cookie }, &mut cx).await? {
        return Err(not_ours("the state was used before"));
    }
    let mut response = Redirect::to(kit.return_to(Some(&asked.to)).as_str()).into_response();
    let cookies = response.headers_mut();
    cookies.append(SET_COOKIE, kit.parts.cookies.set(SESSION, cookie.expose_secret(), None));
    if let Some(language) = language {
        cookies.append(SET_COOKIE, kit.parts.cookies.set(LANGUAGE, language.tag(), Some(LANGUAGE_IS_KEPT)));
    }
    Ok(response)
}

/// Who could not be let in without a question is asked: now by an ordinary sign-in, which ends with a page. Where the
/// provider knows of no sign-in, a session that came from one is over here too.
async fn unanswered(
    kit: &Kit,
    headers: &HeaderMap,
    (answer, asked): (&Answer, &Asked),
    cx: &mut Cx,
) -> Turn<Response> {
    if answer.error.as_deref() == Some("login_required")
        && let Some(former) = kit.parts.cookies.read(headers, SESSION)
    {
        let mut tx = kit.parts.db.begin().await?;
        sessions::end(&mut tx, &former, cx.now).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&asked.again(kit)).into_response())
}

impl Asked {
    /// Where the same is asked by an ordinary sign-in.
    fn again(&self, kit: &Kit) -> String {
        self.more.sign_in(kit.return_to(Some(&self.to)).as_str(), self.insurer.as_deref())
    }
}

/// How long a chosen language is remembered.
pub const LANGUAGE_IS_KEPT: Duration = Duration::from_hours(365 * 24);

struct Opening<'a> {
    arrival: Arrival,
    state: &'a str,
    cookie: &'a SecretString,
}

/// Stores the new session in place of the browser's former one, and sweeps out what is over.
async fn open_session(kit: &Kit, headers: &HeaderMap, opening: Opening<'_>, cx: &mut Cx) -> Turn<bool> {
    let Opening { arrival, state, cookie } = opening;
    let session = Session {
        id: SessionId::draw(cx),
        issuer: kit.parts.settings.issuer.clone(),
        subject: arrival.subject,
        insurer: arrival.claims.insurer.code.clone(),
        acr: arrival.acr,
        sid: arrival.sid,
        auth_at: arrival.auth_at,
        claims: arrival.claims,
        claims_read_at: cx.now,
        last_seen_at: cx.now,
        id_token: arrival.id_token.into(),
        refresh_token: arrival.refresh_token.map(Into::into),
    };
    let lives = kit.parts.settings.absolute();
    let mut tx = kit.parts.db.begin().await?;
    let new = NewSession { cookie, state, session: &session, lives };
    let opened = sessions::insert(&mut tx, &kit.parts.ring, new, cx).await?;
    if opened {
        if let Some(former) = kit.parts.cookies.read(headers, SESSION) {
            sessions::end(&mut tx, &former, cx.now).await?;
        }
        sessions::sweep(&mut tx, cx.now - WAY_THROUGH_THE_GATE).await?;
    }
    tx.commit().await?;
    Ok(opened)
}
