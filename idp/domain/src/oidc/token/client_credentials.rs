//! `grant_type=client_credentials` (RFC 6749 §4.4): a client in its own name, towards a resource server.

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// All our scopes are about people, and there is none here: whatever scope is asked for is refused (AZ-15).
pub(super) fn check(params: &Params) -> Result<(), Error> {
    match params.get("scope") {
        None => Ok(()),
        Some(_) => Err(ErrorCode::InvalidScope.because("a client in its own name has no scope")),
    }
}
