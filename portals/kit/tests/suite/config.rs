//! `oidcc-client-config-certification-test-plan`.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::{KEYS, accepts, portal};

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
