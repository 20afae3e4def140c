//! The doors of sign-in and registration: they read a form, call a flow, and show what came of it.

pub mod again;
pub mod arrived;
pub mod link;
pub mod login;
pub mod passkey;
pub mod recover;
pub mod show;
pub mod signup;
pub mod to;
pub mod walk;

use axum::Form as Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use secrecy::SecretString;
use sekisho_base::{Cx, Language};
use sekisho_domain::ids::ClientId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Form;
use sekisho_site::page::Shell;
use serde::Deserialize;

use super::Error;
use super::view::AboutClient;
use crate::flows::authorize::{self, Peek};
use crate::state::State;

/// A posted form as it arrives: every control, in order.
pub type Posted = Body<Vec<(String, String)>>;

/// What an address of a first page may say.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The sealed authorization request.
    #[serde(default)]
    pub request: String,
    /// The insurer's code.
    #[serde(default)]
    pub insurer: String,
    /// The insurer's word as somebody typed it, where nothing else names the insurer (row E5).
    #[serde(default)]
    pub insurer_code: String,
    /// Whether a signed-in account adds a membership.
    #[serde(default)]
    pub join: Option<String>,
    /// Whether a registration has just ended.
    #[serde(default)]
    pub done: Option<String>,
}

/// The authorization request that a first page carries along, as far as it is still good for this browser.
pub struct Carried {
    /// The sealed request; empty when there is none.
    pub sealed: String,
    /// What it says about the page.
    pub peek: Option<Peek>,
}

impl Carried {
    /// Opens the request of a page or form. One that is too old, or another browser's, is as good as none.
    pub fn open(state: &State, sealed: &str, browser: &SecretString, cx: &Cx) -> Self {
        let peek = if sealed.is_empty() { None } else { authorize::peek(state, sealed, browser, cx) };
        let sealed = if peek.is_some() { sealed.to_owned() } else { String::new() };
        Self { sealed, peek }
    }

    /// The request to go on with.
    pub fn request(&self) -> Option<String> {
        (!self.sealed.is_empty()).then(|| self.sealed.clone())
    }

    /// The client that asks.
    pub fn client(&self) -> Option<ClientId> {
        self.peek.as_ref().map(|peek| peek.client.clone())
    }

    /// The origin that a form may end at.
    pub fn callback(&self) -> Option<&str> {
        self.peek.as_ref().map(|peek| peek.callback_origin.as_str())
    }

    /// What the client says of itself, in the language of the page.
    pub fn about(&self, shell: &Shell<'_>) -> Option<AboutClient> {
        let peek = self.peek.as_ref()?;
        AboutClient::of(shell, peek.client_name.of(shell.speech.language), (&peek.client, &peek.links))
    }

    /// The insurer that the address, else the request, names; else the only one there is.
    pub fn insurer<'a>(&self, state: &'a State, named: &str) -> Option<&'a Insurer> {
        let asked = || {
            self.peek
                .as_ref()
                .and_then(|peek| peek.insurer.as_ref())
                .and_then(|code| state.insurers.get(code))
        };
        state.insurers.find(named).or_else(asked).or_else(|| state.insurers.only())
    }
}

/// How long a control's value may be: no field of ours is longer than a person types, but what travels sealed or comes
/// from a device is.
fn longest(name: &str) -> usize {
    match name {
        "request" | "sealed" | "passkey" => 32 * 1_024,
        _ => 4_096,
    }
}

/// The language a form's switch asks for.
pub fn switched(form: &Form) -> Option<Language> {
    form.raw("lang").parse().ok()
}

/// A form of this browser, posted from a page of ours.
///
/// # Errors
/// [`Error::Forbidden`] when its token is missing, another browser's, or for another page.
pub fn read(
    state: &State,
    browser: &SecretString,
    purpose: &str,
    posted: Vec<(String, String)>,
) -> Result<Form, Error> {
    // PostgreSQL keeps no NUL, and no field of ours is longer than a person types.
    if posted.iter().any(|(name, value)| value.contains('\0') || (value.len() > longest(name))) {
        return Err(Error::BadRequest);
    }
    let form = Form::new(posted);
    if state.forms.verify(browser, purpose, form.raw("form")) { Ok(form) } else { Err(Error::Forbidden) }
}

/// Goes on elsewhere by GET: what was posted is not posted again (RFC 9110 §15.4.4).
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(error) => Error::fault(&error).into_response(),
    }
}
