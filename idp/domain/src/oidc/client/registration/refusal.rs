//! Why a registration is refused.

use crate::ids::ClientId;

/// Why a registration is refused: which client, which key, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The client.
    pub client: ClientId,
    /// The key in the file, or the member of its metadata.
    pub field: &'static str,
    /// What stands there, where there are several.
    pub value: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "client {}: {} ", self.client, self.field)?;
        if let Some(value) = &self.value {
            write!(f, "{value:?} ")?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

/// A broken rule, before it is known whose.
#[derive(Debug)]
pub(in crate::oidc::client) struct Refused {
    pub(in crate::oidc::client) field: &'static str,
    pub(in crate::oidc::client) value: Option<String>,
    pub(in crate::oidc::client) reason: String,
}

impl Refused {
    /// The rule that `field` breaks.
    pub(in crate::oidc::client) fn at(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, value: None, reason: reason.into() }
    }

    /// As [`Refused::at`], by one value of several.
    pub(in crate::oidc::client) fn by(field: &'static str, value: &str, reason: impl Into<String>) -> Self {
        Self { field, value: Some(value.to_owned()), reason: reason.into() }
    }

    pub(super) fn of(self, client: ClientId) -> Refusal {
        Refusal { client, field: self.field, value: self.value, reason: self.reason }
    }
}
