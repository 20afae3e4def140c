//! The address must be one that the client registered, byte by byte (RFC 9700 §2.1).

use super::{Callback, Local};
use crate::oidc::client::Client;
use crate::oidc::issuer::Issuer;
use crate::oidc::params::Params;

/// An address that is left out is not guessed, even where only one is registered (OpenID Connect Core §3.1.2.1).
pub(super) fn check(params: &Params, client: &Client, issuer: &Issuer) -> Result<Callback, Local> {
    let sent = params.get("redirect_uri").ok_or(Local::RedirectUri)?;
    let registered = client.redirect_uris.iter().find(|uri| uri.matches(sent)).ok_or(Local::RedirectUri)?;
    let state = params.get("state").filter(|state| super::state::is_plain(state));
    Ok(Callback::proven(sent, registered, state, issuer))
}
