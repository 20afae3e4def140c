//! Request objects are not offered, and said so rather than ignored (OpenID Connect Core §6.1, §6.2, §7.2.1).

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

pub(super) fn check(params: &Params) -> Result<(), Error> {
    let sent = |name| params.get(name).is_some();
    if sent("request") {
        Err(ErrorCode::RequestNotSupported.because("request objects are not offered"))
    } else if sent("request_uri") {
        Err(ErrorCode::RequestUriNotSupported.because("request objects are not offered"))
    } else if sent("registration") {
        Err(ErrorCode::RegistrationNotSupported.because("clients are registered beforehand"))
    } else {
        Ok(())
    }
}
