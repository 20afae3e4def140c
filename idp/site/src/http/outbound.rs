//! What an operator allows beyond the defaults, for tests and closed networks.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use url::{Host, Url};

use super::{Client, Limits, Reach, Tls, TlsError};

/// The `[outbound]` section. By default it is empty: those are trusted whom the machine trusts, and an address that
/// somebody else registered is asked only if it is public.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outbound {
    /// A PEM file of authorities that are trusted beside those of the machine.
    pub trusted_ca: Option<PathBuf>,
    /// Hosts that may be asked on any port although they are not public.
    pub private_hosts: Vec<PrivateHost>,
}

/// A host that may be asked although it is not public: `name`, or `name=address` where the name is looked up nowhere
/// else, as in `/etc/hosts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateHost {
    name: String,
    address: Option<IpAddr>,
}

/// What `[outbound]` names and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The file of authorities cannot be read.
    #[error("outbound.trusted_ca: {0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// There is nothing in it, or in what the caller brought.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// What is no private host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is neither a host nor host=address")]
pub struct NoHost(String);

impl Outbound {
    /// A client that connects as far as `reach` and these rules allow.
    ///
    /// # Errors
    /// [`OutboundError`] when the authorities cannot be used.
    pub fn client(&self, reach: Reach) -> Result<Client, OutboundError> {
        self.client_with(reach, Limits::default(), Tls::default())
    }

    /// As [`Outbound::client`], with limits, authorities and a certificate of the caller's. Where the caller names
    /// authorities, these alone are trusted.
    ///
    /// # Errors
    /// As [`Outbound::client`].
    pub fn client_with(&self, reach: Reach, limits: Limits, tls: Tls<'_>) -> Result<Client, OutboundError> {
        let config = tls.config(self.authorities()?.as_deref())?;
        Ok(Client::build(Rules { reach, hosts: self.private_hosts.clone() }, limits, config))
    }

    /// TLS as these rules allow, for what is not asked over HTTP.
    pub(crate) fn tls(&self) -> Result<rustls::ClientConfig, OutboundError> {
        Ok(Tls::default().config(self.authorities()?.as_deref())?)
    }

    /// The authorities that are trusted beside those of the machine, as PEM.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn authorities(&self) -> Result<Option<Vec<u8>>, OutboundError> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| OutboundError::Unreadable(path.clone(), error))
        };
        self.trusted_ca.as_ref().map(read).transpose()
    }

    /// Says in the log, at each start, what is allowed beyond the defaults.
    pub fn announce(&self) {
        if let Some(file) = &self.trusted_ca {
            tracing::warn!(file = %file.display(), "outbound.trusted_ca is set: whoever holds these authorities' keys can be any host to this service");
        }
        if !self.private_hosts.is_empty() {
            let hosts =
                self.private_hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(" ");
            tracing::warn!(%hosts, "outbound.private_hosts is set: clients may make this service ask these hosts, on any port");
        }
    }
}

impl FromStr for PrivateHost {
    type Err = NoHost;

    fn from_str(text: &str) -> Result<Self, NoHost> {
        let wrong = || NoHost(text.to_owned());
        let (name, address) = match text.split_once('=') {
            None => (text.trim(), None),
            Some((name, address)) => (name.trim(), Some(address.trim().parse().map_err(|_| wrong())?)),
        };
        match (Host::parse(name).map_err(|_| wrong())?, address) {
            (Host::Domain(name), address) => Ok(Self { name, address }),
            (host, None) => Ok(Self { name: host.to_string(), address: None }),
            (_, Some(_)) => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for PrivateHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Where a client may connect to: its reach, and the hosts that an operator added to it.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) reach: Reach,
    pub(super) hosts: Vec<PrivateHost>,
}

impl Rules {
    /// Whether a URL may be asked; a name that is not listed is judged again when it is resolved.
    pub(super) fn judge(&self, url: &Url) -> Result<(), super::Error> {
        let listed = url.host_str().is_some_and(|name| self.listed(name).is_some());
        let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && self.reach != Reach::Public);
        if listed && scheme_fits { Ok(()) } else { self.reach.judge(url) }
    }

    /// The operator's word about a name.
    pub(super) fn listed(&self, name: &str) -> Option<&PrivateHost> {
        self.hosts.iter().find(|host| host.name.eq_ignore_ascii_case(name))
    }
}

impl PrivateHost {
    /// The address that the name has by the operator's word.
    pub(super) const fn address(&self) -> Option<IpAddr> {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn rules(reach: Reach) -> Rules {
        let hosts = ["rp.sekisho.test=127.0.0.1", "10.0.0.7", "Suite.example.jp"];
        Rules { reach, hosts: hosts.iter().map(|host| host.parse().unwrap()).collect() }
    }

    #[test]
    fn a_listed_host_is_asked_on_any_port_and_nothing_near_it_is() {
        let judge = |url: &str| rules(Reach::Public).judge(&url.parse().unwrap()).is_ok();
        for url in [
            "https://rp.sekisho.test:8443/jwks",
            "https://10.0.0.7/",
            "https://suite.example.jp:8443/",
            "https://SUITE.example.jp/",
        ] {
            assert!(judge(url), "{url}");
        }
        for url in [
            "http://rp.sekisho.test/",
            "https://evil.rp.sekisho.test:8443/",
            "https://10.0.0.8/",
            "https://rp.sekisho.test.:8443/",
            "ftp://rp.sekisho.test/",
        ] {
            assert!(!judge(url), "{url}");
        }
        assert!(rules(Reach::Loopback).judge(&"http://rp.sekisho.test:1/".parse().unwrap()).is_ok());
    }

    #[test]
    fn what_is_no_host_is_refused_with_its_text() {
        for text in ["", "a b", "rp.example.jp=here", "10.0.0.7=10.0.0.8", "https://rp.example.jp"] {
            assert!(text.parse::<PrivateHost>().is_err(), "{text}");
        }
        let read = toml::from_str::<Outbound>("private_hosts = [\"a=b\"]").unwrap_err();
        assert!(read.to_string().contains("a=b"), "{read}");
        assert!(toml::from_str::<Outbound>("private_host = []").is_err());
    }

    #[test]
    fn what_is_allowed_beyond_the_defaults_is_loud_in_the_log() {
        let paper: Arc<Mutex<Vec<u8>>> = Arc::default();
        let said = |outbound: &Outbound| {
            let kept = Arc::clone(&paper);
            let write = move || Pen(Arc::clone(&kept));
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(write).finish();
            tracing::subscriber::with_default(subscriber, || outbound.announce());
            String::from_utf8(std::mem::take(&mut *paper.lock().unwrap())).unwrap()
        };
        assert_eq!(said(&Outbound::default()), "");
        let outbound = Outbound {
            trusted_ca: Some("/etc/ca.pem".into()),
            private_hosts: vec!["rp.sekisho.test=127.0.0.1".parse().unwrap()],
        };
        let said = said(&outbound);
        assert_eq!(said.matches("WARN").count(), 2, "{said}");
        assert!(said.contains("/etc/ca.pem") && said.contains("rp.sekisho.test"), "{said}");
    }

    struct Pen(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Pen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn authorities_that_cannot_be_read_are_named() {
        let outbound = Outbound { trusted_ca: Some("/nowhere/ca.pem".into()), ..Outbound::default() };
        let Err(refused) = outbound.client(Reach::Public) else { panic!("made") };
        assert!(refused.to_string().contains("/nowhere/ca.pem"), "{refused}");
    }
}
