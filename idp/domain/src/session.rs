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

/// What is known once more was shown: the latest event of each factor, oldest first.
pub fn merged(before: &[Event], shown: &[Event]) -> Vec<Event> {
    let all = || before.iter().chain(shown);
    let is_latest =
        |event: &&Event| all().filter(|other| other.factor == event.factor).all(|other| other.at <= event.at);
    let mut merged: Vec<Event> = Vec::new();
    for event in all().filter(is_latest) {
        if !merged.contains(event) {
            merged.push(*event);
        }
    }
    merged.sort_by_key(|event| event.at);
    merged
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

/// The most that factors of these kinds can reach, shown together. Recovery codes stand in for what was lost; nobody is
/// expected to use one up.
pub fn reachable(held: impl IntoIterator<Item = FactorKind>) -> Acr {
    let at = Timestamp::from_seconds(0);
    let lasting = held.into_iter().filter(|kind| *kind != FactorKind::Recovery);
    acr_of(&lasting.map(|factor| Event { at, factor }).collect::<Vec<_>>())
}

/// `amr` (RFC 8176 §2) of a set of events.
///
/// A passkey is `pop`, the possession of a key of which it is not said where it is kept (registered by OpenID Connect EAP
/// ACR Values 1.0): RFC 8176 knows `hwk` for one in hardware and `swk` for one in software, and without attestation,
/// which we do not ask for, neither is known. It was used with user verification, so the person was there (`user`) and
/// had two factors in hand (`mfa`).
pub fn amr_of(events: &[Event]) -> Vec<&'static str> {
    const ORDER: [(FactorKind, &str); 6] = [
        (FactorKind::Password, "pwd"),
        (FactorKind::Passkey, "pop"),
        (FactorKind::Passkey, "user"),
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
            (&[Passkey], Acr::PhishingResistant, &["pop", "user", "mfa"]),
            (&[Card], Acr::PhishingResistant, &["sc", "mfa"]),
        ];
        for (factors, acr, amr) in cases {
            let events: Vec<Event> = factors.iter().map(|factor| event(1, *factor)).collect();
            assert_eq!(acr_of(&events), acr, "{factors:?}");
            assert_eq!(amr_of(&events), amr, "{factors:?}");
        }
    }

    #[test]
    fn what_an_account_can_reach_is_what_its_factors_add_up_to() {
        use FactorKind::{Passkey, Password, Recovery, Sms, Totp};
        let cases: [(&[FactorKind], Acr); 7] = [
            (&[], Acr::OneFactor),
            (&[Password], Acr::OneFactor),
            (&[Password, Recovery], Acr::OneFactor),
            (&[Password, Sms], Acr::TwoFactor),
            (&[Totp, Password, Recovery], Acr::TwoFactor),
            (&[Sms, Totp], Acr::OneFactor),
            (&[Password, Passkey], Acr::PhishingResistant),
        ];
        for (held, acr) in cases {
            assert_eq!(reachable(held.iter().copied()), acr, "{held:?}");
        }
    }

    #[test]
    fn of_each_factor_the_latest_event_counts() {
        use FactorKind::{Passkey, Password, Sms};
        let before = [event(1, Password), event(2, Sms)];
        assert_eq!(merged(&before, &[]), before);
        assert_eq!(merged(&before, &[event(5, Password)]), [event(2, Sms), event(5, Password)]);
        assert_eq!(merged(&before, &[event(1, Password)]), before);
        let all = [event(1, Password), event(2, Sms), event(7, Passkey)];
        assert_eq!(merged(&before, &[event(7, Passkey)]), all);
    }

    #[test]
    fn acr_names_read_back() {
        for acr in Acr::ALL {
            assert_eq!(acr.as_urn().parse(), Ok(acr));
            assert_eq!(serde_json::to_value(acr).unwrap(), acr.as_urn());
        }
    }
}
