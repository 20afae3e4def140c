//! What strangers send to the protocol, in any form: nothing panics, and only what is right passes.
//!
//! `PROPTEST_CASES` says how much is tried; 2,000 of each when it is not set.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use proptest::collection::vec;
use proptest::prelude::*;
use sekisho_base::Timestamp;
use sekisho_domain::jose::{self, Alg, KeySet, SigningKey, Typ};
use sekisho_domain::oidc::authorize::{Asked, Grounds};
use sekisho_domain::oidc::client::{Client, RedirectUri, Registration, Uris};
use sekisho_domain::oidc::issuer::Issuer;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::refresh::RefreshToken;
use sekisho_domain::oidc::token::{self, Caller, Request};
use serde_json::{Value, json};

const CALLBACK: &str = "https://rp.example/cb?a=b%20c";
const NOW: Timestamp = Timestamp::from_seconds(1_795_224_276);

static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| Arc::new(SigningKey::generate(Alg::Es256).unwrap()));
static ISSUER: LazyLock<Issuer> = LazyLock::new(|| Issuer::parse("https://id.example.jp").unwrap());
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let registration: Registration = serde_json::from_value(json!({
        "id": "rp",
        "name": { "ja": "窓口", "en": "Desk" },
        "insurers": "all",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": { "keys": [KEY.public().jwk()] },
        "scopes": ["openid", "profile"]
    }))
    .unwrap();
    registration.parse(false).unwrap()
});

fn cases() -> ProptestConfig {
    let default = ProptestConfig::default();
    let set = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if set { default.cases } else { 2_000 }, failure_persistence: None, ..default }
}

fn keys() -> KeySet {
    KeySet::new(vec![Arc::clone(KEY.public())])
}

/// A good assertion; another signature over the same claims would be as good.
static ASSERTION: LazyLock<String> = LazyLock::new(|| {
    let now = NOW.seconds();
    let claims = json!({ "iss": "rp", "sub": "rp", "aud": ISSUER.as_str(), "exp": now + 60, "jti": "j" });
    jose::sign(&KEY, Typ::Jwt, &claims).unwrap()
});

/// Text with a taste for what addresses and forms are made of.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("https://".to_owned()),
        Just("rp.example".to_owned()),
        Just("/cb".to_owned()),
        Just("@".to_owned()),
        Just("\\".to_owned()),
        Just("%2e%2e/".to_owned()),
        Just("%00".to_owned()),
        Just("?".to_owned()),
        Just("&".to_owned()),
        Just("=".to_owned()),
        Just("#".to_owned()),
        Just(":".to_owned()),
        Just("[::1]".to_owned()),
        any::<char>().prop_map(String::from),
        "\\PC{0,12}",
    ];
    vec(word, 0..12).prop_map(|words| words.concat())
}

/// A good text in which something was cut, doubled, put in or replaced.
fn bent(good: String) -> impl Strategy<Value = String> {
    let bytes = good.into_bytes();
    let place = 0..bytes.len();
    (place.clone(), place, any::<char>(), 0..4_u8).prop_map(move |(from, to, other, how)| {
        let (from, to) = (from.min(to), from.max(to));
        let (head, middle, tail) = (&bytes[..from], &bytes[from..to], &bytes[to..]);
        let other = other.to_string().into_bytes();
        let parts = match how {
            0 => [head, tail].concat(),
            1 => [head, middle, middle, tail].concat(),
            2 => [head, other.as_slice(), middle, tail].concat(),
            _ => [head, other.as_slice(), tail].concat(),
        };
        String::from_utf8_lossy(&parts).into_owned()
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn ru_01_an_address_passes_only_as_it_was_registered(sent in prop_oneof![text(), bent(CALLBACK.to_owned())]) {
        let registered = RedirectUri::parse(CALLBACK, Uris { loopback: false, native: false }).unwrap();
        prop_assert_eq!(registered.matches(&sent), sent == CALLBACK);
        for uris in [(false, false), (false, true), (true, false)] {
            let (loopback, native) = uris;
            if let Ok(parsed) = RedirectUri::parse(&sent, Uris { loopback, native }) {
                prop_assert!(parsed.matches(&sent));
                prop_assert!(sent.starts_with("https://") || loopback || native, "{}", sent);
            }
        }
    }

    #[test]
    fn a_request_is_read_or_refused_and_never_answered_elsewhere(
        redirect_uri in prop_oneof![text(), Just(CALLBACK.to_owned())],
        others in vec((0..24_usize, text()), 0..8),
    ) {
        let names = sekisho_domain::oidc::authorize::UNDERSTOOD;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", "rp").append_pair("redirect_uri", &redirect_uri);
        for (name, value) in &others {
            form.append_pair(names.get(*name).copied().unwrap_or("x"), value);
        }
        let Ok(params) = Params::parse(&form.finish()) else { return Ok(()) };
        prop_assert_eq!(&Params::parse(&params.to_query()).unwrap(), &params);
        let Ok(known) = Asked::new(params).known(CLIENT.clone()) else { return Ok(()) };
        let addressed = known.addressed(&ISSUER);
        prop_assert_eq!(addressed.is_ok(), redirect_uri == CALLBACK);
        if let Ok(addressed) = addressed {
            let grounds = Grounds { issuer: &ISSUER, keys: &keys() };
            match addressed.asking(grounds) {
                Ok(asking) => prop_assert_eq!(asking.callback().uri(), CALLBACK),
                Err(refusal) => prop_assert_eq!(refusal.callback.uri(), CALLBACK),
            }
        }
    }

    #[test]
    fn parameters_are_read_or_refused(form in prop_oneof![text(), "(%[0-9a-zA-Z]{2}|[a-z=&+]){0,40}"]) {
        if let Ok(params) = Params::parse(&form) {
            prop_assert_eq!(Params::parse(&params.to_query()).unwrap(), params.clone());
            let _ = Request::read(&params);
        }
    }

    #[test]
    fn tk_10_a_signed_text_passes_only_as_it_was_signed(sent in prop_oneof![text(), bent(ASSERTION.clone())]) {
        for typ in [Typ::Jwt, Typ::AccessToken, Typ::LogoutToken, Typ::Introspection] {
            prop_assert!(jose::verify::<Value>(&sent, typ, &keys()).is_err() || sent == *ASSERTION);
        }
        let _ = jose::peek::<Value>(&sent);
    }

    #[test]
    fn tk_07_an_assertion_is_believed_only_as_it_was_signed(
        sent in prop_oneof![text(), bent(ASSERTION.clone())],
        kind in prop_oneof![Just("urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned()), text()],
        header in proptest::option::of(text()),
    ) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_assertion", &sent).append_pair("client_assertion_type", &kind);
        let Ok(params) = Params::parse(&form.finish()) else { return Ok(()) };
        if let Ok(caller) = Caller::read(header.as_deref(), &params) {
            let grounds = token::Grounds { issuer: &ISSUER, now: NOW };
            prop_assert!(caller.authenticate(Some(&CLIENT), grounds).is_err() || sent == *ASSERTION);
        }
    }

    #[test]
    fn tk_10_a_refresh_token_is_read_only_in_the_form_it_has(sent in prop_oneof![
        text(),
        "rt_grt_[0-9a-f]{32}\\.[0-9+-]{1,3}\\.[a-z0-9-]{0,4}\\.[A-Za-z0-9_=-]{42,44}",
    ]) {
        if let Some(token) = RefreshToken::parse(&sent) {
            prop_assert_eq!(token.to_text(), sent);
        }
    }
}
