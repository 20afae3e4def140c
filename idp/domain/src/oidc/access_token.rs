//! Access tokens (RFC 9068): short, signed, and naming the grant that they stand and fall with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::ACCESS_TOKEN_LIFETIME;
use super::grant::Grant;
use super::issuer::Issuer;
use crate::ids::{ClientId, GrantId};
use crate::jose::{self, KeySet, Typ};
use crate::session::Acr;

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    iss: String,
    exp: i64,
    aud: Vec<String>,
    sub: String,
    client_id: ClientId,
    iat: i64,
    jti: String,
    scope: String,
    auth_time: i64,
    acr: Acr,
    grant_id: GrantId,
}

impl AccessToken {
    /// An access token of `grant`.
    pub fn new(issuer: &Issuer, grant: &Grant, sub: String, cx: &mut Cx) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            exp: (cx.now + ACCESS_TOKEN_LIFETIME).seconds(),
            aud: grant.resources.clone(),
            sub,
            client_id: grant.client.clone(),
            iat: cx.now.seconds(),
            jti: URL_SAFE_NO_PAD.encode(cx.bytes::<16>()),
            scope: grant.scopes.to_string(),
            auth_time: grant.authentication.auth_time.seconds(),
            acr: grant.authentication.acr,
            grant_id: grant.id,
        }
    }

    /// The grant it stands and falls with.
    pub fn grant(&self) -> GrantId {
        self.grant_id
    }

    /// Whom it is about, as its client knows them.
    pub fn sub(&self) -> &str {
        &self.sub
    }
}

/// Reads an access token that is meant for us: signed, unexpired, with us as audience (RFC 9068 §4).
/// Whether its grant still lives is for the database to say.
pub fn read(token: &str, issuer: &Issuer, keys: &KeySet, now: Timestamp) -> Option<AccessToken> {
    let token: AccessToken = jose::verify(token, Typ::AccessToken, keys).ok()?;
    let ours = token.iss == issuer.as_str() && token.aud.iter().any(|audience| audience == issuer.as_str());
    // Another node's clock may be a little ahead.
    let timely = now.seconds() < token.exp && token.iat <= now.seconds() + 60;
    (ours && timely).then_some(token)
}
