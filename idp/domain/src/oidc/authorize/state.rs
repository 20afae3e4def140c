//! `state` comes back exactly as sent (RFC 6749 §4.1.2), so it must be what forms and addresses carry unchanged.

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// No control characters: browsers rewrite line breaks in forms. Anything longer than a client has use for is refused too.
pub(super) fn is_plain(state: &str) -> bool {
    state.len() <= 2_048 && !state.contains(char::is_control)
}

pub(super) fn check(params: &Params) -> Result<(), Error> {
    match params.get("state") {
        Some(state) if !is_plain(state) => {
            Err(ErrorCode::InvalidRequest.because("state must be printable text"))
        }
        _ => Ok(()),
    }
}
