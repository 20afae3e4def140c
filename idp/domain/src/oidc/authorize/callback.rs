//! The one way back to a client.

use super::response_mode::ResponseMode;
use crate::oidc::client::RedirectUri;
use crate::oidc::error::Error;
use crate::oidc::issuer::Issuer;

/// An address that the client registered, with what every answer there repeats.
///
/// Only the check of the redirect URI makes one (see `redirect_uri.rs`), so an answer cannot go elsewhere.
#[derive(Clone, Debug)]
pub struct Callback {
    uri: String,
    origin: String,
    mode: ResponseMode,
    state: Option<String>,
    issuer: String,
}

/// How a browser carries an answer to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// In the query of a redirect, by 303 so that nothing is posted again (RFC 9700 §4.12).
    Redirect(String),
    /// By a form that submits itself (OAuth 2.0 Form Post Response Mode).
    FormPost {
        /// Where it posts to.
        action: String,
        /// The origin of that, for `form-action`.
        origin: String,
        /// Its hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl Callback {
    /// For `redirect_uri.rs` alone: `uri` is the text as sent, which may differ from the registered one in
    /// the port of a loopback listener.
    pub(super) fn proven(sent: &str, registered: &RedirectUri, state: Option<&str>, issuer: &Issuer) -> Self {
        Self {
            uri: sent.to_owned(),
            origin: origin_of(sent).unwrap_or_else(|| registered.origin().to_owned()),
            mode: ResponseMode::default(),
            state: state.map(str::to_owned),
            issuer: issuer.as_str().to_owned(),
        }
    }

    pub(super) fn in_mode(self, mode: ResponseMode) -> Self {
        Self { mode, ..self }
    }

    /// The address as sent, which the code is bound to.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its scheme, host and port: what `form-action` of our pages must allow.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Hands over a code.
    pub fn grant(self, code: String) -> Answer {
        self.answer(vec![("code", code)])
    }

    /// Tells of a refusal.
    pub fn refuse(self, error: Error) -> Answer {
        self.answer(vec![
            ("error", error.code.as_str().to_owned()),
            ("error_description", error.description.to_owned()),
        ])
    }

    /// Adds what every answer has: the state, and who answers (RFC 9207 §2).
    fn answer(self, mut fields: Vec<(&'static str, String)>) -> Answer {
        fields.extend(self.state.map(|state| ("state", state)));
        fields.push(("iss", self.issuer));
        match self.mode {
            ResponseMode::Query => {
                let query =
                    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                let joint = if self.uri.contains('?') { '&' } else { '?' };
                Answer::Redirect(format!("{}{joint}{query}", self.uri))
            }
            ResponseMode::FormPost => Answer::FormPost { action: self.uri, origin: self.origin, fields },
        }
    }
}

/// The port of an app's listener is its own choice, so the origin is that of the address as sent.
fn origin_of(sent: &str) -> Option<String> {
    url::Url::parse(sent).ok().map(|url| url.origin().ascii_serialization())
}
