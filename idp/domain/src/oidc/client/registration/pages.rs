//! What people are shown of a client before they sign in for it.

use super::{Refused, Registration, rules};
use crate::oidc::client::Links;

/// Longer addresses would not fit beside a request that travels in an address itself.
const LONGEST: usize = 400;

pub(super) fn links(client: &Registration, loopback: bool) -> Result<Links, Refused> {
    let one = |field, text: &Option<String>| {
        if text.as_ref().is_some_and(|text| text.len() > LONGEST) {
            return Err(Refused::at(field, "is longer than 400 characters"));
        }
        rules::one(field, text.as_deref(), loopback)
    };
    Ok(Links {
        client_uri: one("client_uri", &client.client_uri)?,
        logo_uri: one("logo_uri", &client.logo_uri)?,
        policy_uri: one("policy_uri", &client.policy_uri)?,
        tos_uri: one("tos_uri", &client.tos_uri)?,
    })
}
