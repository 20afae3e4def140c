//! How sure the identity provider is of a person: the values of `acr` (OpenID Connect Core §2) in their order.

use serde::{Deserialize, Serialize};

/// The assurance of a sign-in, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Assurance {
    /// One factor.
    #[serde(rename = "urn:sekisho:acr:1f")]
    OneFactor,
    /// Two factors.
    #[serde(rename = "urn:sekisho:acr:2f")]
    TwoFactors,
    /// A passkey or a card: nothing that a false page could ask for.
    #[serde(rename = "urn:sekisho:acr:pr")]
    PhishingResistant,
}

impl Assurance {
    /// The value of `acr` that says so.
    pub const fn acr(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:sekisho:acr:1f",
            Self::TwoFactors => "urn:sekisho:acr:2f",
            Self::PhishingResistant => "urn:sekisho:acr:pr",
        }
    }

    /// What a value of `acr` says. Anything unknown, and none at all, is less than the weakest (RP-05).
    pub fn of(acr: &str) -> Option<Self> {
        [Self::OneFactor, Self::TwoFactors, Self::PhishingResistant].into_iter().find(|it| it.acr() == acr)
    }

    /// What to ask for where at least `least` is needed: those of `preferred` that suffice, and `least` itself.
    pub(crate) fn asked(preferred: &[Self], least: Self) -> Vec<Self> {
        let mut asked: Vec<Self> = preferred.iter().copied().filter(|it| *it >= least).collect();
        if !asked.contains(&least) {
            asked.push(least);
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assurance_is_read_as_it_is_said_and_nothing_else_is_one() {
        for assurance in [Assurance::OneFactor, Assurance::TwoFactors, Assurance::PhishingResistant] {
            assert_eq!(Assurance::of(assurance.acr()), Some(assurance));
            let quoted = serde_json::Value::from(assurance.acr());
            assert_eq!(serde_json::from_value::<Assurance>(quoted).unwrap(), assurance);
        }
        for other in ["", "urn:sekisho:acr:2F", "2f", "urn:sekisho:acr:pr "] {
            assert_eq!(Assurance::of(other), None, "{other:?}");
        }
        assert!(Assurance::OneFactor < Assurance::TwoFactors);
        assert!(Assurance::TwoFactors < Assurance::PhishingResistant);
    }

    #[test]
    fn what_is_asked_for_suffices_and_the_least_comes_last() {
        use Assurance::{OneFactor, PhishingResistant, TwoFactors};
        let preferred = [PhishingResistant, TwoFactors];
        assert_eq!(Assurance::asked(&preferred, TwoFactors), preferred);
        assert_eq!(Assurance::asked(&preferred, OneFactor), [PhishingResistant, TwoFactors, OneFactor]);
        assert_eq!(Assurance::asked(&preferred, PhishingResistant), [PhishingResistant]);
    }
}
