//! Access tokens (RFC 9068): short, signed or sealed, and naming the grant that they stand and fall with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::{Cx, Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::ACCESS_TOKEN_LIFETIME;
use super::client::Client;
use super::grant::Grant;
use super::issuer::Issuer;
use super::scope::ScopeSet;
use crate::ids::{ClientId, GrantId};
use crate::jose::{self, KeySet, Typ};
use crate::session::Acr;

/// What the seal of an opaque token is bound to.
pub const SEAL: &str = "oidc.access_token";
/// How an opaque token begins.
pub const OPAQUE: &str = "at_";
/// Another node's clock may be ahead by so much.
const DRIFT: i64 = 60;

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    pub(super) iss: String,
    pub(super) exp: i64,
    pub(super) aud: Vec<String>,
    pub(super) sub: String,
    pub(super) client_id: ClientId,
    pub(super) iat: i64,
    pub(super) jti: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) acr: Option<Acr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grant_id: Option<GrantId>,
}

/// What one token of a grant is for: no more than the grant, and often less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// What it covers.
    pub scopes: ScopeSet,
    /// For whom it is.
    pub audience: Vec<String>,
}

impl AccessToken {
    /// An access token of `grant`, as far as `extent` goes.
    pub fn new(issuer: &Issuer, grant: &Grant, sub: String, extent: &Extent, cx: &mut Cx) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            exp: (cx.now + ACCESS_TOKEN_LIFETIME).seconds(),
            aud: extent.audience.clone(),
            sub,
            client_id: grant.client.clone(),
            iat: cx.now.seconds(),
            jti: URL_SAFE_NO_PAD.encode(cx.bytes::<16>()),
            scope: extent.scopes.to_string(),
            auth_time: Some(grant.authentication.auth_time.seconds()),
            acr: Some(grant.authentication.acr),
            grant_id: Some(grant.id),
        }
    }

    /// An access token of a client in its own name: no person, no scope (RFC 9068 §2.2, `sub`).
    pub fn of_client(issuer: &Issuer, client: &Client, audience: Vec<String>, cx: &mut Cx) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            exp: (cx.now + ACCESS_TOKEN_LIFETIME).seconds(),
            aud: audience,
            sub: client.id.to_string(),
            client_id: client.id.clone(),
            iat: cx.now.seconds(),
            jti: URL_SAFE_NO_PAD.encode(cx.bytes::<16>()),
            scope: String::new(),
            auth_time: None,
            acr: None,
            grant_id: None,
        }
    }

    /// Reads a signed token. Whether it is timely is for [`Self::is_live`], whether its grant lives for the database.
    pub fn signed(token: &str, keys: &KeySet) -> Option<Self> {
        jose::verify(token, Typ::AccessToken, keys).ok()
    }

    /// Whether it is ours and its time has not run out (RFC 9068 §4).
    pub fn is_live(&self, issuer: &Issuer, now: Timestamp) -> bool {
        self.iss == issuer.as_str() && now.seconds() < self.exp && self.iat <= now.seconds() + DRIFT
    }

    /// Whether it is meant for `audience`.
    pub fn is_for(&self, audience: &str) -> bool {
        self.aud.iter().any(|named| named == audience)
    }

    /// The grant it stands and falls with; a client's own token has none.
    pub const fn grant(&self) -> Option<GrantId> {
        self.grant_id
    }

    /// Whose it is.
    pub const fn client(&self) -> &ClientId {
        &self.client_id
    }

    /// Whom it is about, as its client knows them.
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// What it covers.
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::understood(&self.scope)
    }

    /// What is remembered of it when it is revoked, and until when.
    pub fn revocation(&self) -> (Digest, Timestamp) {
        let until = Timestamp::from_seconds(self.exp.saturating_add(DRIFT));
        (Digest::of_content(self.jti.as_bytes()), until)
    }
}
