//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5).

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// A code to be redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The sealed code.
    pub code: String,
    /// The address it was sent to.
    pub redirect_uri: Option<String>,
    /// The PKCE verifier.
    pub verifier: Option<String>,
}

impl Redemption {
    pub(super) fn read(params: &Params) -> Result<Self, Error> {
        let missing = ErrorCode::InvalidRequest.because("code is missing");
        Ok(Self {
            code: params.get("code").ok_or(missing)?.to_owned(),
            redirect_uri: params.get("redirect_uri").map(str::to_owned),
            verifier: params.get("code_verifier").map(str::to_owned),
        })
    }
}
