//! What an operator may set. `config/sekisho.toml` documents every key.

mod sms;
mod throttle;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::http::Outbound;
use sekisho_site::mail::SmtpConfig;
use sekisho_site::serve::Tls;
use sekisho_site::serve::telemetry::Format;
use serde::Deserialize;
use url::Url;

use crate::directory::Access;

pub use sms::Sms;
pub use throttle::Throttle;

/// The whole configuration. Unknown keys are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the service is, for browsers and for itself.
    pub server: Server,
    /// Where the rows are.
    pub database: Database,
    /// The keys that seal what is at rest.
    pub secrets: Secrets,
    /// How mail leaves.
    pub mail: SmtpConfig,
    /// How SMS leave.
    pub sms: Sms,
    /// Whom else this service asks and trusts.
    #[serde(default)]
    pub outbound: Outbound,
    /// Where the files are.
    #[serde(default)]
    pub files: Files,
    /// Where else passkeys of this service may be used.
    #[serde(default)]
    pub passkeys: PasskeySites,
    /// Whether clients may register themselves.
    #[serde(default)]
    pub registration: Registering,
    /// How long a key signs.
    #[serde(default)]
    pub keys: SigningKeys,
    /// How much hashing at once.
    #[serde(default)]
    pub hashing: Hashing,
    /// How much one source may ask for.
    #[serde(default)]
    pub throttle: Throttle,
    /// What proves us to insurers' own member directories, by their codes.
    #[serde(default)]
    pub directories: BTreeMap<InsurerCode, Access>,
    /// What is logged, and how.
    #[serde(default)]
    pub log: Log,
}

/// What is logged, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// A level, or directives such as `warn,sekisho_idp=debug`.
    pub level: String,
    /// Lines of JSON, or text for people.
    pub format: Format,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: Format::Json }
    }
}

/// Where the service is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The issuer, without a path and without a trailing slash.
    pub issuer: Url,
    /// Where browsers and clients are listened to.
    pub listen: SocketAddr,
    /// The certificate, where TLS ends in this process and not before it.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// Where operators are listened to: health and metrics.
    #[serde(default)]
    pub operators: Option<SocketAddr>,
    /// Trying things out on localhost: http everywhere. Refused unless the issuer's host is localhost.
    #[serde(default)]
    pub loopback: bool,
    /// A stage for tools that try the protocol: serves insurers with made-up members, and no others.
    #[serde(default)]
    pub stage: bool,
    /// The proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: sekisho_site::web::Proxies,
}

/// Where the rows are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`. It may hold a password, so it is never printed.
    pub url: SecretString,
}

/// The keys that seal what is at rest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// `kid:base64` of 32 bytes, comma separated; the first seals, all open.
    #[serde(default)]
    pub master_keys: Option<SecretString>,
    /// A file with the same, made on first start when it does not exist.
    #[serde(default)]
    pub master_key_path: Option<PathBuf>,
}

/// Where the files are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// The insurers' files.
    pub insurers: PathBuf,
    /// Their documents.
    pub terms: PathBuf,
    /// The relying parties.
    pub clients: PathBuf,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            insurers: "config/insurers".into(),
            terms: "config/terms".into(),
            clients: "config/clients.toml".into(),
        }
    }
}

/// Where else passkeys of this service may be used. Their relying party's id is the issuer's host, for good.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasskeySites {
    /// Origins of the operator's own, told to browsers at `/.well-known/webauthn`.
    pub related_origins: Vec<Url>,
}

/// Whether clients may register themselves (RFC 7591), by invitation only.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registering {
    /// Whether `/register` is there.
    pub enabled: bool,
}

/// How long a key signs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SigningKeys {
    /// After how many days the next key of an algorithm is made.
    pub rotate_after_days: std::num::NonZeroU16,
}

impl Default for SigningKeys {
    fn default() -> Self {
        Self { rotate_after_days: std::num::NonZeroU16::MIN.saturating_add(89) }
    }
}

impl SigningKeys {
    /// The same as a time.
    pub fn age(&self) -> std::time::Duration {
        std::time::Duration::from_hours(24 * u64::from(self.rotate_after_days.get()))
    }
}

/// How much hashing at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hashing {
    /// Hashes at the same time; 0 means one for each core.
    pub workers: usize,
    /// How many may wait before others are asked to come back.
    pub queue: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { workers: 0, queue: 32 }
    }
}

/// Why a configuration cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The issuer has a path, query, fragment or credentials.
    #[error("server.issuer: an issuer is a scheme and a host, without path, query, fragment or credentials")]
    IssuerShape,
    /// http is for localhost only.
    #[error("server.issuer: http is accepted on localhost only, with server.loopback = true")]
    IssuerScheme,
    /// The loopback switch is for localhost only.
    #[error("server.loopback: only for an issuer on localhost")]
    Loopback,
    /// Browsers never come over TLS to an address of plain http.
    #[error("server.tls: the issuer is http, but whoever listens under TLS is reached over https only")]
    Tls,
}

impl Config {
    /// Whether the parts fit together.
    ///
    /// # Errors
    /// [`Unfit`], naming the key.
    pub fn check(&self) -> Result<(), Unfit> {
        let issuer = &self.server.issuer;
        let bare = issuer.path() == "/" && issuer.query().is_none() && issuer.fragment().is_none();
        if !bare
            || !issuer.username().is_empty()
            || issuer.password().is_some()
            || issuer.host_str().is_none()
        {
            return Err(Unfit::IssuerShape);
        }
        let localhost = issuer.host_str() == Some("localhost");
        if self.server.loopback && !localhost {
            return Err(Unfit::Loopback);
        }
        match issuer.scheme() {
            "http" if self.server.tls.is_some() => Err(Unfit::Tls),
            "https" => Ok(()),
            "http" if localhost && self.server.loopback => Ok(()),
            _ => Err(Unfit::IssuerScheme),
        }
    }

    /// The issuer as it stands in tokens and metadata: without a trailing slash.
    pub fn issuer(&self) -> String {
        self.server.issuer.as_str().trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests;
