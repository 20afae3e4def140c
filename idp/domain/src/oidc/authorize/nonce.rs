//! What ties an ID token to the client's own session (OpenID Connect Core §3.1.2.1): repeated, never cut.

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

pub(super) fn check(params: &Params) -> Result<Option<String>, Error> {
    match params.get("nonce") {
        Some(nonce) if nonce.len() > 1_024 => {
            Err(ErrorCode::InvalidRequest.because("nonce is at most 1024 characters"))
        }
        nonce => Ok(nonce.map(str::to_owned)),
    }
}
