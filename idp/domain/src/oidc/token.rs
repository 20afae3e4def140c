//! The token endpoint (RFC 6749 §3.2): who asks, for what, and what is answered.

mod assertion;
pub mod audience;
mod authorization_code;
mod client_auth;
mod client_credentials;
mod refresh_token;

use serde::Serialize;

use super::ACCESS_TOKEN_LIFETIME;
use super::client::{Client, GrantType};
use super::error::{Error, ErrorCode};
use super::params::Params;
use super::scope::ScopeSet;

pub use assertion::Single;
pub use authorization_code::Redemption;
pub use client_auth::{Caller, Failure, Grounds};
pub use refresh_token::Refreshing;

/// What is traded for tokens: one kind, one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A code.
    Code(Redemption),
    /// A refresh token.
    Refresh(Refreshing),
    /// Nothing but the client's own authentication.
    Client,
}

/// A request for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is traded.
    pub offer: Offer,
    /// For which resource servers (RFC 8707 §2.2).
    pub resources: Vec<String>,
}

impl Request {
    /// Reads what is asked for. Passwords are not among what is traded (RFC 9700 §2.4).
    pub fn read(params: &Params) -> Result<Self, Error> {
        let offer = match params.get("grant_type") {
            Some("authorization_code") => Offer::Code(Redemption::read(params)?),
            Some("refresh_token") => Offer::Refresh(Refreshing::read(params)?),
            Some("client_credentials") => {
                client_credentials::check(params)?;
                Offer::Client
            }
            Some(_) => {
                let offered = "grant_type is authorization_code, refresh_token or client_credentials";
                return Err(ErrorCode::UnsupportedGrantType.because(offered));
            }
            None => return Err(ErrorCode::InvalidRequest.because("grant_type is missing")),
        };
        Ok(Self { offer, resources: params.resources().to_vec() })
    }

    /// Lets a client trade only what it registered (RFC 6749 §5.2).
    pub fn by(self, client: &Client) -> Result<Self, Error> {
        let kind = match &self.offer {
            Offer::Code(_) => GrantType::AuthorizationCode,
            Offer::Refresh(_) => GrantType::RefreshToken,
            Offer::Client => GrantType::ClientCredentials,
        };
        if client.may_use(kind) {
            Ok(self)
        } else {
            Err(ErrorCode::UnauthorizedClient.because("the client is not registered for this grant_type"))
        }
    }
}

/// What a client gets (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Clone, Serialize)]
pub struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Tokens {
    /// The answer with this access token.
    pub fn new(access_token: String, scopes: &ScopeSet) -> Self {
        Self {
            access_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
            scope: scopes.to_string(),
            id_token: None,
            refresh_token: None,
        }
    }

    /// With what says who signed in.
    #[must_use]
    pub fn with_id_token(self, id_token: Option<String>) -> Self {
        Self { id_token, ..self }
    }

    /// With what renews it.
    #[must_use]
    pub fn with_refresh_token(self, refresh_token: Option<String>) -> Self {
        Self { refresh_token, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::authorize::tests::client;

    fn read(form: &str) -> Result<Request, &'static str> {
        Request::read(&Params::parse(form).unwrap()).map_err(|error| error.code.as_str())
    }

    #[test]
    fn tk_11_no_other_grant_exists() {
        for other in
            ["password", "implicit", "AUTHORIZATION_CODE", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
        {
            assert_eq!(read(&format!("grant_type={other}&code=x")), Err("unsupported_grant_type"), "{other}");
        }
        assert_eq!(read("code=x"), Err("invalid_request"));
        for lacking in ["authorization_code", "authorization_code&code=", "refresh_token"] {
            assert_eq!(read(&format!("grant_type={lacking}")), Err("invalid_request"), "{lacking}");
        }
        let Offer::Code(redemption) =
            read("grant_type=authorization_code&code=x&code_verifier=").unwrap().offer
        else {
            panic!("not a code")
        };
        assert_eq!(redemption.verifier, None);
    }

    #[test]
    fn az_15_a_client_in_its_own_name_has_no_scope_and_trades_only_what_it_registered() {
        assert_eq!(read("grant_type=client_credentials&scope=openid"), Err("invalid_scope"));
        let by = |form: &str, client: &Client| {
            read(form).unwrap().by(client).map(|_| ()).map_err(|error| error.code.as_str())
        };
        let plain = client();
        assert_eq!(by("grant_type=authorization_code&code=x", &plain), Ok(()));
        assert_eq!(by("grant_type=client_credentials", &plain), Err("unauthorized_client"));
        assert_eq!(by("grant_type=refresh_token&refresh_token=x", &plain), Err("unauthorized_client"));
        let machine = Client { grant_types: [GrantType::ClientCredentials].into(), ..plain };
        assert_eq!(by("grant_type=client_credentials", &machine), Ok(()));
        assert_eq!(by("grant_type=authorization_code&code=x", &machine), Err("unauthorized_client"));
    }
}
