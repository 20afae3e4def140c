//! Whether a request that changes something comes from our own pages.

use http::{HeaderMap, Method, header};
use url::Url;

/// The origin of a URL as browsers send it: `https://id.example.jp`, without the default port.
pub fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether the request may change something at `site`, as far as the browser says where it came from.
///
/// Reading methods may always pass. Browsers of today send `Sec-Fetch-Site`; without it `Origin` decides; without either,
/// the form token alone does. `Host` is not asked: it is whatever the sender wrote.
pub fn from_here(method: &Method, headers: &HeaderMap, site: &Url) -> bool {
    if method.is_safe() {
        return true;
    }
    if let Some(relation) = headers.get("sec-fetch-site") {
        return relation == "same-origin";
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin.as_bytes() == origin_of(site).as_bytes(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn se_06_only_our_own_origin_may_change_something() {
        let site = "https://id.example.jp/".parse().unwrap();
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://id.example.jp")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://id.example.jp")], true),
            (&[("origin", "https://id.example.jp.evil.test")], false),
            (&[("origin", "null")], false),
            (&[("origin", "http://id.example.jp")], false),
            (&[], true),
        ];
        for (lines, expected) in cases {
            let headers: HeaderMap = lines
                .iter()
                .map(|(name, value)| {
                    (
                        http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                        HeaderValue::from_str(value).unwrap(),
                    )
                })
                .collect();
            assert_eq!(from_here(&Method::POST, &headers, &site), expected, "{lines:?}");
            assert!(from_here(&Method::GET, &headers, &site));
        }
    }
}
