//! The sections that every portal's configuration has.
//!
//! Sections that pass [`Sections::check`] can be served from: addresses are addresses, plain http stays on this machine,
//! and nobody is asked for less than others without a decision.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use sekisho_base::Language;
use sekisho_site::http::Outbound;
use sekisho_site::serve::Tls;
use sekisho_site::serve::telemetry::Format;
use sekisho_site::web::Proxies;
use serde::Deserialize;
use url::Url;

use crate::assurance::Assurance;
use crate::settings::Settings;

/// What two portals' configurations have in common.
#[derive(Clone, Debug)]
pub struct Sections {
    /// Where and how the portal is served.
    pub server: Server,
    /// Whom the portal asks and trusts beyond what is usual.
    pub outbound: Outbound,
    /// The identity provider.
    pub oidc: Settings,
    /// The master keys that seal what is kept: `kid:base64`, separated by commas; the first one seals.
    pub master_keys: Option<SecretString>,
    /// A file that holds them instead. It is made with a new key when there is none.
    pub keys_file: Option<PathBuf>,
    /// The insurers whose members are served, by their code word.
    pub insurers: BTreeMap<String, Insurer>,
}

/// The `[log]` section.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `pretty` for people, `json` for machines.
    pub format: Format,
    /// `info`, or directives such as `warn,sekisho_portal_kit=debug`.
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
    /// The certificate, where TLS ends in this process and not before it.
    #[serde(default)]
    pub tls: Option<Tls>,
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

/// One insurer, as every portal shows it.
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

impl Sections {
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
        self.server.check_public_url()
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
}

impl Server {
    fn check_public_url(&self) -> Result<(), ConfigError> {
        let url = &self.public_url;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
        match url.scheme() {
            _ if !bare => Err(ConfigError::PublicUrl("has more than scheme, host and port")),
            "http" if self.tls.is_some() => {
                Err(ConfigError::PublicUrl("is http, but under server.tls it is reached over https only"))
            }
            "https" => Ok(()),
            "http" if self.loopback && local => Ok(()),
            "http" => Err(ConfigError::PublicUrl("is plain http, which needs server.loopback and localhost")),
            _ => Err(ConfigError::PublicUrl("is neither https nor http")),
        }
    }
}
