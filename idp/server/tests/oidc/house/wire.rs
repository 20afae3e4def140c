//! What travels: addresses, forms, tokens.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{CALLBACK, CHALLENGE, VERIFIER};

/// Long opaque values become a dot each, short marks of files a hash sign.
pub(crate) fn masked(text: &str) -> String {
    let opaque = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut masked = String::new();
    let mut run = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(c) if opaque(c) => run.push(c),
            _ => {
                let digits = run.chars().filter(char::is_ascii_digit).count();
                let word = |run: &str| run.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c));
                match run.len() {
                    36.. if !word(&run) => masked.push('•'),
                    12 if digits > 0 && run.chars().all(|c| c.is_ascii_hexdigit()) => masked.push('#'),
                    _ => masked.push_str(&run),
                }
                run.clear();
                masked.extend(c);
            }
        }
    }
    masked
}

/// The address of a good request, with parameters set; an empty one is taken out.
pub(crate) fn authorize(changes: &[(&str, &str)]) -> String {
    let good = [
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid insurance"),
        ("state", "xyz"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let pairs =
        good.iter().filter(|(name, _)| !changed(name)).chain(changes).filter(|(_, value)| !value.is_empty());
    format!(
        "/authorize?{}",
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    )
}

pub(crate) fn redemption(code: &str) -> String {
    form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ])
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn posted(uri: &str, form: &str) -> Request<Body> {
    let request = Request::post(uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(form.to_owned())).unwrap()
}

pub(crate) fn basic((id, secret): (&str, &str)) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}
