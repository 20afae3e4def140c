//! Signed JSON (RFC 7515, 7517, 7518, 7638, 8037): keys that are parsed once, and the compact form.
//!
//! What must stay true: the algorithm belongs to the key, never to the token. A header that names another
//! algorithm than its key's, or asks for something critical, is refused, and nothing a header points at is
//! ever fetched. Encryption (JWE), `none` and shared-secret algorithms do not exist here.

mod jwk;
mod jws;
mod key;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use jwk::{Curve, Jwk, Jwks, Material};
pub use jws::{Error, Typ, peek, peek_kid, sign, verify, verify_assertion};
pub use key::{KeyError, KeySet, SigningKey, VerifyingKey};

/// A signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1). There are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Alg {
    /// RSASSA-PKCS1-v1_5 with SHA-256, which every relying party can verify.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256 with SHA-256: our access tokens.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Alg {
    /// All algorithms, in the order in which discovery lists them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The value of the `alg` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Alg {
    type Err = ();

    /// Reads the exact name: algorithm names are case-sensitive (RFC 7515 §4.1.1).
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name).ok_or(())
    }
}
