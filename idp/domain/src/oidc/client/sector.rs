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
