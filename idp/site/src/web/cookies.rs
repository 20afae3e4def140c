//! The cookies of one application.

use std::fmt::Write as _;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// Names, reads and writes an application's cookies.
///
/// Over https a cookie is `__Host-<app>-<name>`, so that no neighbouring host can set it. Over http, which is accepted
/// for loopback only, it is `<app>_<port>_<name>` without `Secure`: cookies ignore ports, so two applications on
/// localhost need different names. A cookie with the empty name is the application's own: `__Host-<app>`.
#[derive(Clone, Debug)]
pub struct Cookies {
    prefix: String,
    joint: char,
    secure: bool,
}

impl Cookies {
    /// The cookies of `app`, reached at `issuer` (or, for a portal, its own address).
    pub fn new(app: &str, issuer: &Url) -> Self {
        if issuer.scheme() == "https" {
            return Self { prefix: format!("__Host-{app}"), joint: '-', secure: true };
        }
        let port = issuer.port_or_known_default().unwrap_or_default();
        Self { prefix: format!("{app}_{port}"), joint: '_', secure: false }
    }

    /// The full name of the cookie `name`.
    pub fn name(&self, name: &str) -> String {
        if name.is_empty() { self.prefix.clone() } else { format!("{}{}{name}", self.prefix, self.joint) }
    }

    /// The value of the cookie `name`. A cookie that came twice was tossed in by someone else, and which is ours cannot
    /// be told: then there is none (SE-09).
    pub fn read(&self, headers: &HeaderMap, name: &str) -> Option<SecretString> {
        let name = self.name(name);
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        match (found.next(), found.next()) {
            (Some(value), None) if !value.is_empty() && value.bytes().all(is_octet) => Some(value.into()),
            _ => None,
        }
    }

    /// A `Set-Cookie` for the cookie `name`; without `max_age` it lasts as long as the browser is open. Characters
    /// that a cookie cannot hold (RFC 6265 §4.1.1) are left out.
    pub fn set<V: CookieValue + ?Sized>(
        &self,
        name: &str,
        value: &V,
        max_age: Option<Duration>,
    ) -> HeaderValue {
        let value: String =
            value.text().chars().filter(|char| u8::try_from(*char).is_ok_and(is_octet)).collect();
        let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", self.name(name));
        if self.secure {
            text.push_str("; Secure");
        }
        if let Some(max_age) = max_age {
            let _ = write!(text, "; Max-Age={}", max_age.as_secs());
        }
        // Only a name with control characters could fail here, and those are literals of the services.
        let mut value = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// A `Set-Cookie` that removes the cookie `name`.
    pub fn clear(&self, name: &str) -> HeaderValue {
        self.set(name, "", Some(Duration::ZERO))
    }
}

/// What a cookie may be set to: a secret, or a plain text such as a language.
pub trait CookieValue {
    /// The value as it travels.
    fn text(&self) -> &str;
}

impl CookieValue for str {
    fn text(&self) -> &str {
        self
    }
}

impl CookieValue for SecretString {
    fn text(&self) -> &str {
        self.expose_secret()
    }
}

/// `cookie-octet` of RFC 6265 §4.1.1.
const fn is_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Cookies {
        Cookies::new("sekisho", &"https://id.example.jp".parse().unwrap())
    }

    fn sent(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_str(line).unwrap())).collect()
    }

    fn read(lines: &[&str]) -> Option<String> {
        https().read(&sent(lines), "session").map(|value| value.expose_secret().to_owned())
    }

    #[test]
    fn se_05_a_cookie_over_https_is_bound_to_its_host_and_hidden_from_scripts() {
        assert_eq!(
            https().set("session", "abc", Some(Duration::from_secs(9))),
            "__Host-sekisho-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=9"
        );
        assert_eq!(https().name(""), "__Host-sekisho");
    }

    #[test]
    fn over_http_the_port_tells_neighbours_on_localhost_apart() {
        let cookies = Cookies::new("sekisho", &"http://localhost:8080".parse().unwrap());
        assert_eq!(cookies.set("lang", "en", None), "sekisho_8080_lang=en; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(cookies.clear(""), "sekisho_8080=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn se_09_a_plain_name_is_ignored_and_duplicates_are_no_cookie() {
        let cases: [(&[&str], Option<&str>); 7] = [
            (&["a=1; __Host-sekisho-session=x; b=2"], Some("x")),
            (&["a=1", "__Host-sekisho-session=x"], Some("x")),
            (&["session=x; sekisho-session=x; __host-sekisho-session=x"], None),
            (&["__Host-sekisho-session=x; __Host-sekisho-session=y"], None),
            (&["__Host-sekisho-session=x", "__Host-sekisho-session=x"], None),
            (&["__Host-sekisho-session="], None),
            (&[], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(read(lines).as_deref(), expected, "{lines:?}");
        }
    }

    #[test]
    fn se_15_odd_cookies_are_none_and_never_a_fault() {
        for line in ["__Host-sekisho-session=\"x\"", "__Host-sekisho-session=a b", ";;;=;=", "x"] {
            assert_eq!(read(&[line]), None, "{line}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_bytes(b"__Host-sekisho-session=\xff").unwrap());
        assert!(https().read(&headers, "session").is_none());
        let many = format!("{}__Host-sekisho-session=x", "a=1; ".repeat(2_000));
        assert_eq!(read(&[&many]).as_deref(), Some("x"));
    }

    #[test]
    fn xs_12_a_value_cannot_add_an_attribute_or_a_header() {
        let set = https().set("lang", "ja; Domain=evil.test\r\nSet-Cookie: a=b", None);
        assert_eq!(
            set,
            "__Host-sekisho-lang=jaDomain=evil.testSet-Cookie:a=b; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(set.is_sensitive());
    }
}
