//! The sign-in of one portal: made once at start, shared by every request.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse as _, Redirect, Response};
use http::{HeaderMap, HeaderValue};
use openidconnect::{IssuerUrl, RedirectUrl};
use sekisho_base::{Cx, Language};
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use sekisho_site::web::{Arrival, Cookies, FormTokens};
use url::{Url, form_urlencoded};

use crate::arrival::Gate;
use crate::assurance::Assurance;
use crate::challenge::Challenge;
use crate::error::{Error, Refusal};
use crate::guard::SignedIn;
use crate::provider::Provider;
use crate::return_to::ReturnTo;
use crate::sessions::{self, Session};
use crate::settings::{CLAIMS_ARE_FRESH, Settings};

/// Whom a page of the sign-in speaks to.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The number of the request, for people who ask about a failure.
    pub request_id: String,
    /// The reader's language.
    pub language: Language,
    /// The insurer whose name the page carries, where one is known.
    pub insurer: Option<String>,
}

/// The few pages of the sign-in, in the portal's own look.
pub trait Look: Send + Sync + 'static {
    /// Says why nobody was signed in, and offers to try again (400 or 403).
    fn refused(&self, reader: &Reader, refusal: Refusal) -> Response;
    /// Says that the identity provider is away (503, with `Retry-After`), and tries again by itself.
    fn away(&self, reader: &Reader, again: &Again) -> Response;
    /// Asks whether to sign out: a form that posts `form` to `/logout`.
    fn sign_out(&self, reader: &Reader, form_token: &str) -> Response;
    /// Says that something failed here (500), after the failure has been logged.
    fn fault(&self, reader: &Reader) -> Response;
}

/// When and where the page for an absent provider tries again.
#[derive(Clone, Debug)]
pub struct Again {
    /// After how long: two browsers seldom come back at the same moment.
    pub after: Duration,
    /// At which page of the portal, where it is not the one that was asked for.
    pub at: Option<String>,
}

impl Again {
    /// The value of `Refresh`.
    ///
    /// # Errors
    /// When the page's address is none for a header.
    pub fn refresh(&self) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
        let at = self.at.as_ref().map(|at| format!("; url={at}")).unwrap_or_default();
        HeaderValue::try_from(format!("{}{at}", self.after.as_secs()))
    }
}

/// What a portal brings to its sign-in.
pub struct Parts {
    /// The `[oidc]` section.
    pub settings: Settings,
    /// The portal's own address, without a path.
    pub public_url: Url,
    /// The insurers whose members are let in, each with the least assurance it asks of them.
    pub insurers: BTreeMap<String, Assurance>,
    /// The page of those who have just signed in and wished for no other.
    pub home: &'static str,
    /// The portal's database, which holds the table `sessions`.
    pub db: Db,
    /// The ring that seals what is kept and what travels.
    pub ring: Ring,
    /// Where each request's moment and chance come from.
    pub door: Door,
    /// The portal's cookies.
    pub cookies: Cookies,
    /// The outbound client.
    pub http: sekisho_site::http::Client,
    /// The pages.
    pub look: Arc<dyn Look>,
}

/// A portal's sign-in.
pub struct Kit {
    pub(crate) parts: Parts,
    pub(crate) provider: Provider,
    pub(crate) callback: RedirectUrl,
}

/// The cookie that ties a sign-in to the browser it began in.
pub(crate) const BROWSER: &str = "browser";
/// The cookie of a session.
pub(crate) const SESSION: &str = "session";
/// The cookie of a chosen language.
pub const LANGUAGE: &str = "lang";

/// How soon the page for an absent provider tries again, at the earliest.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

impl Kit {
    /// A sign-in from its parts.
    ///
    /// # Errors
    /// When the issuer is no address.
    pub fn new(parts: Parts) -> Result<Arc<Self>, Error> {
        let issuer =
            IssuerUrl::new(parts.settings.issuer.clone()).map_err(|_| Error::Address("oidc.issuer"))?;
        let callback = parts.public_url.join("/callback").map_err(|_| Error::Address("public_url"))?;
        let provider = Provider::new(issuer, parts.http.clone());
        Ok(Arc::new(Self { provider, callback: RedirectUrl::from_url(callback), parts }))
    }

    /// The moment and chance of a request.
    pub fn cx(&self) -> Cx {
        self.parts.door.cx()
    }

    /// The token of a form that this member may post.
    pub fn form_token(&self, member: &SignedIn, purpose: &str) -> String {
        self.tokens().issue(&member.browser, &for_member(purpose, &member.session))
    }

    /// Whether a form was made for this member, in this browser, for this purpose.
    pub fn verify(&self, member: &SignedIn, purpose: &str, token: &str) -> bool {
        self.tokens().verify(&member.browser, &for_member(purpose, &member.session), token)
    }

    fn tokens(&self) -> FormTokens {
        FormTokens::new(self.parts.ring.clone())
    }

    /// Who is signed in, however old the claims are, for pages that are open to everyone.
    ///
    /// # Errors
    /// When the session cannot be read.
    pub async fn present(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, Error> {
        let cx = self.cx();
        let (Some(cookie), Some(browser)) =
            (self.parts.cookies.read(headers, SESSION), self.parts.cookies.read(headers, BROWSER))
        else {
            return Ok(None);
        };
        let seen_since = cx.now - self.parts.settings.idle();
        let found = sessions::find(&self.parts.db, &self.parts.ring, &cookie, (seen_since, cx.now)).await?;
        // A session of another issuer, of an insurer no longer served, or weaker than it now asks for, is none.
        let found = found.filter(|session| {
            let least = self.parts.insurers.get(&session.insurer);
            session.issuer == self.parts.settings.issuer
                && least.is_some_and(|least| Assurance::of(&session.acr) >= Some(*least))
        });
        Ok(found.map(|session| SignedIn {
            fresh: cx.now.since(session.claims_read_at) < CLAIMS_ARE_FRESH,
            session,
            cookie,
            browser,
        }))
    }

    /// Whether the identity provider answers just now; asked at most once in ten seconds.
    pub async fn provider_answers(&self) -> bool {
        self.provider.answers(&mut self.cx()).await
    }

    /// Sends the browser through the provider and back to `path`, which reads the claims again; `insurer` says for
    /// which membership, where it is known.
    pub fn through_provider(path: &str, insurer: Option<&str>) -> Response {
        Challenge::default().through_provider(path, insurer)
    }

    /// The same without a question, if that can be (`prompt=none`): who is signed in at the provider, at another portal
    /// for instance, is back at once; anyone else is led on to the ordinary sign-in.
    pub fn silently(path: &str, insurer: Option<&str>) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("return_to", path).append_pair("prompt", "none");
        if let Some(insurer) = insurer {
            query.append_pair("insurer", insurer);
        }
        Redirect::to(&format!("/login?{}", query.finish())).into_response()
    }

    /// The way through the provider and back to `path` for a member who has not shown what its page asks for beyond a
    /// sign-in, and none for one who has: `if let Some(way) = kit.step_up(…) { return way; }`.
    pub fn step_up(&self, member: &SignedIn, more: &Challenge, path: &str) -> Option<Response> {
        let is_met = more.is_met(&member.session, self.cx().now);
        (!is_met).then(|| more.through_provider(path, Some(&member.session.insurer)))
    }

    pub(crate) fn gate(&self) -> Gate<'_> {
        Gate {
            settings: &self.parts.settings,
            provider: &self.provider,
            callback: &self.callback,
            insurers: &self.parts.insurers,
        }
    }

    /// The page for a provider that is away.
    pub fn away(&self, arrival: &Arrival, insurer: Option<String>) -> Response {
        self.show_away(&self.reader(arrival, insurer), None)
    }

    pub(crate) fn show_away(&self, reader: &Reader, at: Option<String>) -> Response {
        let [dice] = self.cx().bytes::<1>();
        let after = AGAIN_AFTER + Duration::from_secs(u64::from(dice % 16));
        self.parts.look.away(reader, &Again { after, at })
    }

    pub(crate) fn reader(&self, arrival: &Arrival, insurer: Option<String>) -> Reader {
        let served = insurer.filter(|code| self.parts.insurers.contains_key(code));
        Reader { request_id: arrival.request_id.to_string(), language: arrival.language, insurer: served }
    }

    pub(crate) fn return_to(&self, wish: Option<&str>) -> ReturnTo {
        wish.and_then(|wish| ReturnTo::parse(wish, &self.parts.public_url))
            .unwrap_or_else(|| ReturnTo::page(self.parts.home))
    }
}

/// A form belongs to the person it was shown to, not only to the browser.
fn for_member(purpose: &str, session: &Session) -> String {
    [purpose, &session.issuer, &session.subject].join("\n")
}
