//! How long ago the person may have signed in (OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

pub(super) fn check(params: &Params) -> Result<Option<Duration>, Error> {
    let Some(text) = params.get("max_age") else { return Ok(None) };
    // `parse` alone would take a plus sign.
    let seconds = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    match seconds {
        Some(seconds) => Ok(Some(Duration::from_secs(seconds.into()))),
        None => Err(ErrorCode::InvalidRequest.because("max_age is a number of seconds")),
    }
}
