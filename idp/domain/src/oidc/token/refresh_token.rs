//! `grant_type=refresh_token` (RFC 6749 §6).

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::grant::Grant;
use crate::oidc::params::Params;
use crate::oidc::scope::{Scope, ScopeSet};

/// A refresh token to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshing {
    /// The token.
    pub token: String,
    /// The scope asked for; all that was granted where it is left out.
    pub scope: Option<String>,
}

impl Refreshing {
    pub(super) fn read(params: &Params) -> Result<Self, Error> {
        let missing = ErrorCode::InvalidRequest.because("refresh_token is missing");
        Ok(Self {
            token: params.get("refresh_token").ok_or(missing)?.to_owned(),
            scope: params.get("scope").map(str::to_owned),
        })
    }

    /// The scopes of the new access token: as asked for, never more than was granted, nor than the client may have by now
    /// (RT-04).
    ///
    /// # Errors
    /// `invalid_scope` for a wider scope, `invalid_grant` when the grant has lost what it lives by.
    pub fn scopes(&self, grant: &Grant, client: &Client) -> Result<ScopeSet, Error> {
        if grant.is_offline() && !client.scopes.has(Scope::OfflineAccess) {
            return Err(ErrorCode::InvalidGrant.because("the client may not have offline_access any more"));
        }
        let left = grant.scopes.within(&client.scopes);
        let Some(asked) = &self.scope else { return Ok(left) };
        let words = asked.split(' ').filter(|word| !word.is_empty());
        let asked: Result<ScopeSet, ()> = words.map(str::parse::<Scope>).collect();
        match asked {
            Ok(asked) if left.covers(&asked) => Ok(asked),
            _ => Err(ErrorCode::InvalidScope.because("scope is wider than what was granted")),
        }
    }
}
