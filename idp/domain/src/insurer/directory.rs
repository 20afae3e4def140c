//! An insurer's own member directory, asked over HTTP in place of imported extracts.
//!
//! The file names the place and the pace. What proves us to the directory stands in the operator's configuration, never
//! here: an insurer's file is no secret.

use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

/// Where an insurer's members are asked for, and how patiently.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The address under which the questions stand, such as `https://members.example.jp/v1`.
    pub url: Url,
    /// How we prove who asks.
    #[serde(default)]
    pub auth: DirectoryAuth,
    /// How long one question may take, in milliseconds, from the connection to the last byte.
    #[serde(default = "two_seconds")]
    pub timeout_ms: u64,
    /// How many questions are asked at once.
    #[serde(default = "sixteen")]
    pub parallel: usize,
    /// After so many failures in a row nothing is asked for a while …
    #[serde(default = "five")]
    pub failures: u32,
    /// … that is so many seconds long.
    #[serde(default = "half_a_minute")]
    pub pause_seconds: u64,
}

/// How a directory knows that it is us who ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectoryAuth {
    /// A token in the header.
    #[default]
    Bearer,
    /// A client certificate.
    Mtls,
}

const fn two_seconds() -> u64 {
    2_000
}

const fn sixteen() -> usize {
    16
}

const fn five() -> u32 {
    5
}

const fn half_a_minute() -> u64 {
    30
}

impl Directory {
    /// How long one question may take.
    pub const fn time(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// How long nothing is asked after too many failures.
    pub const fn pause(&self) -> Duration {
        Duration::from_secs(self.pause_seconds)
    }

    /// Whether anybody could be asked this way.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(super) fn check(&self) -> Result<(), String> {
        let url = &self.url;
        let local = matches!(url.host(), Some(Host::Domain("localhost")));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err("directory.url: members are asked for over https".to_owned());
        }
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !bare {
            return Err("directory.url: no credentials, query or fragment stand in the address".to_owned());
        }
        if !(100..=10_000).contains(&self.timeout_ms) {
            return Err("directory.timeout_ms: 100 to 10000, since a person is waiting".to_owned());
        }
        if !(1..=256).contains(&self.parallel) {
            return Err("directory.parallel: 1 to 256 questions at once".to_owned());
        }
        if !(1..=100).contains(&self.failures) || !(1..=3_600).contains(&self.pause_seconds) {
            return Err("directory: failures are 1 to 100, pause_seconds 1 to 3600".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(), String> {
        toml::from_str::<Directory>(text).map_err(|error| error.to_string())?.check()
    }

    #[test]
    fn a_directory_is_asked_over_https_at_a_bare_address() {
        for url in ["https://members.example.jp", "https://10.1.2.3:8443/v1/", "http://localhost:9090"] {
            assert_eq!(read(&format!("url = '{url}'")), Ok(()), "{url}");
        }
        for url in [
            "http://members.example.jp",
            "http://localhost.example.jp",
            "https://u:p@members.example.jp",
            "https://members.example.jp/?key=1",
            "https://members.example.jp/#a",
            "ftp://members.example.jp",
            "members.example.jp",
        ] {
            assert!(read(&format!("url = '{url}'")).is_err(), "{url}");
        }
    }

    #[test]
    fn nobody_waits_for_ever_and_no_secret_stands_in_the_file() {
        for more in
            ["timeout_ms = 0", "timeout_ms = 60000", "parallel = 0", "failures = 0", "pause_seconds = 0"]
        {
            assert!(read(&format!("url = 'https://members.example.jp'\n{more}")).is_err(), "{more}");
        }
        assert!(
            read("url = 'https://members.example.jp'\ntoken = 'x'").unwrap_err().contains("unknown field")
        );
    }
}
