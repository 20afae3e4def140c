//! `oidcc-client-basic-certification-test-plan`.

use std::sync::Arc;

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_site::db::sql;
use serde_json::{Value, json};

use super::portal::{query, twist};
use super::{KEYS, accepts, portal, refuses, refuses_twisted};

fn jwk(key: &KeyPair, kid: &str) -> Value {
    let key = key.public_key();
    let n = URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero());
    let e = URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero());
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
}

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
    portal.db.execute(sql("delete from sessions")).await.unwrap();
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
        assert_eq!(query(left.location())["scope"], "openid insurance email");
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
