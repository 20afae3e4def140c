//! The modules of a conformance suite that plays the provider, by their names: what a relying party must accept, and what
//! it must refuse (oidc.md §14). Our portals register ES256; here the registration is the suite's, RS256.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../support/portal.rs"]
mod portal;

mod basic;
mod config;
mod logout;

use std::sync::{Arc, LazyLock};

use aws_lc_rs::rsa::{KeyPair, KeySize};
use fake_issuer::Twist;
use http::StatusCode;
use portal::{Portal, portal_signed_by};
use sekisho_portal_kit::{Refusal, Signing};

/// Two keys: the provider's, and another.
static KEYS: LazyLock<[Arc<KeyPair>; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Arc::new(KeyPair::generate(KeySize::Rsa2048).unwrap())));

async fn portal() -> Portal {
    let portal = portal_signed_by(Signing::Rs256).await;
    portal.issuer.set().rsa = Some(Arc::clone(&KEYS[0]));
    portal
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
