//! ID tokens (OpenID Connect Core §2).

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ID_TOKEN_LIFETIME;
use super::grant::Grant;
use super::issuer::Issuer;
use crate::ids::{ClientId, SessionId};
use crate::jose::{self, KeySet, Typ};
use crate::session::Acr;

/// The claims of an ID token: who, when and how; about the person only what was asked for here by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdToken {
    iss: String,
    sub: String,
    aud: ClientId,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    acr: Acr,
    amr: Vec<String>,
    sid: SessionId,
    #[serde(flatten)]
    about: Map<String, Value>,
}

impl IdToken {
    /// The ID token of `grant` at `now`. Times of authentication are the grant's and never move.
    pub fn new(issuer: &Issuer, grant: &Grant, sub: String, nonce: Option<String>, now: Timestamp) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            sub,
            aud: grant.client.clone(),
            exp: (now + ID_TOKEN_LIFETIME).seconds(),
            iat: now.seconds(),
            auth_time: grant.authentication.auth_time.seconds(),
            nonce,
            acr: grant.authentication.acr,
            amr: grant.authentication.amr.clone(),
            sid: grant.session,
            about: Map::new(),
        }
    }

    /// With claims that were asked for here by name. Their names are ours to give, so none takes another's place.
    #[must_use]
    pub fn about(self, about: Map<String, Value>) -> Self {
        Self { about, ..self }
    }
}

/// What an old ID token of ours tells when a client sends it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Whom it was about.
    pub sub: String,
    /// Whom it was for.
    pub aud: ClientId,
    /// Of which session.
    pub sid: SessionId,
}

/// Reads an `id_token_hint`: signed by us, as an ID token, of this issuer. It may have expired.
pub fn read_hint(token: &str, issuer: &Issuer, keys: &KeySet) -> Option<Hint> {
    let token: IdToken = jose::verify(token, Typ::Jwt, keys).ok()?;
    (token.iss == issuer.as_str()).then_some(Hint { sub: token.sub, aud: token.aud, sid: token.sid })
}
