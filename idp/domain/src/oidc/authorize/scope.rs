//! What the client may learn: what it asks for and may ask for. The rest falls away, and the token answer
//! says what was granted (RFC 6749 §3.3, OpenID Connect Core §3.1.2.1).

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;
use crate::oidc::scope::{Scope, ScopeSet};

pub(super) fn check(params: &Params, client: &Client) -> Result<ScopeSet, Error> {
    let asked = ScopeSet::understood(params.get("scope").unwrap_or_default());
    if asked.has(Scope::Openid) {
        Ok(asked.within(&client.scopes))
    } else {
        Err(ErrorCode::InvalidScope.because("scope must contain openid"))
    }
}
