//! Who is at the door: cookies, language, source, session; made once for each request.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Language};
use sekisho_domain::insurer::Insurer;
use sekisho_site::web::Arrival;
use serde::Deserialize;

use crate::flows::devices::LIFE;
use crate::flows::visitor::{SESSION, Visitor};
use crate::state::State;

/// The cookie that holds a session.
pub const SESSION_COOKIE: &str = "session";
/// The cookie that a journey is bound to.
pub const BROWSER_COOKIE: &str = "browser";
/// The cookie that a browser is known by in which somebody arrived.
pub const DEVICE_COOKIE: &str = "device";
/// The cookie that remembers whether a passkey may be offered here.
pub const OFFER_COOKIE: &str = "offer";
/// The cookie that remembers a language.
pub const LANGUAGE_COOKIE: &str = "lang";

const YEAR: Duration = Duration::from_hours(365 * 24);

/// A request's visitor, moment and dice.
pub struct Visit {
    /// Who.
    pub visitor: Visitor,
    /// When, and with which dice.
    pub cx: Cx,
    /// The session's cookie as the browser sent it, good or not.
    pub session_cookie: Option<SecretString>,
    /// Whether a passkey may be offered here, in a word.
    pub offer: Option<SecretString>,
    fresh_browser: bool,
}

impl FromRequestParts<Arc<State>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Infallible> {
        let arrival = Arrival::from_request_parts(parts, state).await?;
        let mut cx = state.cx();
        let headers = &parts.headers;
        let known = state.cookies.read(headers, BROWSER_COOKIE);
        let fresh_browser = known.is_none();
        let browser = known.unwrap_or_else(|| cx.secret());
        let session_cookie = state.cookies.read(headers, SESSION_COOKIE);
        let digest = session_cookie.as_ref().map(|cookie| Digest::of(SESSION, state.epoch, cookie));
        let session = match digest {
            None => None,
            // Without its row a session is none: what cannot be read signs nobody in.
            Some(digest) => session_of(state, digest, &cx).await,
        };
        let visitor = Visitor {
            browser,
            language: language(
                state,
                headers,
                parts.uri.query(),
                session.as_ref().map(|session| session.language),
            ),
            source: arrival.client.0.to_string(),
            agent: agent(headers),
            session_cookie: digest.filter(|_| session.is_some()),
            session,
            device: state.cookies.read(headers, DEVICE_COOKIE),
        };
        let offer = state.cookies.read(headers, OFFER_COOKIE);
        Ok(Self { visitor, cx, session_cookie, offer, fresh_browser })
    }
}

async fn session_of(state: &State, digest: Digest, cx: &Cx) -> Option<sekisho_domain::session::Session> {
    match crate::flows::sessions::of_cookie(state, digest, cx.now).await {
        Ok(session) => session,
        Err(error) => {
            tracing::error!(%error, "a session could not be read");
            None
        }
    }
}

/// The language of a reader of whom nothing else is known.
pub fn reader(state: &State, headers: &HeaderMap, query: Option<&str>) -> Language {
    language(state, headers, query, None)
}

/// Choice > `ui_locales` > account > Accept-Language > Japanese (design “Browsers”).
fn language(state: &State, headers: &HeaderMap, query: Option<&str>, account: Option<Language>) -> Language {
    let asked = |name: &str| {
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .find(|(found, _)| found == name)
            .and_then(|(_, tags)| Language::first_of(&tags))
    };
    let remembered = || {
        let cookie = state.cookies.read(headers, LANGUAGE_COOKIE)?;
        cookie.expose_secret().parse().ok()
    };
    let accepted =
        || headers.get(ACCEPT_LANGUAGE).and_then(|header| Language::accepted(header.to_str().ok()?));
    asked("lang")
        .or_else(remembered)
        .or_else(|| asked("ui_locales"))
        .or(account)
        .or_else(accepted)
        .unwrap_or_default()
}

fn agent(headers: &HeaderMap) -> String {
    let sent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.chars().filter(|c| !c.is_control()).take(256).collect()
}

impl Visit {
    /// Gives the browser its own cookie, where it had none.
    #[must_use]
    pub fn greet(&self, state: &State, mut response: Response) -> Response {
        if self.fresh_browser {
            append(
                &mut response,
                state.cookies.set(BROWSER_COOKIE, self.visitor.browser.expose_secret(), None),
            );
        }
        response
    }

    /// Gives the browser the cookie that its devices are known by.
    #[must_use]
    pub fn remember_device(state: &State, device: Option<&SecretString>, mut response: Response) -> Response {
        if let Some(device) = device {
            append(&mut response, state.cookies.set(DEVICE_COOKIE, device, Some(LIFE)));
        }
        response
    }

    /// Remembers the language somebody chose.
    #[must_use]
    pub fn remember_language(state: &State, language: Language, mut response: Response) -> Response {
        append(&mut response, state.cookies.set(LANGUAGE_COOKIE, language.tag(), Some(YEAR)));
        response
    }
}

/// Which insurer an address names.
#[derive(Debug, Default, Deserialize)]
pub struct Of {
    /// The insurer's code.
    #[serde(default)]
    pub insurer: String,
}

impl Of {
    /// The insurer that the address names, else that of the session, else the only one there is.
    pub fn insurer<'a>(&self, state: &'a State, visit: &Visit) -> Option<&'a Insurer> {
        let own =
            || visit.visitor.session.as_ref()?.membership.as_ref().map(|membership| &membership.insurer);
        state
            .insurers
            .find(&self.insurer)
            .or_else(|| own().and_then(|code| state.insurers.get(code)))
            .or_else(|| state.insurers.only())
    }
}

/// Adds a cookie to a response.
pub fn append(response: &mut Response, cookie: HeaderValue) {
    response.headers_mut().append(SET_COOKIE, cookie);
}
