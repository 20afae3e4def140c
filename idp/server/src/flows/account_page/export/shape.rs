//! The members of the document.

use std::collections::BTreeMap;

use sekisho_domain::account::Name;
use sekisho_domain::audit::Own;
use sekisho_domain::device;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::member::Record;
use sekisho_domain::terms::Acceptance;
use sekisho_store::consents::Remembered;
use sekisho_store::devices::Device as Known;
use sekisho_store::grants::Given;
use serde::Serialize;

use crate::flows::account_page::devices::SignedIn;
use crate::flows::account_page::keys;

#[derive(Serialize)]
pub(super) struct Document {
    pub format: &'static str,
    pub made_at: String,
    pub account: Account,
    pub names: Vec<SignInName>,
    pub contacts: Contacts,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub described: BTreeMap<&'static str, String>,
    pub memberships: Vec<Membership>,
    pub factors: Vec<Factor>,
    pub passkeys: Vec<Passkey>,
    pub devices: Vec<Device>,
    pub sessions: Vec<Session>,
    pub grants: Vec<Grant>,
    pub consents: Vec<Consent>,
    pub history: Vec<Event>,
}

#[derive(Serialize)]
pub(super) struct Account {
    pub created_at: String,
    pub language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
}

#[derive(Serialize)]
pub(super) struct SignInName {
    kind: &'static str,
    name: String,
}

impl From<Name> for SignInName {
    fn from(name: Name) -> Self {
        Self { kind: name.kind.as_str(), name: name.shown }
    }
}

#[derive(Serialize)]
pub(super) struct Contacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Membership {
    pub insurer: String,
    pub insurer_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Member>,
    pub accepted: Vec<Accepted>,
    pub opt_ins: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares_with_insured: Option<bool>,
}

/// The record as its person may see it: without the insurer's own marks about whom to show it to.
#[derive(Serialize)]
pub(super) struct Member {
    insurer_number: String,
    symbol: String,
    number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    position: &'static str,
    class: &'static str,
    name: String,
    name_kana: String,
    sex: &'static str,
    birth_date: String,
    acquired_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    burden_tenths: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl From<Record> for Member {
    fn from(record: Record) -> Self {
        let (postal_code, address) = match record.address {
            Some(address) => (Some(address.postal_code), Some(address.lines.concat())),
            None => (None, None),
        };
        Self {
            insurer_number: record.insurer_number.to_string(),
            symbol: record.symbol.raw().to_owned(),
            number: record.number.raw().to_owned(),
            branch: record.branch.map(|branch| branch.raw().to_owned()),
            position: record.position.as_str(),
            class: record.class.as_str(),
            name: record.name,
            name_kana: record.kana,
            sex: record.sex.as_str(),
            birth_date: record.birth_date.to_string(),
            acquired_on: record.acquired_on.to_string(),
            lost_on: record.lost_on.map(|day| day.to_string()),
            burden_tenths: record.burden.map(|burden| burden.tenths),
            postal_code: postal_code.filter(|code| !code.is_empty()),
            address,
            phone: record.phone.map(|phone| phone.as_e164().to_owned()),
            email: record.email.map(|email| email.as_str().to_owned()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Accepted {
    document: String,
    version: String,
    at: String,
    how: &'static str,
}

impl From<Acceptance> for Accepted {
    fn from(accepted: Acceptance) -> Self {
        Self {
            document: accepted.document,
            version: accepted.version,
            at: accepted.at.to_string(),
            how: accepted.mode.as_str(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Factor {
    kind: &'static str,
    made_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<String>,
}

impl From<keys::Other> for Factor {
    fn from(other: keys::Other) -> Self {
        Self {
            kind: other.kind.as_str(),
            made_at: other.made_at.to_string(),
            used_at: other.used_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Passkey {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_in: Option<&'static str>,
    kept_elsewhere_too: bool,
    made_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<String>,
}

impl From<keys::Passkey> for Passkey {
    fn from(passkey: keys::Passkey) -> Self {
        Self {
            name: passkey.name,
            kept_in: passkey.kept_in,
            kept_elsewhere_too: passkey.backed_up,
            made_at: passkey.made_at.to_string(),
            used_at: passkey.used_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Device {
    name: String,
    first_used_at: String,
    last_used_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor_spared_until: Option<String>,
}

impl From<Known> for Device {
    fn from(known: Known) -> Self {
        Self {
            name: device::Name::of_user_agent(&known.user_agent).to_string(),
            first_used_at: known.first_seen_at.to_string(),
            last_used_at: known.last_seen_at.to_string(),
            second_factor_spared_until: known.remembered.map(|(_, until)| until.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Session {
    device: String,
    is_this: bool,
    began_at: String,
    used_at: String,
    shown: Vec<&'static str>,
    portals: Vec<String>,
}

impl From<SignedIn> for Session {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            device: signed_in.name.to_string(),
            is_this: signed_in.is_this,
            began_at: signed_in.began_at.to_string(),
            used_at: signed_in.used_at.to_string(),
            shown: signed_in.factors.into_iter().map(FactorKind::as_str).collect(),
            portals: signed_in.portals,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Grant {
    client: String,
    scopes: String,
    outlives_session: bool,
    since: String,
}

impl From<Given> for Grant {
    fn from(given: Given) -> Self {
        Self {
            client: given.client.to_string(),
            scopes: given.scopes.to_string(),
            outlives_session: given.is_offline,
            since: given.created_at.to_string(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Consent {
    client: String,
    scopes: String,
    since: String,
}

impl From<Remembered> for Consent {
    fn from(remembered: Remembered) -> Self {
        Self {
            client: remembered.client.to_string(),
            scopes: remembered.scopes.to_string(),
            since: remembered.given_at.to_string(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Event {
    at: String,
    #[serde(rename = "event")]
    kind: &'static str,
    result: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    factors: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portal: Option<String>,
}

impl Event {
    /// An event, and the name of the portal that it is about.
    pub fn of(own: &Own, portal: Option<String>) -> Self {
        Self {
            at: own.at.to_string(),
            kind: own.kind.as_str(),
            result: own.result.clone(),
            factors: own.factors.iter().map(|factor| factor.as_str()).collect(),
            device: own.device.map(|device| device.to_string()),
            portal,
        }
    }
}
