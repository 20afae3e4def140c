//! A client whose profile demands pushed requests sends nothing through the browser but their reference
//! (RFC 9126 §5, FAPI 2.0 §5.3.2.2).

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};

pub(super) fn check(client: &Client) -> Result<(), Error> {
    if client.profile.demands_pushed_requests() {
        Err(ErrorCode::InvalidRequest.because("this client must push its requests"))
    } else {
        Ok(())
    }
}
