//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): when a browser is signed out at once, when
//! it is asked, and where it may go afterwards.

use super::client::Client;
use super::id_token::{self, Hint};
use super::issuer::Issuer;
use super::params::Params;
use crate::ids::ClientId;
use crate::jose::KeySet;
use crate::session::Session;

/// The parameters we understand: all that travels from a POST to our own GET.
pub const UNDERSTOOD: [&str; 5] =
    ["client_id", "id_token_hint", "post_logout_redirect_uri", "state", "ui_locales"];

/// A wish to be signed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    hint: Option<Hint>,
    to: Option<String>,
    state: Option<String>,
}

/// Where a browser goes after sign-out: an address that the client registered for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Onward {
    uri: String,
    state: Option<String>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The session ends at once, and the browser goes on, if somewhere was proven.
    End(Option<Onward>),
    /// There is no session: the browser goes on, if somewhere was proven.
    Gone(Option<Onward>),
    /// The person is asked first (§2: whoever asks is not known to be them).
    Ask,
}

impl Wish {
    /// Reads a wish. A hint counts when we signed it and it is the named client's; otherwise there is none.
    pub fn read(params: &Params, issuer: &Issuer, keys: &KeySet) -> Self {
        let named = params.get("client_id");
        let hint = params
            .get("id_token_hint")
            .and_then(|token| id_token::read_hint(token, issuer, keys))
            .filter(|hint| named.is_none_or(|named| named == hint.aud.as_str()));
        Self {
            hint,
            to: params.get("post_logout_redirect_uri").map(str::to_owned),
            state: params.get("state").filter(|state| !state.contains(char::is_control)).map(str::to_owned),
        }
    }

    /// The client that the hint proves to be asking.
    pub fn client(&self) -> Option<&ClientId> {
        self.hint.as_ref().map(|hint| &hint.aud)
    }

    /// Decides. `client` is the one found under [`Self::client`].
    pub fn judge(&self, session: Option<&Session>, client: Option<&Client>) -> Verdict {
        let onward = self.onward(client);
        let unproven = self.to.is_some() && onward.is_none();
        match (session, &self.hint) {
            (None, _) => Verdict::Gone(onward),
            (Some(session), Some(hint)) if hint.sid == session.id && client.is_some() && !unproven => {
                Verdict::End(onward)
            }
            (Some(_), _) => Verdict::Ask,
        }
    }

    /// Where the browser goes afterwards: only with a valid hint, and only to the exact address (§3).
    pub fn onward(&self, client: Option<&Client>) -> Option<Onward> {
        let (hint, client, to) = (self.hint.as_ref()?, client?, self.to.as_ref()?);
        let registered = client.post_logout_redirect_uris.iter().any(|uri| uri.as_str() == to);
        (registered && client.id == hint.aud).then(|| Onward { uri: to.clone(), state: self.state.clone() })
    }
}

impl Onward {
    /// Scheme, host and port: what `form-action` of a page that ends here must allow.
    pub fn origin(&self) -> Option<String> {
        url::Url::parse(&self.uri).ok().map(|url| url.origin().ascii_serialization())
    }

    /// The address, with the state and nothing else.
    pub fn location(&self) -> String {
        let Some(state) = &self.state else { return self.uri.clone() };
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
        let joint = if self.uri.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.uri)
    }
}

#[cfg(test)]
mod tests;
