//! Which set of rules a client lives under: the one place where they differ.

use serde::{Deserialize, Serialize};

/// A client's profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// OpenID Connect Core with the OAuth 2.0 Security Best Current Practice (RFC 9700).
    #[default]
    Basic,
    /// FAPI 2.0 Security Profile.
    Fapi2Security,
    /// FAPI 2.0 Message Signing.
    Fapi2MessageSigning,
}

impl Profile {
    /// The word in rows and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Fapi2Security => "fapi2-security",
            Self::Fapi2MessageSigning => "fapi2-message-signing",
        }
    }

    /// Whether requests must have been pushed (RFC 9126): FAPI 2.0 §5.3.2.2.
    pub const fn demands_pushed_requests(self) -> bool {
        !matches!(self, Self::Basic)
    }

    /// Whether the audience of an assertion is our issuer alone, and one text: FAPI 2.0 §5.3.2.1.
    pub const fn demands_the_issuer_as_audience(self) -> bool {
        !matches!(self, Self::Basic)
    }

    /// Whether tokens must be bound to a key and the client authenticate by one: FAPI 2.0 §5.3.2.1.
    pub const fn demands_keys(self) -> bool {
        !matches!(self, Self::Basic)
    }
}
