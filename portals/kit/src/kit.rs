//! The sign-in of one portal: made once at start, shared by every request.

use std::sync::Arc;

use axum::response::Response;
use http::HeaderMap;
use openidconnect::{IssuerUrl, RedirectUrl};
use secrecy::SecretString;
use sekisho_base::{Cx, Language};
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use sekisho_site::web::{Cookies, FormTokens};
use url::Url;

use crate::error::{Error, Refusal};
use crate::provider::Provider;
use crate::return_to::ReturnTo;
use crate::sessions::{self, Session};
use crate::settings::Settings;

/// Whom a page of the sign-in speaks to.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The reader's language.
    pub language: Language,
    /// The insurer whose name the page carries, where one is known.
    pub insurer: Option<String>,
}

/// The few pages of the sign-in, in the portal's own look.
pub trait Look: Send + Sync + 'static {
    /// Says why nobody was signed in, and offers to try again (400 or 403).
    fn refused(&self, reader: &Reader, refusal: Refusal) -> Response;
    /// Says that the identity provider is away (503, with `Retry-After`).
    fn away(&self, reader: &Reader) -> Response;
    /// Asks whether to sign out: a form that posts `form` to `/logout`.
    fn sign_out(&self, reader: &Reader, form_token: &str) -> Response;
    /// Says that something failed here (500), after the failure has been logged.
    fn fault(&self, reader: &Reader) -> Response;
}

/// What a portal brings to its sign-in.
pub struct Parts {
    /// The `[oidc]` section.
    pub settings: Settings,
    /// The portal's own address, without a path.
    pub public_url: Url,
    /// The insurers whose members are let in.
    pub insurers: Vec<String>,
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

    /// Form tokens under this portal's ring.
    pub fn form_tokens(&self) -> FormTokens {
        FormTokens::new(self.parts.ring.clone())
    }

    /// The language a request asks for: chosen before, else what the browser prefers.
    pub fn language(&self, headers: &HeaderMap) -> Language {
        sekisho_site::web::language(&self.parts.cookies, headers, None)
    }

    pub(crate) fn reader(&self, headers: &HeaderMap, insurer: Option<String>) -> Reader {
        let served = insurer.filter(|code| self.parts.insurers.contains(code));
        Reader { language: self.language(headers), insurer: served }
    }

    pub(crate) fn return_to(&self, wish: Option<&str>) -> ReturnTo {
        wish.and_then(|wish| ReturnTo::parse(wish, &self.parts.public_url))
            .unwrap_or_else(|| ReturnTo::page(self.parts.home))
    }

    /// The session of a request's cookie, if it lives.
    pub(crate) async fn session(
        &self,
        headers: &HeaderMap,
        cx: &Cx,
    ) -> Result<Option<(SecretString, Session)>, Error> {
        let Some(cookie) = self.parts.cookies.read(headers, SESSION) else { return Ok(None) };
        let seen_since = cx.now - self.parts.settings.idle();
        let found = sessions::find(&self.parts.db, &self.parts.ring, &cookie, seen_since, cx.now).await?;
        // A session of another issuer or of an insurer no longer served is none.
        let found = found.filter(|session| {
            session.issuer == self.parts.settings.issuer && self.parts.insurers.contains(&session.insurer)
        });
        Ok(found.map(|session| (cookie, session)))
    }
}
