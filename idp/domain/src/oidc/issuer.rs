//! Who we are to relying parties.

use std::fmt;

use url::{Host, Url};

/// The issuer identifier (OpenID Connect Core §2): scheme and host, without a path and without a closing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

/// Why a text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the issuer is https://HOST[:PORT] without path, query, fragment or closing slash; http only on localhost"
)]
pub struct IssuerError;

impl Issuer {
    /// Reads an issuer; plain http is accepted for `localhost` only.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError)?;
        let reachable = match (url.scheme(), url.host()) {
            ("https", Some(_)) => true,
            ("http", Some(Host::Domain(name))) => name == "localhost",
            _ => false,
        };
        // `Url` prints the root path that an issuer does not have.
        if reachable && url.as_str().strip_suffix('/') == Some(text) && url.username().is_empty() {
            Ok(Self(text.to_owned()))
        } else {
            Err(IssuerError)
        }
    }

    /// The identifier as `iss` says it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The absolute address of one of our paths.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_origin_and_nothing_more() {
        for good in ["https://id.example.jp", "https://id.example.jp:8443", "http://localhost:8080"] {
            assert_eq!(Issuer::parse(good).unwrap().as_str(), good);
        }
        let bad = [
            "https://id.example.jp/",
            "https://id.example.jp/a",
            "https://id.example.jp?x=1",
            "https://u:p@id.example.jp",
            "https://ID.example.jp",
            "http://id.example.jp",
            "http://127.0.0.1:8080",
            "id.example.jp",
        ];
        for text in bad {
            assert_eq!(Issuer::parse(text), Err(IssuerError), "{text}");
        }
        assert_eq!(
            Issuer::parse("http://localhost:8080").unwrap().at("/token"),
            "http://localhost:8080/token"
        );
    }
}
