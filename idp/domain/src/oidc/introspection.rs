//! Introspection (RFC 7662): what a token says, told to whom it concerns; signed where that is asked for (RFC 9701).

use sekisho_base::Timestamp;
use serde::Serialize;

use super::access_token::AccessToken;
use super::client::Client;
use super::grant::Grant;
use super::issuer::Issuer;
use crate::ids::ClientId;
use crate::session::Acr;

/// The media type of a signed answer (RFC 9701 §5).
pub const SIGNED: &str = "application/token-introspection+jwt";

/// What is told of a token. One that is dead, unknown or none of the caller's business is `active: false`, and nothing
/// else is said (RFC 7662 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Introspection {
    active: bool,
    #[serde(flatten)]
    about: Option<About>,
}

/// What a live token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct About {
    iss: String,
    sub: String,
    client_id: ClientId,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aud: Vec<String>,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<Acr>,
}

impl Introspection {
    /// Nothing is told.
    pub fn inactive() -> Self {
        Self::default()
    }

    /// A live access token. Whether `caller` may hear of it is for [`may_hear`].
    pub fn of_access(token: &AccessToken) -> Self {
        Self::telling(About {
            iss: token.iss.clone(),
            sub: token.sub.clone(),
            client_id: token.client_id.clone(),
            scope: token.scope.clone(),
            token_type: Some("Bearer"),
            aud: token.aud.clone(),
            iat: token.iat,
            exp: token.exp,
            jti: Some(token.jti.clone()),
            auth_time: token.auth_time,
            acr: token.acr,
        })
    }

    /// The refresh token of a live grant, told to its own client.
    pub fn of_refresh(issuer: &Issuer, grant: &Grant, sub: String, ends_at: Timestamp) -> Self {
        Self::telling(About {
            iss: issuer.as_str().to_owned(),
            sub,
            client_id: grant.client.clone(),
            scope: grant.scopes.to_string(),
            token_type: None,
            aud: Vec::new(),
            iat: grant.created_at.seconds(),
            exp: ends_at.seconds(),
            jti: None,
            auth_time: Some(grant.authentication.auth_time.seconds()),
            acr: Some(grant.authentication.acr),
        })
    }

    fn telling(about: About) -> Self {
        Self { active: true, about: Some(about) }
    }
}

/// Whether `caller` may hear of an access token: its own, or one that is meant for a resource server it is (TK-05).
pub fn may_hear(caller: &Client, token: &AccessToken) -> bool {
    caller.id == token.client_id || token.aud.iter().any(|audience| caller.serves.contains(audience))
}

/// A signed answer (RFC 9701 §5).
#[derive(Clone, Debug, Serialize)]
pub struct Signed {
    iss: String,
    aud: ClientId,
    iat: i64,
    token_introspection: Introspection,
}

impl Signed {
    /// The answer to `caller` at `now`.
    pub fn new(issuer: &Issuer, caller: &Client, answer: Introspection, now: Timestamp) -> Self {
        Self {
            iss: issuer.as_str().to_owned(),
            aud: caller.id.clone(),
            iat: now.seconds(),
            token_introspection: answer,
        }
    }
}
