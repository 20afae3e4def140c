//! For which resource servers tokens are meant (RFC 8707 §2): those that the client registered, and ourselves.

use crate::oidc::client::Client;
use crate::oidc::error::Error;
use crate::oidc::issuer::Issuer;
use crate::oidc::params::Params;
use crate::oidc::token::audience;

pub(super) fn check(params: &Params, client: &Client, issuer: &Issuer) -> Result<Vec<String>, Error> {
    audience::of_client(client, issuer, params.resources())
}
