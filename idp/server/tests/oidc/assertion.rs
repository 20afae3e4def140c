//! Clients that prove by a key of their own to be themselves (RFC 7523).

use std::sync::Arc;

use futures::future::join_all;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::jose::{Alg, SigningKey, Typ, sign};
use sekisho_domain::oidc::client::Registration;
use serde_json::{Value, json};

use crate::house::{BEGIN, Browser, House, ISSUER, KEY, Reply, SECRET, form, redemption, registrations};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn good(jti: &str) -> Value {
    let now = BEGIN.seconds();
    json!({ "iss": "keyed", "sub": "keyed", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti })
}

fn with(jti: &str, name: &str, value: Value) -> Value {
    let mut claims = good(jti);
    claims[name] = value;
    claims
}

fn signed(claims: &Value) -> String {
    sign(&KEY, Typ::Jwt, claims).unwrap()
}

fn shown_with(code: &str, assertion: &str) -> String {
    format!(
        "{}&{}",
        redemption(code),
        form(&[("client_assertion_type", TYPE), ("client_assertion", assertion)])
    )
}

async fn code(house: &House, browser: &mut Browser) -> String {
    browser.code(house, &[("client_id", "keyed")]).await
}

fn unbelieved(reply: &Reply, what: &str) {
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"].as_str()),
        (401, Some("invalid_client")),
        "{what}"
    );
}

#[tokio::test]
async fn oidcc_ensure_client_assertion_with_iss_aud_succeeds() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    for (jti, audience) in [
        ("a", json!(ISSUER)),
        ("b", json!(format!("{ISSUER}/token"))),
        ("c", json!([ISSUER])),
        ("d", json!([ISSUER, format!("{ISSUER}/token")])),
    ] {
        let code = code(&house, &mut browser).await;
        let reply =
            house.post("/token", &shown_with(&code, &signed(&with(jti, "aud", audience.clone())))).await;
        assert_eq!(reply.status.as_u16(), 200, "{audience} {}", reply.body);
    }
}

#[tokio::test]
async fn tk_06_tk_07_and_az_21_an_assertion_is_ours_fresh_and_of_the_client_itself() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = code(&house, &mut browser).await;
    let now = BEGIN.seconds();
    let mut without = good("x");
    without.as_object_mut().unwrap().remove("exp");
    let mut nameless = good("x");
    nameless.as_object_mut().unwrap().remove("jti");
    let wrong = [
        without,
        nameless,
        with("", "jti", json!("")),
        with("x", "jti", json!("j".repeat(300))),
        with("x", "exp", json!(now)),
        with("x", "exp", json!(now - 300)),
        with("x", "exp", json!(now + 3_600)),
        with("x", "exp", json!((now + 60).to_string())),
        with("x", "exp", json!(1e300)),
        with("x", "nbf", json!(now + 61)),
        with("x", "iat", json!(now + 61)),
        with("x", "iss", json!("rp")),
        with("x", "sub", json!("rp")),
        with("x", "aud", json!("https://other.example.jp")),
        with("x", "aud", json!([ISSUER, "https://other.example.jp"])),
        with("x", "aud", json!([])),
        with("x", "aud", json!(format!("{ISSUER}/"))),
    ];
    for claims in wrong {
        unbelieved(&house.post("/token", &shown_with(&code, &signed(&claims))).await, &claims.to_string());
    }
    let ahead = with("ahead", "iat", json!(now + 9));
    assert_eq!(house.post("/token", &shown_with(&code, &signed(&ahead))).await.status.as_u16(), 200);
}

#[tokio::test]
async fn tk_01_tk_02_tk_03_and_tk_20_only_the_registered_key_and_algorithm_count() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = code(&house, &mut browser).await;
    let (header, payload) = (r#"{"alg":"none","typ":"JWT"}"#, good("x").to_string());
    let encode = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    };
    let unsigned = format!("{}.{}.", encode(header), encode(&payload));
    let token = signed(&good("x"));
    let (head, _) = token.rsplit_once('.').unwrap();
    let other = |alg| sign(&SigningKey::generate(alg).unwrap(), Typ::Jwt, &good("x")).unwrap();
    let wrong = [
        unsigned,
        format!("{head}."),
        head.to_owned(),
        format!("{token}A"),
        other(Alg::Es256),
        other(Alg::Rs256),
        sign(&KEY, Typ::AccessToken, &good("x")).unwrap(),
        sign(&KEY, Typ::LogoutToken, &good("x")).unwrap(),
        ".".repeat(10_000)[..4_000].to_owned(),
        String::new(),
    ];
    for assertion in wrong {
        let reply = house.post("/token", &shown_with(&code, &assertion)).await;
        unbelieved(&reply, &assertion);
    }
    assert_eq!(house.post("/token", &shown_with(&code, &token)).await.status.as_u16(), 200);
}

#[tokio::test]
async fn tk_08_a_client_with_a_key_has_no_secret_and_shows_one_thing_at_a_time() {
    let house = House::open().await;
    let mut browser = house.member(&[Password, Sms]).await;
    let code = code(&house, &mut browser).await;
    unbelieved(&house.token(("keyed", SECRET), &redemption(&code)).await, "a secret");
    unbelieved(&house.post("/token", &format!("{}&client_id=keyed", redemption(&code))).await, "nothing");
    let both = format!("{}&client_secret={SECRET}&client_id=keyed", shown_with(&code, &signed(&good("x"))));
    let reply = house.post("/token", &both).await;
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (400, Some("invalid_request")));
    let reply = house.token(("rp", SECRET), &shown_with(&code, &signed(&good("x")))).await;
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (400, Some("invalid_request")));
    let named = format!("{}&client_id=rp", shown_with(&code, &signed(&good("x"))));
    unbelieved(&house.post("/token", &named).await, "another name");
}

#[tokio::test(flavor = "multi_thread")]
async fn tk_07_of_fifty_calls_with_one_assertion_one_is_believed() {
    for [one, two] in House::pairs().await {
        let assertion = signed(&good("once"));
        let body =
            format!("token=x&{}", form(&[("client_assertion_type", TYPE), ("client_assertion", &assertion)]));
        let calls = (0..50).map(|call| {
            let (house, body) = (if call % 2 == 0 { one.clone() } else { two.clone() }, body.clone());
            tokio::spawn(async move { house.post("/introspect", &body).await.status.as_u16() })
        });
        let statuses: Vec<u16> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 401)), "{statuses:?}");
    }
}

#[tokio::test]
async fn oidcc_refresh_token_rp_key_rotation_a_new_key_counts_as_soon_as_it_is_applied() {
    let house = House::open().await;
    let next = Arc::new(SigningKey::generate(Alg::Es256).unwrap());
    let token = sign(&next, Typ::Jwt, &good("x")).unwrap();
    let body = format!("token=x&{}", form(&[("client_assertion_type", TYPE), ("client_assertion", &token)]));
    unbelieved(&house.post("/introspect", &body).await, "not yet");
    let changed: Vec<Registration> = registrations()
        .into_iter()
        .map(|mut client| {
            if client.id.as_str() == "keyed" {
                let keys = json!({ "keys": [KEY.public().jwk(), next.public().jwk()] });
                client.jwks = Some(serde_json::from_value(keys).unwrap());
            }
            client
        })
        .collect();
    sekisho_idp::flows::clients::apply(&house.state, changed, &mut house.state.cx()).await.unwrap();
    assert_eq!(house.post("/introspect", &body).await.status.as_u16(), 200);
}
