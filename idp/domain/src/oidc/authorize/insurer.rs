//! Whose members the request is meant for: a hint for names, colours and the first page, never a permission. What the
//! client does not serve is no hint.

use crate::ids::InsurerCode;
use crate::oidc::client::Client;
use crate::oidc::params::Params;

pub(super) fn read(params: &Params, client: &Client) -> Option<InsurerCode> {
    let named: InsurerCode = params.get("insurer")?.parse().ok()?;
    client.insurers.includes(&named).then_some(named)
}
