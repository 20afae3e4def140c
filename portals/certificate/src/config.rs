//! The portal's configuration, read from `config/certificate.toml`.
//!
//! A configuration that exists can be served from: insurers have reasons, addresses are addresses,
//! and plain http stays on this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;
use sekisho_base::Language;
use sekisho_portal_kit::front::{self, Both, ConfigError, Log, Sections, Server, pdf};
use sekisho_portal_kit::{Assurance, Settings};
use sekisho_site::http::Outbound;
use serde::Deserialize;

use crate::rules::reason::{Reason, Reasons};

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
    /// The typeface of PDF files.
    #[serde(default)]
    pub pdf: pdf::Settings,
    /// The reasons an insurer offers that lists none of its own.
    pub reasons: Reasons,
    /// The insurers whose members are served, by their code word.
    pub insurers: BTreeMap<String, Insurer>,
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
    /// Its own reasons, instead of those for all.
    #[serde(default)]
    pub reasons: Option<Reasons>,
    /// What it says to its members above the list of reasons.
    #[serde(default)]
    pub reasons_note: Option<Both>,
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

impl Config {
    /// Checks what no single value shows.
    ///
    /// # Errors
    /// The first thing that cannot be served from, named by its key.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.sections().check()
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

    /// The reasons of an insurer's list.
    pub fn reasons(&self, code: &str) -> &Reasons {
        self.insurer(code).and_then(|insurer| insurer.reasons.as_ref()).unwrap_or(&self.reasons)
    }

    /// The text of a reason that was given before; its name where the list no longer has it.
    pub fn reason_text<'a>(&'a self, code: &str, reason: &'a str, language: Language) -> &'a str {
        self.reasons(code).find(reason).map_or(reason, |found| Reason::text(found, language))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use url::Url;

    const SAMPLE: &str = include_str!("../../../config/certificate.toml");

    fn sample() -> Config {
        toml::from_str(SAMPLE).unwrap()
    }

    #[test]
    fn the_sample_can_be_served_from() {
        let config = sample();
        config.check().unwrap();
        assert!(config.insurers.contains_key("aoba"));
        assert_eq!(config.sections().only_insurer(), None);
        assert!(config.reasons("aoba").find("card-lost").is_some());
        assert_eq!(config.reason_text("aoba", "card-lost", Language::En), "I lost my My Number card");
        assert_eq!(config.reason_text("aoba", "no-longer-listed", Language::En), "no-longer-listed");
        assert_eq!(config.pdf, pdf::Settings::default());
        assert!(config.reasons("minato").find("moved").is_some_and(|reason| reason.address));
        assert!(config.reasons("minato").find("helper").is_none(), "its own list stands alone");
    }

    #[test]
    fn less_than_two_factors_takes_a_recorded_decision() {
        let served = sample().sections().served();
        assert_eq!(served["aoba"], Assurance::TwoFactors);
        assert_eq!(served["kaede"], Assurance::OneFactor);
        for why in [None, Some("  ".to_owned())] {
            let mut config = sample();
            config.insurers.get_mut("kaede").unwrap().decision = why;
            let refused = config.check().unwrap_err();
            assert!(matches!(&refused, ConfigError::Undecided(code) if code == "kaede"), "{refused}");
            assert!(refused.to_string().contains("insurers.kaede.least_acr"), "{refused}");
        }
        // More than others needs none.
        let mut config = sample();
        config.insurers.get_mut("aoba").unwrap().least_acr = Some(Assurance::PhishingResistant);
        config.check().unwrap();
        let unknown = SAMPLE.replace("acr:1f", "acr:0f");
        assert!(toml::from_str::<Config>(&unknown).is_err());
    }

    #[test]
    fn plain_http_stays_on_this_machine_and_an_address_has_no_path() {
        let cases = [
            ("https://certificate.example.jp", false, true),
            ("https://certificate.example.jp/app", false, false),
            ("http://localhost:8081", true, true),
            ("http://localhost:8081", false, false),
            ("http://certificate.example.jp", true, false),
            ("ftp://localhost", true, false),
        ];
        for (url, loopback, fits) in cases {
            let mut config = sample();
            config.server.public_url = Url::parse(url).unwrap();
            config.server.loopback = loopback;
            assert_eq!(config.check().is_ok(), fits, "{url} {loopback}");
        }
    }

    #[test]
    fn unknown_keys_and_empty_lists_of_reasons_are_refused() {
        let unknown = SAMPLE.replace("[server]", "[server]\nsurprise = 1");
        assert!(toml::from_str::<Config>(&unknown).unwrap_err().to_string().contains("surprise"));
        let mut config = sample();
        config.insurers.clear();
        assert!(matches!(config.check(), Err(ConfigError::NoInsurer)));
        let mut config = sample();
        config.keys_file = None;
        assert!(matches!(config.check(), Err(ConfigError::Keys)));
    }
}
