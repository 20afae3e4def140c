//! Only the code flow exists: tokens never travel through a browser's address (RFC 9700 §2.1.2).

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

pub(super) fn check(params: &Params) -> Result<(), Error> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(ErrorCode::UnsupportedResponseType.because("response_type is code")),
        None => Err(ErrorCode::InvalidRequest.because("response_type is missing")),
    }
}
