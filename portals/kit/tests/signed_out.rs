//! News of sign-outs from the provider, true and false (OpenID Connect Back-Channel Logout 1.0).

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the tests of signing in use all of it")]
#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "the tests of signing in use all of it")]
#[path = "support/portal.rs"]
mod portal;

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use browser::Browser;
use fake_issuer::{CLIENT_ID, new_key};
use portal::{Portal, START, portal, portal_on};
use sekisho_site::db::trial::Trial;
use serde_json::{Value, json};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "key-1", "typ": "logout+jwt" })
}

fn claims(portal: &Portal, jti: &str) -> Value {
    let now = START.seconds();
    json!({
        "iss": portal.issuer.url, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": jti,
        "sub": "subject-1", "sid": "session-1", "events": { EVENT: {} }
    })
}

/// News under the key that the provider has at the moment.
fn signed(portal: &Portal, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let key = Arc::clone(&portal.issuer.set().key);
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// Posts news as the provider does, and gives the status.
async fn tell(portal: &Portal, header: &Value, claims: &Value) -> u16 {
    post(portal, &signed(portal, header, claims)).await
}

async fn post(portal: &Portal, token: &str) -> u16 {
    let answer = portal.browser().post("/backchannel-logout", &[("logout_token", token)]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.status.as_u16()
}

async fn signed_in(portal: &Portal) -> Browser {
    let mut browser = portal.browser();
    assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
    browser
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_ends_the_sessions_of_that_sign_in() {
    for trial in Trial::both().await.unwrap() {
        let portal = portal_on(trial.db.clone()).await;
        let mut browser = signed_in(&portal).await;
        signed_in(&portal).await;
        let mut other = claims(&portal, "other");
        other["sid"] = json!("session-2");
        assert_eq!((tell(&portal, &header(), &other).await, portal.sessions().await), (200, 2));
        assert_eq!(tell(&portal, &header(), &claims(&portal, "a")).await, 200);
        assert_eq!(portal.sessions().await, 0);
        assert!(browser.get("/secret").await.location().starts_with("/login"));
        assert_eq!(tell(&portal, &header(), &claims(&portal, "b")).await, 200, "it was over already");
    }
}

#[tokio::test]
async fn news_that_names_no_sign_in_is_about_all_of_a_person_and_nobody_else() {
    let portal = portal().await;
    signed_in(&portal).await;
    portal.issuer.set().subject = "subject-2".into();
    signed_in(&portal).await;
    let mut all = claims(&portal, "a");
    all.as_object_mut().unwrap().remove("sid");
    all["aud"] = json!([CLIENT_ID, "another"]);
    assert_eq!((tell(&portal, &header(), &all).await, portal.sessions().await), (200, 1));
    let mut of_both = claims(&portal, "b");
    of_both["sub"] = json!("subject-3");
    assert_eq!((tell(&portal, &header(), &of_both).await, portal.sessions().await), (200, 1));
}

#[tokio::test]
async fn lg_04_news_that_does_not_prove_itself_ends_nothing() {
    let portal = portal().await;
    signed_in(&portal).await;
    let now = START.seconds();
    let good = || claims(&portal, "x");
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let mut nobody = without("sub");
    nobody.as_object_mut().unwrap().remove("sid");
    let wrong = [
        with("iss", json!("https://id.evil.test")),
        with("aud", json!("another")),
        with("aud", json!(["another"])),
        with("iat", json!(now - 301)),
        with("iat", json!(now + 61)),
        with("exp", json!(now)),
        with("exp", json!((now + 120).to_string())),
        with("nonce", json!("n")),
        with("jti", json!("")),
        with("events", json!({})),
        with("events", json!({ "http://schemas.openid.net/event/other": {} })),
        with("events", json!({ EVENT: "yes" })),
        without("iss"),
        without("aud"),
        without("iat"),
        without("exp"),
        without("jti"),
        without("events"),
        nobody,
    ];
    for claims in wrong {
        assert_eq!(tell(&portal, &header(), &claims).await, 400, "{claims}");
    }
    assert_eq!(portal.sessions().await, 1);
}

#[tokio::test]
async fn lg_04_only_the_providers_own_signature_counts() {
    let portal = portal().await;
    signed_in(&portal).await;
    let good = || claims(&portal, "x");
    let mut headers = vec![json!({ "alg": "ES256", "typ": "logout+jwt" })];
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("typ", json!("JWT")),
        ("typ", json!("at+jwt")),
        ("kid", json!("key-2")),
        ("crit", json!(["exp"])),
    ] {
        let mut header = header();
        header[name] = value;
        headers.push(header);
    }
    for header in headers {
        assert_eq!(tell(&portal, &header, &good()).await, 400, "{header}");
    }
    let token = signed(&portal, &header(), &good());
    let (bare, _) = token.rsplit_once('.').unwrap();
    for token in [format!("{bare}."), bare.to_owned(), String::new(), "a.b.c".into(), ".".repeat(9_000)] {
        assert_eq!(post(&portal, &token).await, 400, "{token}");
    }
    let bare = portal.browser().post("/backchannel-logout", &[]).await;
    assert_eq!((bare.status.as_u16(), portal.sessions().await), (400, 1));
    portal.issuer.set().key = new_key();
    assert_eq!(tell(&portal, &header(), &good()).await, 400, "under the name of a key that we know");
    assert_eq!(portal.sessions().await, 1);
}

#[tokio::test]
async fn lg_04_each_piece_of_news_counts_once() {
    for trial in Trial::both().await.unwrap() {
        let portal = portal_on(trial.db.clone()).await;
        assert_eq!(tell(&portal, &header(), &claims(&portal, "a")).await, 200);
        signed_in(&portal).await;
        assert_eq!(tell(&portal, &header(), &claims(&portal, "a")).await, 400);
        assert_eq!(portal.sessions().await, 1);
    }
}

#[tokio::test]
async fn a_provider_that_changed_keys_is_believed_and_one_that_is_away_is_asked_to_come_again() {
    let portal = portal().await;
    signed_in(&portal).await;
    portal.clock.advance(Duration::from_secs(31));
    {
        let mut behaviour = portal.issuer.set();
        behaviour.key = new_key();
        behaviour.kid = "key-2".into();
    }
    let mut next = header();
    next["kid"] = json!("key-2");
    assert_eq!(tell(&portal, &next, &claims(&portal, "a")).await, 200);
    assert_eq!(portal.sessions().await, 0);
    portal.issuer.set().away = true;
    portal.clock.advance(Duration::from_secs(31));
    let mut unknown = header();
    unknown["kid"] = json!("key-3");
    assert_eq!(tell(&portal, &unknown, &claims(&portal, "b")).await, 503);
}
