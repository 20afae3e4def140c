//! For whom a token is (RFC 8707 §2.2).

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::issuer::Issuer;

const REFUSED: Error = ErrorCode::InvalidTarget.because("resource is not one that was granted");

/// The audience of one token: what is asked for of what was granted, else all of that.
///
/// # Errors
/// `invalid_target` when something else is asked for.
pub fn narrowed(granted: &[String], asked: &[String]) -> Result<Vec<String>, Error> {
    if asked.is_empty() {
        return Ok(granted.to_vec());
    }
    if asked.iter().all(|resource| granted.contains(resource)) { Ok(asked.to_vec()) } else { Err(REFUSED) }
}

/// What a client may ask tokens for: itself registered resource servers, and us.
///
/// # Errors
/// `invalid_target` when something else is asked for.
pub fn of_client(client: &Client, issuer: &Issuer, asked: &[String]) -> Result<Vec<String>, Error> {
    let may = |resource: &String| resource == issuer.as_str() || client.resources.contains(resource);
    match asked {
        [] => Ok(vec![issuer.as_str().to_owned()]),
        asked if asked.iter().all(may) => Ok(asked.to_vec()),
        _ => Err(REFUSED),
    }
}
