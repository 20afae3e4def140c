//! Addresses of clients: what may be registered, and what equals it.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Why an address is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UriError(pub(super) &'static str);

/// Which addresses are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uris {
    /// The server tries things out on one machine: plain http on `localhost` is fine (`[server] loopback`).
    pub loopback: bool,
    /// The client is an app on a device: plain http on a loopback address, at any port (RFC 8252 §7.3).
    pub native: bool,
}

impl Uris {
    /// Reads an address that a client registers.
    ///
    /// It must be written in its normal form, so that comparing texts is comparing addresses.
    pub fn parse(self, text: &str) -> Result<Url, UriError> {
        let url = Url::parse(text).map_err(|_| UriError("is not an absolute address"))?;
        if url.scheme() != "https" && !(url.scheme() == "http" && self.allows_plain(&url)) {
            return Err(UriError("must be https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UriError("must not hold a user name"));
        }
        if url.fragment().is_some() {
            return Err(UriError("must not have a fragment"));
        }
        if text.contains('*') || text.contains("..") {
            return Err(UriError("must not hold a wildcard or dots that climb"));
        }
        if url.host_str().is_none_or(|host| host.ends_with('.')) {
            return Err(UriError("must name a host without a closing dot"));
        }
        if url.as_str() != text {
            return Err(UriError("is not in its normal form: lower-case host, no default port, a path"));
        }
        Ok(url)
    }

    fn allows_plain(self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Domain(name)) => self.loopback && name == "localhost",
            Some(Host::Ipv4(address)) => self.native && address == Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(address)) => self.native && address == Ipv6Addr::LOCALHOST,
            None => false,
        }
    }
}

/// An address to which a browser may be sent with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    host: String,
    origin: String,
    any_port: bool,
}

impl RedirectUri {
    /// Registers an address.
    pub fn parse(text: &str, uris: Uris) -> Result<Self, UriError> {
        let url = uris.parse(text)?;
        Ok(Self {
            text: text.to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            origin: url.origin().ascii_serialization(),
            any_port: uris.native && url.scheme() == "http" && url.host_str() != Some("localhost"),
        })
    }

    /// The address as registered.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port, as a content security policy names them.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether `asked` is this address: byte by byte (RFC 9700 §2.1), save for the port of an app's
    /// loopback listener, which the app learns only when it opens one (RFC 8252 §7.3).
    pub fn matches(&self, asked: &str) -> bool {
        if asked == self.text {
            return true;
        }
        self.any_port
            && matches!(
                (split_port(&self.text, &self.host), split_port(asked, &self.host)),
                (Some((_, registered)), Some((true, sent))) if registered == sent
            )
    }
}

/// `http://HOST[:PORT]` and the rest of a loopback address: whether it has a plain port, and what follows.
fn split_port<'a>(text: &'a str, host: &str) -> Option<(bool, &'a str)> {
    let after = text.strip_prefix("http://")?.strip_prefix(host)?;
    let Some(port_and_rest) = after.strip_prefix(':') else { return Some((false, after)) };
    let end = port_and_rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(port_and_rest.len());
    let (port, rest) = port_and_rest.split_at_checked(end)?;
    let plain = !port.starts_with('0') && port.parse::<u16>().is_ok();
    plain.then_some((true, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: Uris = Uris { loopback: false, native: false };
    const NATIVE: Uris = Uris { loopback: false, native: true };

    #[test]
    fn ru_01_only_the_exact_text_matches() {
        let registered = RedirectUri::parse("https://rp.example/cb", WEB).unwrap();
        assert!(registered.matches("https://rp.example/cb"));
        for tail in ["/cb/", "/cb?x=1", "/CB", ":443/cb", "/%63b", "/./cb", "/cb#f", "/cb?", "/cb "] {
            assert!(!registered.matches(&format!("https://rp.example{tail}")), "{tail}");
        }
        assert!(!registered.matches("https://RP.example/cb"));
        assert!(!registered.matches("http://rp.example/cb"));
    }

    #[test]
    fn ru_04_an_app_may_change_its_port_and_nothing_else() {
        let registered = RedirectUri::parse("http://127.0.0.1/cb", NATIVE).unwrap();
        for good in ["http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", "http://127.0.0.1:1/cb"] {
            assert!(registered.matches(good), "{good}");
        }
        let bad = [
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1:80@evil.test/cb",
            "http://localhost:1/cb",
            "http://127.1/cb",
            "http://0x7f000001/cb",
            "http://[::1]:9/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:080/cb",
            "http://127.0.0.1:1/cb/",
            "https://127.0.0.1:1/cb",
        ];
        for text in bad {
            assert!(!registered.matches(text), "{text}");
        }
        let web = RedirectUri::parse("https://127.0.0.1/cb", NATIVE).unwrap();
        assert!(!web.matches("https://127.0.0.1:4/cb"));
    }

    #[test]
    fn ru_07_dangerous_addresses_are_not_registered() {
        let bad = [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://rp.example/x",
            "file:///etc/passwd",
            "http://rp.example/cb",
            "https://rp.example/cb#f",
            "https://u:p@rp.example/cb",
            "//rp.example/cb",
            "/cb",
            "",
        ];
        for text in bad {
            assert!(WEB.parse(text).is_err(), "{text}");
        }
        assert!(WEB.parse("http://localhost:8081/callback").is_err());
        assert!(Uris { loopback: true, native: false }.parse("http://localhost:8081/callback").is_ok());
        assert!(Uris { loopback: true, native: false }.parse("http://127.0.0.1:8081/callback").is_err());
    }

    #[test]
    fn ru_08_patterns_are_not_registered() {
        let bad = [
            "https://*.rp.example/cb",
            "https://rp.example/*",
            ".*",
            "https://rp.example./cb",
            "https://rp.example.",
            "https://rp.example",
            "https://RP.example/cb",
            "https://rp.example:443/cb",
            "https://rp.example/a/../cb",
            "https://rp.example/%2e%2e/cb",
            "https://rp.example/c b",
            "https://rp.example\\cb",
        ];
        for text in bad {
            assert!(WEB.parse(text).is_err(), "{text}");
        }
        for good in ["https://rp.example/", "https://rp.example:8443/cb?a=b%20c", "https://[2001:db8::1]/cb"]
        {
            assert_eq!(RedirectUri::parse(good, WEB).unwrap().as_str(), good);
        }
    }

    #[test]
    fn ru_14_a_registered_query_is_compared_byte_by_byte() {
        let registered = RedirectUri::parse("https://rp.example/cb?a=b%20c", WEB).unwrap();
        assert!(registered.matches("https://rp.example/cb?a=b%20c"));
        for tail in ["a=b+c", "a=b c", "a=b%2520c", "a=b%20c&x=1"] {
            assert!(!registered.matches(&format!("https://rp.example/cb?{tail}")), "{tail}");
        }
    }
}
