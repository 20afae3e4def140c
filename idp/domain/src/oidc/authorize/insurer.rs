//! Whose members the request is meant for: a hint for names, colours and the first page, never a permission.

use crate::ids::InsurerCode;
use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

pub(super) fn check(params: &Params, client: &Client) -> Result<Option<InsurerCode>, Error> {
    let Some(sent) = params.get("insurer") else { return Ok(None) };
    match sent.parse() {
        Ok(code) if client.insurers.includes(&code) => Ok(Some(code)),
        _ => Err(ErrorCode::InvalidRequest.because("insurer is not one that this client serves")),
    }
}
