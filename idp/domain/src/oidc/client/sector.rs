//! Whose name for a person a client hears (OpenID Connect Core §8).

use super::RedirectUri;

/// How a client is told who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The same `sub` at all clients that registered so.
    Public,
    /// A `sub` of this sector only (OpenID Connect Core §8.1).
    Pairwise(String),
}

/// The sector of a client: as declared, else the one host of its redirect URIs.
///
/// # Errors
/// When several hosts leave it open, or a loopback address, which every app on every device has.
pub(super) fn sector(declared: Option<&str>, redirect_uris: &[RedirectUri]) -> Result<String, &'static str> {
    if let Some(declared) = declared {
        let host = !declared.is_empty()
            && declared
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        return if host { Ok(declared.to_owned()) } else { Err("is a host name in lower case") };
    }
    let mut hosts = redirect_uris.iter().map(RedirectUri::host);
    match hosts.next() {
        Some("127.0.0.1" | "[::1]") => Err("must be declared, because a loopback address is everybody's"),
        Some(first) if hosts.all(|host| host == first) => Ok(first.to_owned()),
        _ => Err("must be declared, because the redirect URIs are at several hosts"),
    }
}

/// The longest list of redirect URIs that is read.
const MOST: usize = 1_000;

/// Whether the document at a `sector_identifier_uri` lists every one of `redirect_uris` (OpenID Connect Registration §5):
/// who serves it vouches that they belong together.
///
/// # Errors
/// What is wrong with it.
pub fn lists_every(document: &[u8], redirect_uris: &[String]) -> Result<(), &'static str> {
    let listed: Vec<String> = serde_json::from_slice(document)
        .map_err(|_| "leads to something else than a JSON list of addresses")?;
    if listed.len() > MOST {
        return Err("leads to a list of more than a thousand addresses");
    }
    if redirect_uris.iter().all(|uri| listed.contains(uri)) {
        Ok(())
    } else {
        Err("leads to a list that lacks one of the redirect_uris")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ss_08_a_sectors_document_lists_every_redirect_uri_and_is_a_short_list() {
        let uris = ["https://a.example/cb".to_owned(), "https://b.example/cb".to_owned()];
        let good = br#"["https://b.example/cb", "https://c.example/cb", "https://a.example/cb"]"#;
        assert_eq!(lists_every(good, &uris), Ok(()));
        let many = serde_json::to_vec(&vec!["https://a.example/cb"; 10_000]).unwrap();
        let bad: [&[u8]; 9] = [
            br#"["https://a.example/cb"]"#,
            br#"["https://a.example/cb", "https://b.example/cb/"]"#,
            br#"["https://a.example/cb", 7]"#,
            br#"{"redirect_uris": ["https://a.example/cb", "https://b.example/cb"]}"#,
            br#""https://a.example/cb https://b.example/cb""#,
            b"<html>",
            b"",
            b"[]",
            &many,
        ];
        for document in bad {
            assert!(lists_every(document, &uris).is_err());
        }
    }
}
