//! `oidcc-client-back-channel-logout-rp-basic` and `oidcc-client-rp-initiated-logout-rp-basic`. What our own registration
//! has, ES256, is in `signed_out.rs`.

use std::collections::HashMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

use super::browser::Browser;
use super::fake_issuer::CLIENT_ID;
use super::portal::{Portal, START, query};
use super::{KEYS, accepts, portal};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a signed-in portal says to a logout token, and how many sessions are left.
async fn told(change: impl FnOnce(&mut Value, &mut Value)) -> (u16, i64) {
    let portal = portal().await;
    accepts(&portal).await;
    let now = START.seconds();
    let mut header = json!({ "alg": "RS256", "kid": "key-1", "typ": "logout+jwt" });
    let mut claims = json!({
        "iss": portal.issuer.url, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "a",
        "sub": "subject-1", "sid": "session-1", "events": { EVENT: {} }
    });
    change(&mut header, &mut claims);
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let mut signature = vec![0; KEYS[0].public_modulus_len()];
    KEYS[0].sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    let signature = if header["alg"] == "none" { String::new() } else { URL_SAFE_NO_PAD.encode(signature) };
    let token = format!("{signed}.{signature}");
    let answer = portal.browser().post("/backchannel-logout", &[("logout_token", &token)]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    (answer.status.as_u16(), portal.sessions().await)
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    assert_eq!(told(|_, _| ()).await, (200, 0));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    assert_eq!(told(|header, _| header["alg"] = json!("none")).await, (400, 1));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    assert_eq!(told(|_, claims| drop(claims.as_object_mut().unwrap().remove("events"))).await, (400, 1));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    assert_eq!(told(|_, claims| claims["nonce"] = json!("n")).await, (400, 1));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    assert_eq!(told(|header, _| header["alg"] = json!("HS256")).await, (400, 1));
    assert_eq!(
        told(|header, _| header["alg"] = json!("ES256")).await,
        (400, 1),
        "another than was registered"
    );
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    assert_eq!(told(|_, claims| claims["aud"] = json!("another")).await, (400, 1));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    let other = json!({ "http://schemas.openid.net/event/other": {} });
    assert_eq!(told(|_, claims| claims["events"] = other).await, (400, 1));
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    assert_eq!(told(|_, claims| claims["iss"] = json!("https://other.example.jp")).await, (400, 1));
}

/// Signs in and out, and gives the address at the provider.
async fn signed_out() -> (Portal, Browser, HashMap<String, String>) {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    let token = browser.get("/logout").await.hidden("form");
    let out = browser.post("/logout", &[("form", &token)]).await;
    assert!(out.location().starts_with(&format!("{}/logout?", portal.issuer.url)));
    let asked = query(out.location());
    (portal, browser, asked)
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    let (portal, mut browser, asked) = signed_out().await;
    assert_eq!(asked["id_token_hint"].split('.').count(), 3);
    let back = format!("{}?state={}", asked["post_logout_redirect_uri"], asked["state"]);
    assert_eq!(browser.get(&back).await.status, StatusCode::OK);
    assert_eq!(portal.sessions().await, 0);
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    let (portal, mut browser, asked) = signed_out().await;
    assert_eq!(browser.get(&asked["post_logout_redirect_uri"]).await.status, StatusCode::OK);
    assert_eq!(portal.sessions().await, 0);
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_other_state() {
    let (portal, mut browser, asked) = signed_out().await;
    let back = format!("{}?state=%3Cscript%3E", asked["post_logout_redirect_uri"]);
    let page = browser.get(&back).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("script"));
    assert_eq!(portal.sessions().await, 0);
}
