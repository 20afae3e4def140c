//! The words of a registration.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::SecretDigest;

/// Where a client runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Application {
    /// On a server.
    #[default]
    Web,
    /// On a person's device (RFC 8252).
    Native,
}

/// How a client authenticates (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Secret in the `Authorization` header.
    #[default]
    ClientSecretBasic,
    /// Secret in the form.
    ClientSecretPost,
    /// An assertion signed by a key of its own (RFC 7523 §2.2).
    PrivateKeyJwt,
    /// Neither secret nor key: a public client.
    None,
}

/// Kinds of `sub` (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// Another at each sector.
    #[default]
    Pairwise,
    /// The same everywhere.
    Public,
}

/// What a client may trade for tokens (RFC 6749 §1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A code (RFC 6749 §4.1).
    AuthorizationCode,
    /// A refresh token (RFC 6749 §6).
    RefreshToken,
    /// Nothing but its own authentication (RFC 6749 §4.4).
    ClientCredentials,
}

impl GrantType {
    /// All of them, in the order in which discovery lists them.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// What a client's access tokens look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenForm {
    /// Signed, to be read by the resource server itself (RFC 9068).
    #[default]
    Jwt,
    /// Sealed: only introspection says what it is.
    Opaque,
}

/// A secret's digest, or two while it is being changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Secret {
    /// The one secret.
    One(SecretDigest),
    /// The old one and the new one.
    Changing([SecretDigest; 2]),
}

/// Where a client's registration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `clients.toml`.
    File,
    /// The client itself, by invitation (RFC 7591).
    Registered,
}

impl Origin {
    /// The word in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Registered => "registered",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::File, Self::Registered].into_iter().find(|origin| origin.as_str() == word).ok_or(())
    }
}
