//! How devices and events are said to their owner.

use std::collections::BTreeMap;

use sekisho_base::{Language, Speech, Timestamp, era};
use sekisho_domain::audit::Own;
use sekisho_domain::device::Form;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::ClientId;

use crate::flows::account_page::devices::SignedIn;
use crate::web::view::{DeviceRow, EventRow};

/// Whom it is said to, and when.
pub struct Said<'a> {
    /// The reader's words.
    pub speech: &'a Speech<'a>,
    /// What portals are called.
    pub portals: BTreeMap<ClientId, String>,
    /// Now.
    pub now: Timestamp,
}

impl Said<'_> {
    /// What happened, as a sentence without an end.
    pub fn what(&self, own: &Own) -> String {
        let kind = format!("account.event.{}", own.kind.as_str().replace('.', "_"));
        let portal = own.client.as_ref().map(|id| self.portals.get(id).map_or(id.as_str(), String::as_str));
        let result = own.result.replace(' ', "_");
        let words = [
            Some(result.as_str()),
            portal.map(|_| "portal"),
            (!own.factors.is_empty()).then_some("way"),
            Some("other"),
        ];
        let keys = words.into_iter().flatten().map(|word| format!("{kind}.{word}"));
        let key = keys.into_iter().find(|key| self.speech.knows(key));
        let key = key.as_deref().unwrap_or("account.event.unnamed");
        let way = self.ways(&own.factors);
        self.speech.with(key, &[("way", way.as_str()), ("portal", portal.unwrap_or_default())])
    }

    /// What was shown: パスワードとSMS.
    pub fn ways(&self, factors: &[FactorKind]) -> String {
        let words: Vec<&str> = factors.iter().map(|factor| self.way(*factor)).collect();
        words.join(self.speech.say("account.and"))
    }

    fn way(&self, factor: FactorKind) -> &str {
        self.speech.say(match factor {
            FactorKind::Password => "account.way.password",
            FactorKind::Passkey => "account.way.passkey",
            FactorKind::Totp => "account.way.totp",
            FactorKind::Sms => "account.way.sms",
            FactorKind::Recovery => "account.way.recovery",
            FactorKind::Card => "account.way.card",
        })
    }

    /// On which device it happened; empty where that is not known.
    pub fn device(&self, own: &Own) -> String {
        own.device.map(|name| name.shown(self.speech.language)).unwrap_or_default()
    }

    /// An event as a row.
    pub fn event(&self, own: &Own) -> EventRow {
        EventRow {
            when: self.near(own.at),
            what: self.what(own),
            device: self.device(own),
            failed: own.failed(),
        }
    }

    /// A signed-in device as a row.
    pub fn signed_in(&self, device: &SignedIn) -> DeviceRow {
        let mut hint = self.near(device.used_at);
        if !device.portals.is_empty() {
            hint.push_str(self.speech.pick("・", " · "));
            hint.push_str(&device.portals.join(self.speech.pick("、", ", ")));
        }
        DeviceRow {
            id: device.id.to_string(),
            icon: icon(device.name.form()),
            name: device.name.shown(self.speech.language),
            is_this: device.is_this,
            hint,
        }
    }

    /// A moment, as a line begins with it.
    fn near(&self, at: Timestamp) -> String {
        let near = era::near(at, self.now, self.language());
        let mut letters = near.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// The day of a moment.
    pub fn near_day(&self, at: Timestamp) -> String {
        era::near_day(at.date_in_tokyo(), self.now.date_in_tokyo(), self.language())
    }

    /// The reader's language.
    pub const fn language(&self) -> Language {
        self.speech.language
    }
}

/// The picture beside a device.
pub const fn icon(form: Form) -> &'static str {
    match form {
        Form::Handheld => "phone",
        Form::Computer => "laptop",
    }
}
