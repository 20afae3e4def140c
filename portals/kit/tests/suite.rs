//! The modules of a conformance suite that plays the provider, by their names: what a relying party must accept, and what
//! it must refuse (oidc.md §14). Our portals register ES256; here the registration is the suite's, RS256.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_issuer::{CLIENT_ID, Twist};
use http::StatusCode;
use portal::{Portal, START, portal_signed_by, twist};
use sekisho_portal_kit::{Refusal, Signing};
use serde_json::{Value, json};

/// Two keys: the provider's, and another.
static KEYS: LazyLock<[Arc<KeyPair>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(KeyPair::generate(KeySize::Rsa2048).unwrap())));

async fn portal() -> Portal {
    let portal = portal_signed_by(Signing::Rs256).await;
    portal.issuer.set().rsa = Some(Arc::clone(&KEYS[0]));
    portal
}

fn jwk(key: &KeyPair, kid: &str) -> Value {
    let key = key.public_key();
    let n = URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero());
    let e = URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero());
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
}

async fn accepts(portal: &Portal) {
    let mut browser = portal.browser();
    assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
    assert_eq!(browser.get("/secret").await.status, StatusCode::OK);
}

async fn refuses(portal: &Portal) {
    let mut browser = portal.browser();
    let refused = portal.sign_in(&mut browser).await;
    portal.assert_refused(&mut browser, &refused, Refusal::Untrusted).await;
}

async fn refuses_twisted(change: Twist) {
    let portal = portal().await;
    portal.issuer.set().twist = Some(change);
    refuses(&portal).await;
}

// oidcc-client-basic-certification-test-plan

#[tokio::test]
async fn oidcc_client_test() {
    accepts(&portal().await).await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    refuses_twisted(twist(|_, claims| claims["iss"] = json!("https://other.example.jp"))).await;
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    refuses_twisted(twist(|_, claims| drop(claims.as_object_mut().unwrap().remove("sub")))).await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    refuses_twisted(twist(|_, claims| claims["aud"] = json!("another"))).await;
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    refuses_twisted(twist(|_, claims| drop(claims.as_object_mut().unwrap().remove("iat")))).await;
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    let portal = portal().await;
    portal.issuer.set().twist = Some(twist(|header, _| drop(header.as_object_mut().unwrap().remove("kid"))));
    accepts(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    let portal = portal().await;
    {
        let mut issuer = portal.issuer.set();
        issuer.more_keys = vec![jwk(&KEYS[1], "key-other")];
        issuer.twist = Some(twist(|header, _| drop(header.as_object_mut().unwrap().remove("kid"))));
    }
    refuses(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    let portal = portal().await;
    portal.issuer.set().more_keys = vec![jwk(&KEYS[1], "key-other")];
    accepts(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    refuses_twisted(twist(|header, _| {
        header["alg"] = json!("none");
        header.as_object_mut().unwrap().remove("kid");
    }))
    .await;
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    let portal = portal().await;
    accepts(&portal).await;
    portal.db.execute(sekisho_site::db::sql("delete from sessions")).await.unwrap();
    // The keys are known; from now on another one signs under the same name.
    portal.issuer.set().rsa = Some(Arc::clone(&KEYS[1]));
    refuses(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    let portal = portal().await;
    portal.issuer.set().userinfo_subject = Some("somebody-else".into());
    refuses(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    refuses_twisted(twist(|_, claims| claims["nonce"] = json!("another"))).await;
}

#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    let portal = portal().await;
    for (verified, expected) in [(json!(true), json!("shoko@example.jp")), (json!(false), json!(null))] {
        portal.issuer.set().userinfo = json!({ "email": "shoko@example.jp", "email_verified": verified });
        let mut browser = portal.browser();
        let left = browser.get("/login").await;
        assert_eq!(portal::query(left.location())["scope"], "openid insurance email");
        browser.get(&portal.issuer.answer(left.location())).await;
        let claims: Value = serde_json::from_str(&browser.get("/claims").await.body).unwrap();
        assert_eq!(claims["email"], expected, "what nobody has verified is not told");
        assert_eq!(claims["membership"]["person_key"], "A0000001");
    }
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    // The issuer of these tests takes nothing else, and refuses a secret in the body.
    let portal = portal().await;
    accepts(&portal).await;
    assert_eq!(portal.issuer.set().asked["token"], 1);
}

// oidcc-client-config-certification-test-plan

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    let portal = portal().await;
    accepts(&portal).await;
    accepts(&portal).await;
    assert_eq!(portal.issuer.set().asked["discovery"], 1);
}

#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    let portal = portal().await;
    accepts(&portal).await;
    assert_eq!(portal.issuer.set().asked["keys"], 1);
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let portal = portal().await;
    for other in ["https://other.example.jp", "http://localhost:1"] {
        portal.issuer.set().metadata_issuer = Some(other.into());
        let mut browser = portal.browser();
        let refused = browser.get("/login").await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "rp_03: nobody is sent anywhere");
        assert!(refused.location().is_empty());
        portal.clock.advance(Duration::from_secs(31));
    }
    assert_eq!(portal.issuer.set().asked.get("token"), None);
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    let portal = portal().await;
    accepts(&portal).await;
    {
        let mut issuer = portal.issuer.set();
        (issuer.rsa, issuer.kid) = (Some(Arc::clone(&KEYS[1])), "key-2".into());
    }
    accepts(&portal).await;
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let left = browser.get("/login").await;
    let answer = portal.issuer.answer(left.location());
    {
        let mut issuer = portal.issuer.set();
        (issuer.rsa, issuer.kid) = (Some(Arc::clone(&KEYS[1])), "key-2".into());
    }
    assert_eq!(browser.get(&answer).await.location(), "/secret");
}

// oidcc-client-back-channel-logout-rp-basic; the first module is in signed_out.rs, by ES256

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

// oidcc-client-rp-initiated-logout-rp-basic

/// Signs in and out, and gives the address at the provider.
async fn signed_out() -> (Portal, browser::Browser, std::collections::HashMap<String, String>) {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    let token = browser.get("/logout").await.hidden("form");
    let out = browser.post("/logout", &[("form", &token)]).await;
    assert!(out.location().starts_with(&format!("{}/logout?", portal.issuer.url)));
    let asked = portal::query(out.location());
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
