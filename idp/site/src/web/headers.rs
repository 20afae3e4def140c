//! The security headers of every answer.

use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};
use url::Url;

const EVERYWHERE: [(HeaderName, &str); 8] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: it makes browsers send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), \
         publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
    // For whatever is no page; a page brings its own policy.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    // For whatever does not say otherwise, as static files do.
    (header::CACHE_CONTROL, "no-store"),
];

/// Adds the security headers that an answer does not bring itself.
#[derive(Clone, Debug)]
pub struct Security {
    https: bool,
}

impl Security {
    /// The headers of a site reached at `site`.
    pub fn new(site: &Url) -> Self {
        Self { https: site.scheme() == "https" }
    }

    /// Adds what `headers` lacks.
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in EVERYWHERE {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        if self.https {
            headers
                .entry(header::STRICT_TRANSPORT_SECURITY)
                .or_insert(HeaderValue::from_static("max-age=63072000; includeSubDomains"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(site: &str, mut headers: HeaderMap) -> HeaderMap {
        Security::new(&site.parse().unwrap()).apply(&mut headers);
        headers
    }

    #[test]
    fn se_08_every_answer_refuses_frames_whatever_it_is() {
        let headers = applied("https://id.example.jp", HeaderMap::new());
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
        assert!(
            headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'")
        );
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(
            !applied("http://localhost:1", HeaderMap::new()).contains_key(header::STRICT_TRANSPORT_SECURITY)
        );
    }

    #[test]
    fn se_14_nothing_is_cached_unless_it_says_so() {
        assert_eq!(applied("https://a.jp", HeaderMap::new())[header::CACHE_CONTROL], "no-store");
        let own =
            HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("public, immutable"))]);
        assert_eq!(applied("https://a.jp", own)[header::CACHE_CONTROL], "public, immutable");
    }
}
