//! What a client may learn (OpenID Connect Core §5.4, and our `insurance`).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A scope value we understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Sign-in itself.
    Openid,
    /// Name, kana name, birth date, sex, language.
    Profile,
    /// The proven e-mail address.
    Email,
    /// The proven phone number.
    Phone,
    /// The address on record.
    Address,
    /// Insurer, membership and household: at userinfo only.
    Insurance,
    /// The grant outlives the session.
    OfflineAccess,
}

impl Scope {
    /// All values, in the order in which discovery lists them.
    pub const ALL: [Self; 7] = [
        Self::Openid,
        Self::Profile,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::Insurance,
        Self::OfflineAccess,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Insurance => "insurance",
            Self::OfflineAccess => "offline_access",
        }
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or(())
    }
}

/// A set of scopes, printed as the space-separated list of RFC 6749 §3.3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Whether `scope` is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether every one of `other` is among them.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.is_subset(&self.0)
    }

    /// What both have.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }

    /// What either has.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }

    /// The scopes, in our order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// The words of a request that we understand; others are ignored (OpenID Connect Core §3.1.2.1).
    pub fn understood(list: &str) -> Self {
        list.split(' ').filter_map(|word| word.parse().ok()).collect()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            write!(f, "{}{}", if place == 0 { "" } else { " " }, scope.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_unknown_words_fall_away() {
        let asked = ScopeSet::understood("insurance openid  nonsense openid");
        assert_eq!(asked.to_string(), "openid insurance");
        assert!(asked.has(Scope::Insurance) && !asked.has(Scope::Email));
        assert_eq!(serde_json::to_string(&asked).unwrap(), r#"["openid","insurance"]"#);
    }
}
