//! The portal's configuration, read from `config/certificate.toml`.
//!
//! A configuration that exists can be served from: insurers have reasons, addresses are addresses,
//! and plain http stays on this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use sekisho_base::Language;
use sekisho_portal_kit::{Assurance, Settings};
use sekisho_site::serve::telemetry::Format;
use sekisho_site::web::Proxies;
use serde::Deserialize;
use url::Url;

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
    /// How logs are written.
    #[serde(default)]
    pub log: Log,
    /// The reasons an insurer offers that lists none of its own.
    pub reasons: Reasons,
    /// The insurers whose members are served, by their code word.
    pub insurers: BTreeMap<String, Insurer>,
}

/// The `[log]` section.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `pretty` for people, `json` for machines.
    pub format: Format,
    /// `info`, or directives such as `warn,sekisho_certificate=debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: Format::default(), level: "info".to_owned() }
    }
}

/// The `[server]` section.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The portal's address as browsers see it, without a path: `https://certificate.example.jp`.
    pub public_url: Url,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where operators' listener (`/health/live`, `/health/ready`, `/metrics`) is; none when left out.
    #[serde(default)]
    pub operators: Option<SocketAddr>,
    /// The database: `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Proxies whose word about the client's address is taken.
    #[serde(default)]
    pub trusted_proxies: Proxies,
    /// Allows plain http on localhost, for trying things out.
    #[serde(default)]
    pub loopback: bool,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
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
    /// The least assurance that its members need, where it differs from what `oidc.acr_values` say.
    #[serde(default)]
    pub least_acr: Option<Assurance>,
    /// Who decided that less is enough, when and why.
    #[serde(default)]
    pub decision: Option<String>,
}

/// Why a configuration cannot be served from.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No member could be let in.
    #[error("insurers: none is listed")]
    NoInsurer,
    /// There are no keys to seal with, or two places for them.
    #[error("master_keys, keys_file: exactly one of the two is needed")]
    Keys,
    /// The address has a path, or cannot be one of ours.
    #[error("server.public_url: {0}")]
    PublicUrl(&'static str),
    /// Less is asked of an insurer's members than of others, and nobody says why.
    #[error(
        "insurers.{0}.least_acr is less than oidc.acr_values ask for: `decision` must say who decided so, when and why"
    )]
    Undecided(String),
    /// A colour that cannot be used.
    #[error("insurers.{insurer}.accent: {cause}")]
    Accent {
        /// The insurer.
        insurer: String,
        /// What is wrong.
        cause: String,
    },
}

impl Config {
    /// Checks what no single value shows.
    ///
    /// # Errors
    /// The first thing that cannot be served from, named by its key.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.insurers.is_empty() {
            return Err(ConfigError::NoInsurer);
        }
        if self.master_keys.is_some() == self.keys_file.is_some() {
            return Err(ConfigError::Keys);
        }
        let undecided =
            |insurer: &Insurer| insurer.decision.as_deref().is_none_or(|why| why.trim().is_empty());
        for (code, insurer) in &self.insurers {
            if self.least_acr(insurer) < self.oidc.least_acr() && undecided(insurer) {
                return Err(ConfigError::Undecided(code.clone()));
            }
        }
        self.check_public_url()
    }

    fn check_public_url(&self) -> Result<(), ConfigError> {
        let url = &self.server.public_url;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        match url.scheme() {
            _ if !bare => Err(ConfigError::PublicUrl("has more than scheme, host and port")),
            "https" => Ok(()),
            "http" if self.server.loopback && local => Ok(()),
            "http" => Err(ConfigError::PublicUrl("is plain http, which needs server.loopback and localhost")),
            _ => Err(ConfigError::PublicUrl("is neither https nor http")),
        }
    }

    fn least_acr(&self, insurer: &Insurer) -> Assurance {
        insurer.least_acr.unwrap_or_else(|| self.oidc.least_acr())
    }

    /// The insurers that are served, each with the least assurance that its members need.
    pub fn served(&self) -> BTreeMap<String, Assurance> {
        self.insurers.iter().map(|(code, insurer)| (code.clone(), self.least_acr(insurer))).collect()
    }

    /// The insurer of a code word.
    pub fn insurer(&self, code: &str) -> Option<&Insurer> {
        self.insurers.get(code)
    }

    /// The only insurer, where there is one only: its name stands on every page.
    pub fn only_insurer(&self) -> Option<&str> {
        let mut codes = self.insurers.keys();
        codes.next().filter(|_| codes.next().is_none()).map(String::as_str)
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

    const SAMPLE: &str = include_str!("../../../config/certificate.toml");

    fn sample() -> Config {
        toml::from_str(SAMPLE).unwrap()
    }

    #[test]
    fn the_sample_can_be_served_from() {
        let config = sample();
        config.check().unwrap();
        assert!(config.insurers.contains_key("aoba"));
        assert_eq!(config.only_insurer(), None);
        assert!(config.reasons("aoba").find("card-lost").is_some());
        assert_eq!(config.reason_text("aoba", "card-lost", Language::En), "I lost my My Number card");
        assert_eq!(config.reason_text("aoba", "no-longer-listed", Language::En), "no-longer-listed");
    }

    #[test]
    fn less_than_two_factors_takes_a_recorded_decision() {
        let served = sample().served();
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
