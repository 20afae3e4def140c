//! How SMS leave, and what a day of them may come to.

use std::collections::BTreeMap;

use secrecy::SecretString;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::sms::HttpSmsConfig;
use serde::Deserialize;
use url::Url;

/// How SMS leave, and what a day of them may come to. How many one number, account or source may ask for stands in
/// `[throttle]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// The gateway's address.
    pub url: Url,
    /// Its bearer token.
    pub token: SecretString,
    /// A second gateway, for what the first does not take.
    #[serde(default)]
    pub fallback: Option<HttpSmsConfig>,
    /// SMS of one insurer on a day.
    #[serde(default = "insurer_per_day")]
    pub insurer_per_day: u32,
    /// SMS of one insurer to one range of ten thousand numbers on a day.
    #[serde(default = "range_per_day")]
    pub range_per_day: u32,
    /// Insurers that differ in the first.
    #[serde(default)]
    pub insurers: BTreeMap<InsurerCode, u32>,
}

const fn insurer_per_day() -> u32 {
    5_000
}

const fn range_per_day() -> u32 {
    300
}

impl Sms {
    /// The first gateway.
    pub fn first(&self) -> HttpSmsConfig {
        HttpSmsConfig { url: self.url.clone(), token: self.token.clone() }
    }

    /// How many SMS an insurer may send on a day.
    pub fn day_of(&self, insurer: &InsurerCode) -> u32 {
        self.insurers.get(insurer).copied().unwrap_or(self.insurer_per_day)
    }
}
