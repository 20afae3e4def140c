//! For which resource server tokens are meant (RFC 8707 §2): so far there is one, ourselves.

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::issuer::Issuer;
use crate::oidc::params::Params;

pub(super) fn check(params: &Params, issuer: &Issuer) -> Result<Vec<String>, Error> {
    if params.resources().iter().all(|resource| resource == issuer.as_str()) {
        Ok(vec![issuer.as_str().to_owned()])
    } else {
        Err(ErrorCode::InvalidTarget.because("resource is the issuer"))
    }
}
