//! The compact form of a signed JSON object (RFC 7515 §3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use super::{Alg, KeyError, KeySet, SigningKey, VerifyingKey};

/// Longer texts are not looked at: our own tokens stay far below.
const LONGEST: usize = 16 * 1024;

/// What a token is for. It stands in the header, so that one kind never passes for another (RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An ID token.
    Jwt,
    /// An access token (RFC 9068 §2.1).
    AccessToken,
    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    LogoutToken,
    /// An answer of introspection (RFC 9701 §5).
    Introspection,
}

impl Typ {
    /// The value of the `typ` header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AccessToken => "at+jwt",
            Self::LogoutToken => "logout+jwt",
            Self::Introspection => "token-introspection+jwt",
        }
    }
}

/// Why a text is not an object that one of our keys signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not a JWS of the expected kind.
    #[error("not a signed token of the expected kind")]
    Malformed,
    /// Its key is not among those that count, or not for its algorithm.
    #[error("signed with a key that does not count")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature does not fit")]
    Signature,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: Alg,
    typ: &'a str,
    kid: &'a str,
}

/// What is read of a header. Everything that would change how the rest is to be read is refused;
/// `jku`, `jwk`, `x5u` and `x5c` are not even looked at: keys come from our own set.
#[derive(Deserialize)]
struct Received {
    alg: Alg,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
}

/// Signs `claims` as a token of kind `typ`.
///
/// # Errors
/// When the key fails, or the claims are not a JSON object; neither depends on a request.
pub fn sign(key: &SigningKey, typ: Typ, claims: &impl Serialize) -> Result<String, KeyError> {
    let refused = |_| KeyError(key.alg());
    let header = Header { alg: key.alg(), typ: typ.as_str(), kid: key.kid() };
    let header = serde_json::to_vec(&header).map_err(refused)?;
    let payload = serde_json::to_vec(claims).map_err(refused)?;
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signed = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signed, &mut token);
    Ok(token)
}

/// Reads the claims of a token of kind `typ`, signed by one of `keys`. Times, issuer and audience are the
/// caller's to judge.
pub fn verify<C: DeserializeOwned>(token: &str, typ: Typ, keys: &KeySet) -> Result<C, Error> {
    let parts = Parts::split(token)?;
    if parts.header.typ.as_deref() != Some(typ.as_str()) {
        return Err(Error::Malformed);
    }
    let kid = parts.header.kid.as_deref().ok_or(Error::Malformed)?;
    parts.verify(keys.find(kid))
}

/// Reads the claims of an assertion that a client signed by one of its `keys` (RFC 7523 §3). Clients may leave out the
/// kind, and the key's name where they have one key only; no other kind of token passes for an assertion.
pub fn verify_assertion<C: DeserializeOwned>(token: &str, keys: &KeySet) -> Result<C, Error> {
    let parts = Parts::split(token)?;
    if !matches!(parts.header.typ.as_deref(), None | Some("JWT" | "client-authentication+jwt")) {
        return Err(Error::Malformed);
    }
    let key = match &parts.header.kid {
        Some(kid) => keys.find(kid),
        None => keys.only(),
    };
    parts.verify(key)
}

/// The claims of a token, unverified: to find out whose key is to verify it, and for nothing else.
pub fn peek<C: DeserializeOwned>(token: &str) -> Option<C> {
    let parts = Parts::split(token).ok()?;
    serde_json::from_slice(&decode(parts.payload).ok()?).ok()
}

/// The name of the key that a token says it was signed with, unverified: to find that key, and for nothing else.
pub fn peek_kid(token: &str) -> Option<String> {
    Parts::split(token).ok()?.header.kid
}

/// A token taken apart, with a header that changes nothing about how the rest is read.
struct Parts<'a> {
    header: Received,
    payload: &'a str,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, Error> {
        if token.len() > LONGEST {
            return Err(Error::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Error::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Error::Malformed)?;
        let header: Received = serde_json::from_slice(&decode(header)?).map_err(|_| Error::Malformed)?;
        let plain = header.crit.is_none() && header.b64.is_none() && header.zip.is_none();
        if plain { Ok(Self { header, payload, signed, signature }) } else { Err(Error::Malformed) }
    }

    fn verify<C: DeserializeOwned>(&self, key: Option<&VerifyingKey>) -> Result<C, Error> {
        let key = key.filter(|key| key.jwk().alg == self.header.alg).ok_or(Error::UnknownKey)?;
        if !key.verifies(self.signed.as_bytes(), &decode(self.signature)?) {
            return Err(Error::Signature);
        }
        serde_json::from_slice(&decode(self.payload)?).map_err(|_| Error::Malformed)
    }
}

/// Strict base64url: no padding, no spaces, no stray bits, hence one text per value.
fn decode(text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn key() -> SigningKey {
        SigningKey::generate(Alg::Es256).unwrap()
    }

    fn set(key: &SigningKey) -> KeySet {
        KeySet::new(vec![Arc::clone(key.public())])
    }

    fn with_header(token: &str, header: &Value) -> String {
        let (_, rest) = token.split_once('.').unwrap();
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    /// Signs an arbitrary header: what a broken or hostile holder of a key might do.
    fn signed_with_header(key: &SigningKey, header: &Value) -> String {
        let token = with_header("h.e30.s", header);
        let (signed, _) = token.rsplit_once('.').unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).unwrap()))
    }

    #[test]
    fn what_was_signed_reads_back_for_every_algorithm() {
        for alg in Alg::ALL {
            let key = SigningKey::generate(alg).unwrap();
            let token = sign(&key, Typ::Jwt, &json!({"sub": "a"})).unwrap();
            assert_eq!(verify::<Value>(&token, Typ::Jwt, &set(&key)).unwrap(), json!({"sub": "a"}), "{alg}");
        }
    }

    #[test]
    fn tk_01_unsigned_and_cut_tokens_are_refused() {
        let key = key();
        let token = sign(&key, Typ::Jwt, &json!({})).unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        for alg in ["none", "nOnE", "None", ""] {
            let header = json!({"alg": alg, "typ": "JWT", "kid": key.kid()});
            assert!(verify::<Value>(&with_header(&token, &header), Typ::Jwt, &set(&key)).is_err(), "{alg}");
        }
        let cut =
            [format!("{signed}."), signed.to_owned(), String::new(), "..".to_owned(), "a.b.c.d".to_owned()];
        for text in cut {
            assert!(verify::<Value>(&text, Typ::Jwt, &set(&key)).is_err(), "{text}");
        }
    }

    #[test]
    fn tk_02_a_token_keyed_with_our_public_key_is_refused() {
        let key = key();
        let token = sign(&key, Typ::Jwt, &json!({})).unwrap();
        for alg in ["HS256", "HS512", "RS256", "PS256", "EdDSA", "ES384"] {
            let header = json!({"alg": alg, "typ": "JWT", "kid": key.kid()});
            assert!(verify::<Value>(&with_header(&token, &header), Typ::Jwt, &set(&key)).is_err(), "{alg}");
            assert!(
                verify::<Value>(&signed_with_header(&key, &header), Typ::Jwt, &set(&key)).is_err(),
                "{alg}"
            );
        }
    }

    #[test]
    fn tk_03_a_key_that_the_header_brings_along_does_not_count() {
        let (ours, theirs) = (key(), key());
        let jwk = theirs.public().jwk();
        for kid in [theirs.kid(), "../../dev/null", "' OR 1=1--", ""] {
            let header = json!({"alg": "ES256", "typ": "JWT", "kid": kid, "jwk": jwk, "jku": "https://evil.test/jwks"});
            let forged = signed_with_header(&theirs, &header);
            assert_eq!(verify::<Value>(&forged, Typ::Jwt, &set(&ours)), Err(Error::UnknownKey), "{kid}");
        }
        let nameless = signed_with_header(&ours, &json!({"alg": "ES256", "typ": "JWT"}));
        assert_eq!(verify::<Value>(&nameless, Typ::Jwt, &set(&ours)), Err(Error::Malformed));
    }

    #[test]
    fn tk_04_one_kind_of_token_does_not_pass_for_another() {
        let key = key();
        let access = sign(&key, Typ::AccessToken, &json!({})).unwrap();
        assert_eq!(verify::<Value>(&access, Typ::Jwt, &set(&key)), Err(Error::Malformed));
        let untyped = signed_with_header(&key, &json!({"alg": "ES256", "kid": key.kid()}));
        assert_eq!(verify::<Value>(&untyped, Typ::Jwt, &set(&key)), Err(Error::Malformed));
    }

    #[test]
    fn tk_10_only_the_exact_text_is_the_token() {
        let key = key();
        let token = sign(&key, Typ::Jwt, &json!({"a": 1})).unwrap();
        let variants =
            [format!("{token}="), format!("{token}A"), format!(" {token}"), token.replacen('.', "=.", 1)];
        for text in variants {
            assert!(verify::<Value>(&text, Typ::Jwt, &set(&key)).is_err(), "{text}");
        }
        let mut cut = token;
        cut.pop();
        assert!(verify::<Value>(&cut, Typ::Jwt, &set(&key)).is_err());
    }

    #[test]
    fn tk_18_headers_that_change_the_meaning_are_refused() {
        let key = key();
        for (name, value) in [("crit", json!(["exp"])), ("b64", json!(false)), ("zip", json!("DEF"))] {
            let mut header = json!({"alg": "ES256", "typ": "JWT", "kid": key.kid()});
            header[name] = value;
            assert_eq!(
                verify::<Value>(&signed_with_header(&key, &header), Typ::Jwt, &set(&key)),
                Err(Error::Malformed),
                "{name}"
            );
        }
    }

    #[test]
    fn tk_19_bombs_are_refused_before_they_are_read() {
        let key = key();
        for text in ["a".repeat(1_000_000), ".".repeat(10_000), format!("{}.a.b", "e".repeat(20_000))] {
            assert_eq!(verify::<Value>(&text, Typ::Jwt, &set(&key)), Err(Error::Malformed));
        }
    }
}
