//! The token endpoint (RFC 6749 §3.2): who asks, for what, and what is answered.

mod client_auth;

use serde::Serialize;

use super::ACCESS_TOKEN_LIFETIME;
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::scope::ScopeSet;

pub use client_auth::{Caller, Failure};

/// A request for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// `grant_type=authorization_code` (RFC 6749 §4.1.3).
    Code {
        /// The sealed code.
        code: String,
        /// The address it was sent to.
        redirect_uri: Option<String>,
        /// The PKCE verifier.
        verifier: Option<String>,
    },
}

impl Request {
    /// Reads what is asked for. Passwords, refresh tokens and client credentials are not among what is offered.
    pub fn read(params: &Params) -> Result<Self, Error> {
        match params.get("grant_type") {
            Some("authorization_code") => {
                let missing = ErrorCode::InvalidRequest.because("code is missing");
                Ok(Self::Code {
                    code: params.get("code").ok_or(missing)?.to_owned(),
                    redirect_uri: params.get("redirect_uri").map(str::to_owned),
                    verifier: params.get("code_verifier").map(str::to_owned),
                })
            }
            Some(_) => Err(ErrorCode::UnsupportedGrantType.because("grant_type is authorization_code")),
            None => Err(ErrorCode::InvalidRequest.because("grant_type is missing")),
        }
    }
}

/// What a client gets (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Clone, Serialize)]
pub struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    id_token: String,
}

impl Tokens {
    /// The answer with these signed tokens.
    pub fn new(access_token: String, id_token: String, scopes: &ScopeSet) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            scope: scopes.to_string(),
            id_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_11_only_the_code_grant_exists() {
        let read =
            |form: &str| Request::read(&Params::parse(form).unwrap()).map_err(|error| error.code.as_str());
        for other in ["password", "client_credentials", "refresh_token", "implicit", "AUTHORIZATION_CODE"] {
            assert_eq!(read(&format!("grant_type={other}&code=x")), Err("unsupported_grant_type"), "{other}");
        }
        assert_eq!(read("code=x"), Err("invalid_request"));
        assert_eq!(read("grant_type=authorization_code"), Err("invalid_request"));
        assert_eq!(read("grant_type=authorization_code&code="), Err("invalid_request"));
        let Request::Code { verifier, .. } =
            read("grant_type=authorization_code&code=x&code_verifier=").unwrap();
        assert_eq!(verifier, None);
    }
}
