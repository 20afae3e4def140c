//! What a person can show to prove it is them again.
//!
//! One file a kind. An e-mail code is a step of a journey, never a factor.

pub mod aaguid;
pub mod passkey;
pub mod password;
pub mod recovery;
pub mod totp;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kinds of factors (design §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactorKind {
    /// Something known.
    Password,
    /// A `WebAuthn` credential with user verification.
    Passkey,
    /// An authenticator app (RFC 6238).
    Totp,
    /// A phone that receives codes by SMS.
    Sms,
    /// A recovery code.
    Recovery,
    /// The My Number card's user authentication certificate.
    Card,
}

impl FactorKind {
    /// Whether a sign-in may begin with it.
    pub const fn is_first(self) -> bool {
        matches!(self, Self::Password | Self::Passkey | Self::Card)
    }

    /// The word in rows and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::Sms => "sms",
            Self::Recovery => "recovery",
            Self::Card => "card",
        }
    }
}

impl FromStr for FactorKind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Password, Self::Passkey, Self::Totp, Self::Sms, Self::Recovery, Self::Card]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(())
    }
}
