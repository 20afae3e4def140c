//! A browser's signed-in state, and how much assurance it carries.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sekisho_base::{Language, Timestamp};
use serde::{Deserialize, Serialize};

use crate::factor::FactorKind;
use crate::ids::{AccountId, InsurerCode, MembershipId, PersonKey, SessionId};

/// The proven link under which a session or grant acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipRef {
    /// The insurer whose member the person is.
    pub insurer: InsurerCode,
    /// The link itself.
    pub id: MembershipId,
    /// The member record it leads to.
    pub person: PersonKey,
}

/// One factor shown at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was shown.
    pub at: Timestamp,
    /// What was shown.
    pub factor: FactorKind,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The stable id, known to clients as `sid`.
    pub id: SessionId,
    /// Whose session it is.
    pub account: AccountId,
    /// Under which membership; an account without a live one has none.
    pub membership: Option<MembershipRef>,
    /// What was shown, oldest first.
    pub events: Vec<Event>,
    /// The account's language.
    pub language: Language,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// Last use, to the minute.
    pub last_seen_at: Timestamp,
    /// How long it lives unused.
    pub idle: Duration,
    /// The end of its life, used or not.
    pub ends_at: Timestamp,
}

impl Session {
    /// Whether the session may still be used at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.ends_at && now < self.last_seen_at + self.idle
    }

    /// `auth_time`: the latest moment at which a first factor was shown (design “Freshness”).
    pub fn auth_time(&self) -> Timestamp {
        self.events
            .iter()
            .filter(|event| event.factor.is_first())
            .map(|event| event.at)
            .max()
            .unwrap_or(self.created_at)
    }

    /// The highest assurance that what was shown adds up to.
    pub fn acr(&self) -> Acr {
        acr_of(&self.events)
    }

    /// The assurance of what was shown at or after `since`: what a request for a fresh sign-in looks at.
    pub fn acr_since(&self, since: Timestamp) -> Option<Acr> {
        let fresh: Vec<Event> = self.events.iter().copied().filter(|event| event.at >= since).collect();
        fresh.iter().any(|event| event.factor.is_first()).then(|| acr_of(&fresh))
    }

    /// `amr` of RFC 8176, each value once, in a fixed order.
    pub fn amr(&self) -> Vec<&'static str> {
        amr_of(&self.events)
    }
}

/// The assurance of a set of events.
pub fn acr_of(events: &[Event]) -> Acr {
    let shown = |kind| events.iter().any(|event| event.factor == kind);
    if shown(FactorKind::Passkey) || shown(FactorKind::Card) {
        Acr::PhishingResistant
    } else if shown(FactorKind::Password)
        && (shown(FactorKind::Totp) || shown(FactorKind::Sms) || shown(FactorKind::Recovery))
    {
        Acr::TwoFactor
    } else {
        Acr::OneFactor
    }
}

/// `amr` (RFC 8176 §2) of a set of events.
pub fn amr_of(events: &[Event]) -> Vec<&'static str> {
    const ORDER: [(FactorKind, &str); 5] = [
        (FactorKind::Password, "pwd"),
        (FactorKind::Passkey, "hwk"),
        (FactorKind::Card, "sc"),
        (FactorKind::Totp, "otp"),
        (FactorKind::Sms, "sms"),
    ];
    let mut amr: Vec<&'static str> = ORDER
        .into_iter()
        .filter(|(kind, _)| events.iter().any(|event| event.factor == *kind))
        .map(|(_, name)| name)
        .collect();
    if acr_of(events) >= Acr::TwoFactor {
        amr.push("mfa");
    }
    amr
}

/// How sure we are that it is the person (design “Freshness, assurance, step-up”).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Acr {
    /// One factor was shown.
    #[serde(rename = "urn:sekisho:acr:1f")]
    OneFactor,
    /// Two different factors were shown.
    #[serde(rename = "urn:sekisho:acr:2f")]
    TwoFactor,
    /// A factor was shown that a look-alike site cannot use: passkey with user verification, or card.
    #[serde(rename = "urn:sekisho:acr:pr")]
    PhishingResistant,
}

impl Acr {
    /// All values, weakest first.
    pub const ALL: [Self; 3] = [Self::OneFactor, Self::TwoFactor, Self::PhishingResistant];

    /// The value of the `acr` claim.
    pub const fn as_urn(self) -> &'static str {
        match self {
            Self::OneFactor => "urn:sekisho:acr:1f",
            Self::TwoFactor => "urn:sekisho:acr:2f",
            Self::PhishingResistant => "urn:sekisho:acr:pr",
        }
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_urn())
    }
}

impl FromStr for Acr {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|acr| acr.as_urn() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seconds: i64, factor: FactorKind) -> Event {
        Event { at: Timestamp::from_seconds(seconds), factor }
    }

    #[test]
    fn assurance_is_what_was_shown() {
        use FactorKind::{Card, Passkey, Password, Sms, Totp};
        let cases: [(&[FactorKind], Acr, &[&str]); 6] = [
            (&[Password], Acr::OneFactor, &["pwd"]),
            (&[Password, Sms], Acr::TwoFactor, &["pwd", "sms", "mfa"]),
            (&[Password, Totp], Acr::TwoFactor, &["pwd", "otp", "mfa"]),
            (&[Sms, Totp], Acr::OneFactor, &["otp", "sms"]),
            (&[Passkey], Acr::PhishingResistant, &["hwk", "mfa"]),
            (&[Card], Acr::PhishingResistant, &["sc", "mfa"]),
        ];
        for (factors, acr, amr) in cases {
            let events: Vec<Event> = factors.iter().map(|factor| event(1, *factor)).collect();
            assert_eq!(acr_of(&events), acr, "{factors:?}");
            assert_eq!(amr_of(&events), amr, "{factors:?}");
        }
    }

    #[test]
    fn acr_names_read_back() {
        for acr in Acr::ALL {
            assert_eq!(acr.as_urn().parse(), Ok(acr));
            assert_eq!(serde_json::to_value(acr).unwrap(), acr.as_urn());
        }
    }
}
