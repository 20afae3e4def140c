use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::jose::{Alg, SigningKey, Typ, sign};
use crate::oidc::issuer::Issuer;

const NOW: i64 = 1_000_000;

fn issuer() -> Issuer {
    Issuer::parse("https://id.example.jp").unwrap()
}

fn good() -> Value {
    json!({ "iss": "rp", "sub": "rp", "aud": "https://id.example.jp", "exp": NOW + 60, "jti": "j", "iat": NOW })
}

fn altered(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

fn judged(claims: &Value, profile: Profile) -> Option<Single> {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let keys = KeySet::new(vec![Arc::clone(key.public())]);
    let assertion = sign(&key, Typ::Jwt, claims).unwrap();
    let issuer = issuer();
    let grounds = Grounds { issuer: &issuer, now: Timestamp::from_seconds(NOW) };
    judge(&assertion, (&"rp".parse().unwrap(), profile), &keys, grounds)
}

fn passes(claims: &Value) -> bool {
    judged(claims, Profile::Basic).is_some()
}

#[test]
fn tk_07_only_the_clients_own_words_for_us_pass() {
    assert!(passes(&good()));
    let wrong = [
        ("iss", json!("other")),
        ("sub", json!("other")),
        ("jti", json!("")),
        ("jti", json!("j".repeat(257))),
        ("jti", Value::Null),
        ("exp", json!(NOW + 700)),
        ("aud", json!("https://other.example.jp")),
        ("aud", json!("https://id.example.jp/")),
        ("aud", json!(["https://id.example.jp", "https://other.example.jp"])),
        ("aud", json!([])),
        ("aud", json!(7)),
    ];
    for (name, value) in wrong {
        assert!(!passes(&altered(name, value.clone())), "{name} {value}");
    }
    for right in [json!("https://id.example.jp/token"), json!(["https://id.example.jp"])] {
        assert!(passes(&altered("aud", right.clone())), "{right}");
    }
    for missing in ["iss", "sub", "aud", "exp", "jti"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(missing);
        assert!(!passes(&claims), "{missing}");
    }
}

#[test]
fn under_fapi_the_audience_is_our_issuer_as_one_text() {
    let fapi = |claims: &Value| judged(claims, Profile::Fapi2Security).is_some();
    assert!(fapi(&good()));
    for other in [json!("https://id.example.jp/token"), json!(["https://id.example.jp"])] {
        assert!(!fapi(&altered("aud", other.clone())), "{other}");
    }
}

#[test]
fn tk_06_and_az_21_times_are_whole_numbers_near_now() {
    let cases = [
        ("exp", json!(NOW), false),
        ("exp", json!(NOW - 1), false),
        ("exp", json!((NOW + 60).to_string()), false),
        ("exp", json!(1e300), false),
        ("nbf", json!(NOW + 9), true),
        ("nbf", json!(NOW + 61), false),
        ("iat", json!(NOW + 9), true),
        ("iat", json!(NOW + 61), false),
    ];
    for (name, value, expected) in cases {
        assert_eq!(passes(&altered(name, value.clone())), expected, "{name} {value}");
    }
}

#[test]
fn tk_04_another_kind_of_token_is_no_assertion() {
    let key = SigningKey::generate(Alg::Es256).unwrap();
    let keys = KeySet::new(vec![Arc::clone(key.public())]);
    let issuer = issuer();
    let grounds = Grounds { issuer: &issuer, now: Timestamp::from_seconds(NOW) };
    for typ in [Typ::AccessToken, Typ::LogoutToken, Typ::Introspection] {
        let token = sign(&key, typ, &good()).unwrap();
        assert!(judge(&token, (&"rp".parse().unwrap(), Profile::Basic), &keys, grounds).is_none());
    }
}

#[test]
fn the_same_jti_is_the_same_thing_for_one_client_only() {
    let one = judged(&good(), Profile::Basic).unwrap();
    assert_eq!(one, judged(&good(), Profile::Basic).unwrap());
    assert_ne!(one.digest, judged(&altered("jti", json!("k")), Profile::Basic).unwrap().digest);
    assert_eq!(one.until, Timestamp::from_seconds(NOW + 60));
}
