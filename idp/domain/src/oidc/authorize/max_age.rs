//! How long ago the person may have signed in (OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// What a request does not say, its client may have registered (OpenID Connect Registration §2, `default_max_age`).
pub(super) fn check(params: &Params, client: &Client) -> Result<Option<Duration>, Error> {
    let Some(text) = params.get("max_age") else { return Ok(client.default_max_age) };
    // `parse` alone would take a plus sign.
    let seconds = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    match seconds {
        Some(seconds) => Ok(Some(Duration::from_secs(seconds.into()))),
        None => Err(ErrorCode::InvalidRequest.because("max_age is a number of seconds")),
    }
}
