//! The content security policy of pages.

use http::HeaderValue;

const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'none'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
    frame-ancestors 'none'; object-src 'none'; form-action 'self'";

/// The policy of one page: no inline code or style, nothing from elsewhere, never in a frame.
///
/// Browsers apply `form-action` to the redirects after a POST too: a page whose POST may end at a client lists that
/// callback's origin.
#[derive(Clone, Debug)]
pub struct Csp {
    text: String,
}

impl Csp {
    /// The policy of a page whose forms end here.
    pub fn page() -> Self {
        Self { text: PAGE.to_owned() }
    }

    /// The policy of a page whose forms may also end at `origins`: `https://rp.example.jp`, or the scheme of an
    /// application, `jp.example.app:`. What is no origin is left out.
    pub fn form_action<O: AsRef<str>>(mut self, origins: &[O]) -> HeaderValue {
        for origin in origins.iter().map(AsRef::as_ref).filter(|origin| is_source(origin)) {
            self.text.push(' ');
            self.text.push_str(origin);
        }
        self.into()
    }
}

/// Characters of an origin or a scheme: nothing that could end the directive or the header.
fn is_source(origin: &str) -> bool {
    origin.contains(':')
        && origin.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-+[]_".contains(&byte))
}

impl From<Csp> for HeaderValue {
    fn from(csp: Csp) -> Self {
        Self::try_from(csp.text).unwrap_or_else(|_| Self::from_static("default-src 'none'"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_01_a_page_allows_no_inline_code_and_no_frame() {
        let policy = HeaderValue::from(Csp::page());
        let policy = policy.to_str().unwrap();
        assert!(!policy.contains("unsafe"));
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"] {
            assert!(policy.split("; ").any(|directive| directive == part), "{part}");
        }
    }

    #[test]
    fn forms_may_end_at_the_callback_and_nothing_else_gets_into_the_policy() {
        let policy = Csp::page().form_action(&[
            "https://rp.example.jp",
            "jp.example.app:",
            "https://x; script-src *",
            "*",
            "https://y\r\nX: 1",
        ]);
        let policy = policy.to_str().unwrap();
        assert!(policy.ends_with("; form-action 'self' https://rp.example.jp jp.example.app:"), "{policy}");
    }
}
