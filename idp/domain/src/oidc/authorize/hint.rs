//! Whom the client believes to be there (OpenID Connect Core §3.1.2.1 `id_token_hint`, §5.5.1 a `sub` value).

use super::{Grounds, claims};
use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::id_token;
use crate::oidc::params::Params;

/// The `sub` that the answer must be about. An expired ID token is as good a hint as a fresh one.
pub(super) fn check(params: &Params, client: &Client, grounds: Grounds<'_>) -> Result<Option<String>, Error> {
    let Some(token) = params.get("id_token_hint") else {
        let claim = claims::id_token_claim(params, "sub")?;
        let value = claim.as_ref().and_then(|claim| claim.get("value")).and_then(|value| value.as_str());
        return Ok(value.map(str::to_owned));
    };
    match id_token::read_hint(token, grounds.issuer, grounds.keys) {
        Some(hint) if hint.aud == client.id => Ok(Some(hint.sub)),
        _ => Err(ErrorCode::InvalidRequest.because("id_token_hint is not an ID token of this client")),
    }
}
