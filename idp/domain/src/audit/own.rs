//! What the owner of an account may read of the trail.
//!
//! Of a record only this much leaves: when, what, with which factors, on which device, and for which client. Addresses
//! of the network and ids stay behind: they help nobody to know an own sign-in again.

use std::collections::BTreeMap;

use sekisho_base::Timestamp;

use crate::audit::{Kind, Record};
use crate::device;
use crate::factor::FactorKind;
use crate::ids::ClientId;

/// The kinds of events that an owner is shown.
pub const KINDS: &[Kind] = &[
    Kind::RegistrationFinished,
    Kind::SignIn,
    Kind::FactorTried,
    Kind::FactorEnrolled,
    Kind::FactorRemoved,
    Kind::FactorLost,
    Kind::Recovered,
    Kind::AccountChanged,
    Kind::MembershipBound,
    Kind::SessionStarted,
    Kind::SessionRenewed,
    Kind::SessionEnded,
    Kind::DeviceForgotten,
    Kind::DeviceRemembered,
    Kind::Logout,
    Kind::ConsentGiven,
    Kind::ConsentWithdrawn,
    Kind::SharingDecided,
    Kind::DataExported,
];

/// Something that happened to one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// How it ended, as in the row.
    pub result: String,
    /// With which factors, in the order in which they were shown.
    pub factors: Vec<FactorKind>,
    /// On which device, where the browser said what it is.
    pub device: Option<device::Name>,
    /// For which client.
    pub client: Option<ClientId>,
}

impl Own {
    /// Reads a record; none for one of a kind that owners are not shown, or that only repeats what another says: a
    /// right factor is told by the session that it began.
    pub fn of(record: &Record) -> Option<Self> {
        let kind: Kind = record.event.parse().ok()?;
        let repeats = matches!(kind, Kind::SignIn | Kind::FactorTried) && record.result == "ok";
        if repeats || !KINDS.contains(&kind) {
            return None;
        }
        let detail: BTreeMap<String, String> = serde_json::from_str(&record.detail).unwrap_or_default();
        let said = |name: &str| detail.get(name).map_or("", String::as_str);
        let factors = if said("shown").is_empty() { said("factor") } else { said("shown") };
        Some(Self {
            at: record.at,
            kind,
            result: record.result.clone(),
            factors: once_each(factors.split(' ').filter_map(|word| word.parse().ok())),
            device: detail.get("agent").map(|agent| device::Name::of_user_agent(agent)),
            client: said("client").parse().ok(),
        })
    }

    /// Where it stands among what happened in the same moment: what comes of something comes after it.
    pub fn rank(&self) -> usize {
        KINDS.iter().position(|kind| *kind == self.kind).unwrap_or(KINDS.len())
    }

    /// Whether it was a try that did not succeed.
    pub fn failed(&self) -> bool {
        matches!(self.kind, Kind::SignIn | Kind::FactorTried)
    }
}

fn once_each(factors: impl Iterator<Item = FactorKind>) -> Vec<FactorKind> {
    let mut once = Vec::new();
    for factor in factors {
        if !once.contains(&factor) {
            once.push(factor);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use sekisho_base::{Cx, Language};

    use super::*;
    use crate::audit::{Event, MacKey};
    use crate::ids::{AccountId, InsurerCode, SessionId};
    use crate::session::Acr;

    fn own(event: Event) -> Option<Own> {
        let mut cx = Cx::seeded(Timestamp::from_seconds(1_000), 1);
        Own::of(&event.record(&MacKey::new("k1", [7; 32]), &mut cx))
    }

    fn ids() -> (InsurerCode, AccountId, SessionId) {
        let mut cx = Cx::seeded(Timestamp::from_seconds(1_000), 2);
        ("aoba".parse().unwrap(), AccountId::draw(&mut cx), SessionId::draw(&mut cx))
    }

    #[test]
    fn a_sign_in_is_told_with_its_ways_and_its_device_and_nothing_else() {
        let (insurer, account, session) = ids();
        let event = Event::session_started(insurer, account, session, Acr::TwoFactor)
            .from_source("192.0.2.1")
            .by_agent("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0 Safari/537.36")
            .by_showing([FactorKind::Password, FactorKind::Sms, FactorKind::Sms]);
        let own = own(event).unwrap();
        assert_eq!(own.factors, [FactorKind::Password, FactorKind::Sms]);
        assert_eq!(own.device.unwrap().shown(Language::Ja), "Windows・Chrome");
        assert_eq!((own.client, own.result.as_str()), (None, "ok"));
    }

    #[test]
    fn se_14_addresses_and_ids_stay_behind() {
        let (insurer, account, session) = ids();
        let event = Event::session_ended(insurer, account, session, "others").from_source("192.0.2.1");
        let told = format!("{:?}", own(event).unwrap());
        assert!(!told.contains("192.0.2.1") && !told.contains("ses_") && !told.contains("acc_"), "{told}");
    }

    #[test]
    fn failures_are_told_and_what_the_session_says_is_not_told_twice() {
        let (insurer, account, _) = ids();
        let some = || Some(insurer.clone());
        assert!(own(Event::sign_in_refused(some(), account)).unwrap().failed());
        assert_eq!(own(Event::sign_in_ok(some(), account)), None);
        let tried = |result| own(Event::factor_tried(some(), Some(account), FactorKind::Totp, result));
        assert_eq!(tried("ok"), None);
        assert_eq!(tried("reused").unwrap().factors, [FactorKind::Totp]);
        assert_eq!(own(Event::started("1.0")), None);
    }
}
