//! What whoever is invited to register clients may register.

use serde::{Deserialize, Serialize};

use super::Reach;
use crate::oidc::scope::ScopeSet;

/// What an initial access token allows (RFC 7591 §3). A client registered with it never gets beyond this, then or later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// For whose members such clients are.
    pub insurers: Reach,
    /// The most that they may ask for.
    pub scopes: ScopeSet,
    /// Whether they may act in their own name, without people (RFC 6749 §4.4).
    #[serde(default)]
    pub client_credentials: bool,
    /// Whether they count as looked at from the start.
    #[serde(default)]
    pub approved: bool,
}
