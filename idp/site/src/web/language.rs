//! The language of a page.

use http::{HeaderMap, header};
use secrecy::ExposeSecret as _;
use sekisho_base::Language;

use super::Cookies;

/// The language a person is spoken to in: their choice (the cookie `lang`), then what the request asks for
/// (`ui_locales`), then `Accept-Language`, then Japanese.
pub fn language(cookies: &Cookies, headers: &HeaderMap, ui_locales: Option<&str>) -> Language {
    cookies
        .read(headers, "lang")
        .and_then(|choice| choice.expose_secret().parse().ok())
        .or_else(|| ui_locales.and_then(Language::first_of))
        .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_choice_goes_before_the_request_and_that_before_the_browser() {
        let cookies = Cookies::new("sekisho", &"http://localhost:80".parse().unwrap());
        let cases = [
            (Some("en"), Some("ja"), Some("ja"), Language::En),
            (Some("xx"), Some("fr en ja"), Some("ja"), Language::En),
            (None, Some("fr"), Some("en-GB,ja;q=0.5"), Language::En),
            (None, None, Some("de"), Language::Ja),
            (None, None, None, Language::Ja),
        ];
        for (cookie, ui_locales, accept, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(cookie) = cookie {
                let line = format!("{}={cookie}", cookies.name("lang"));
                headers.insert(header::COOKIE, HeaderValue::try_from(line).unwrap());
            }
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accept).unwrap());
            }
            assert_eq!(language(&cookies, &headers, ui_locales), expected);
        }
    }
}
