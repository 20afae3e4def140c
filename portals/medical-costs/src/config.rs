//! The portal's configuration, read from `config/medical-costs.toml`.
//!
//! A configuration that exists can be served from: addresses are addresses, days are days of every month, and plain http
//! stays on this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;
use sekisho_base::Timestamp;
use sekisho_portal_kit::front::{self, Both, ConfigError, Log, Sections, Server, pdf};
use sekisho_portal_kit::{Assurance, Settings};
use sekisho_site::http::Outbound;
use sekisho_site::mail::{SmtpConfig, split};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::notices;
use crate::rules::calendar::Calendar;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where and how the portal is served.
    pub server: Server,
    /// The identity provider.
    pub oidc: Settings,
    /// The master keys that seal what is kept: `kid:base64`, separated by commas; the first one seals.
    #[serde(default)]
    pub master_keys: Option<SecretString>,
    /// A file that holds them instead. It is made with a new key when there is none.
    #[serde(default)]
    pub keys_file: Option<PathBuf>,
    /// Whom the portal asks and trusts beyond what is usual.
    #[serde(default)]
    pub outbound: Outbound,
    /// How logs are written.
    #[serde(default)]
    pub log: Log,
    /// When bills arrive, and for how long they are kept.
    #[serde(default)]
    pub calendar: Calendar,
    /// The typeface of PDF files.
    #[serde(default)]
    pub pdf: pdf::Settings,
    /// When notices leave.
    #[serde(default)]
    pub notices: notices::Settings,
    /// How notices leave; without it none is sent.
    #[serde(default)]
    pub mail: Option<SmtpConfig>,
    /// When the pages rest.
    #[serde(default)]
    pub closed: Option<Closed>,
    /// The insurers whose members are served, by their code word.
    pub insurers: BTreeMap<String, Insurer>,
}

/// The `[closed]` section: a time in which the pages rest, announced beforehand.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// From when.
    #[serde(deserialize_with = "moment")]
    pub from: Timestamp,
    /// Until when.
    #[serde(deserialize_with = "moment")]
    pub until: Timestamp,
}

impl Closed {
    /// Whether `now` lies in it.
    pub fn holds(&self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

/// A moment with its offset: `2026-12-01T22:00:00+09:00`.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read: jiff::Timestamp =
        text.parse().map_err(|_| D::Error::custom("not a moment like 2026-12-01T22:00:00+09:00"))?;
    Ok(Timestamp::from_micros(read.as_microsecond()))
}

/// One insurer, as its pages here show it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insurer {
    /// Its name.
    pub name: Both,
    /// The characters in its seal.
    pub seal: String,
    /// The colour of its band, `#rrggbb`.
    pub accent: String,
    /// The telephone number of its office.
    pub phone: String,
    /// 保険者番号: what its extracts carry in their first column.
    pub number: String,
    /// The address that its notices come from.
    pub mail_from: String,
    /// The least assurance that its members need, where it differs from what `oidc.acr_values` say.
    #[serde(default)]
    pub least_acr: Option<Assurance>,
    /// Who decided that less is enough, when and why.
    #[serde(default)]
    pub decision: Option<String>,
}

impl From<&Insurer> for front::Insurer {
    fn from(insurer: &Insurer) -> Self {
        Self {
            name: insurer.name.clone(),
            seal: insurer.seal.clone(),
            accent: insurer.accent.clone(),
            phone: insurer.phone.clone(),
            least_acr: insurer.least_acr,
            decision: insurer.decision.clone(),
        }
    }
}

/// Why a configuration cannot be served from.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// What every portal's configuration says does not fit.
    #[error(transparent)]
    Front(#[from] ConfigError),
    /// No notice could come from there.
    #[error("insurers.{0}.mail_from is no address")]
    Sender(String),
    /// Bills would arrive before their month, on no day, or be kept for no time.
    #[error(
        "calendar: kept_years is from 1 to 10, arrives_after_months from 1 to 12, arrives_on_day from 1 to 31"
    )]
    Calendar,
    /// There is no such hour.
    #[error("notices.hour is from 0 to 23")]
    Hour,
    /// It stands in no extract.
    #[error("insurers.{0}.number: eight digits")]
    Number(String),
}

impl Config {
    /// Checks what no single value shows.
    ///
    /// # Errors
    /// The first thing that cannot be served from, named by its key.
    pub fn check(&self) -> Result<(), Unfit> {
        self.sections().check()?;
        let Calendar { kept_years, arrives_after_months, arrives_on_day } = self.calendar;
        if !(1..=10).contains(&kept_years)
            || !(1..=12).contains(&arrives_after_months)
            || !(1..=31).contains(&arrives_on_day)
        {
            return Err(Unfit::Calendar);
        }
        if !(0..=23).contains(&self.notices.hour) {
            return Err(Unfit::Hour);
        }
        for (code, insurer) in &self.insurers {
            if split(&insurer.mail_from).is_err() {
                return Err(Unfit::Sender(code.clone()));
            }
            if insurer.number.len() != 8 || !insurer.number.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Unfit::Number(code.clone()));
            }
        }
        Ok(())
    }

    /// What every portal's configuration says.
    pub fn sections(&self) -> Sections {
        Sections {
            server: self.server.clone(),
            outbound: self.outbound.clone(),
            oidc: self.oidc.clone(),
            master_keys: self.master_keys.clone(),
            keys_file: self.keys_file.clone(),
            insurers: self.insurers.iter().map(|(code, insurer)| (code.clone(), insurer.into())).collect(),
        }
    }

    /// The insurer of a code word.
    pub fn insurer(&self, code: &str) -> Option<&Insurer> {
        self.insurers.get(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../config/medical-costs.toml");

    fn sample() -> Config {
        toml::from_str(SAMPLE).unwrap()
    }

    #[test]
    fn the_sample_can_be_served_from() {
        let config = sample();
        config.check().unwrap();
        assert_eq!(config.insurer("aoba").map(|insurer| insurer.number.as_str()), Some("06999015"));
        assert!(toml::from_str::<Config>(&SAMPLE.replace("[server]", "[server]\nsurprise = 1")).is_err());
    }

    #[test]
    fn what_no_notice_and_no_extract_could_use_is_refused() {
        type Change = fn(&mut Insurer);
        let cases: [(Change, &str); 3] = [
            (|insurer| insurer.mail_from = "nobody".to_owned(), "mail_from"),
            (|insurer| insurer.number = "0699901".to_owned(), "number"),
            (|insurer| insurer.least_acr = Some(Assurance::OneFactor), "decision"),
        ];
        for (change, named) in cases {
            let mut config = sample();
            change(config.insurers.get_mut("aoba").unwrap());
            let refused = config.check().unwrap_err().to_string();
            assert!(refused.contains(named), "{refused}");
        }
        let mut config = sample();
        config.calendar.arrives_on_day = 32;
        assert!(matches!(config.check(), Err(Unfit::Calendar)));
    }
}
