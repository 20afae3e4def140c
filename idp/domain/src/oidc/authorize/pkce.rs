//! The challenge that binds a code to whoever asked for it (RFC 7636), S256 only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::Digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::oidc::client::{Client, Pkce};
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// The SHA-256 of a verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// Whether `verifier` is the one (RFC 7636 §4.6).
    pub fn is_of(&self, verifier: &str) -> bool {
        let lengths = (43..=128).contains(&verifier.len());
        let alphabet = verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        let digest = URL_SAFE_NO_PAD.encode(Digest::of_content(verifier.as_bytes()).as_bytes());
        lengths && alphabet && digest.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Required, unless the client is registered otherwise; what is sent must be right in any case.
pub(super) fn check(params: &Params, client: &Client) -> Result<Option<Challenge>, Error> {
    let refuse = |reason| Err(ErrorCode::InvalidRequest.because(reason));
    match (params.get("code_challenge"), params.get("code_challenge_method")) {
        (None, None) if client.pkce == Pkce::Optional => Ok(None),
        (None, _) => refuse("code_challenge is missing"),
        (Some(challenge), Some("S256")) if is_digest(challenge) => Ok(Some(Challenge(challenge.to_owned()))),
        (Some(_), Some("S256")) => {
            refuse("code_challenge is the base64url SHA-256 of the verifier, 43 characters")
        }
        (Some(_), _) => refuse("code_challenge_method is S256"),
    }
}

/// 32 bytes in base64url, strictly: no stray bits in the last character.
fn is_digest(challenge: &str) -> bool {
    URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|bytes| bytes.len() == 32)
}
