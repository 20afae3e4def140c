//! A page of a portal that asks for more than a sign-in (RFC 9470), against an issuer that may answer with less.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the tests of signing in use all of it")]
#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "the tests of signing in use all of it")]
#[path = "support/portal.rs"]
mod portal;

use std::time::Duration;

use browser::Browser;
use portal::{Portal, START, portal, query, twist};
use sekisho_portal_kit::{Assurance, Challenge};
use serde_json::{Value, json};

const PR: &str = "urn:sekisho:acr:pr";

async fn signed_in(portal: &Portal) -> Browser {
    let mut browser = portal.browser();
    assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
    browser
}

/// Follows the page's wish for more to the issuer; gives what it is asked there.
async fn asked(browser: &mut Browser) -> String {
    let led = browser.get("/bills").await;
    assert!(led.location().starts_with("/login?return_to="), "{} {}", led.status, led.location());
    browser.get(led.location()).await.location().to_owned()
}

#[tokio::test]
async fn a_page_that_asks_for_more_leads_to_the_provider_and_is_shown_once_more_was_shown() {
    let portal = portal().await;
    let mut browser = signed_in(&portal).await;
    let address = asked(&mut browser).await;
    let said = query(&address);
    assert_eq!((said["acr_values"].as_str(), said["max_age"].as_str()), (PR, "300"));
    let claims: Value = serde_json::from_str(&said["claims"]).unwrap();
    assert_eq!(claims["id_token"]["acr"], json!({ "essential": true, "values": [PR] }));
    assert!(claims["userinfo"]["locale"].is_null(), "the language is asked for as ever");
    portal.issuer.set().acr = PR.into();
    let back = browser.get(&portal.issuer.answer(&address)).await;
    assert_eq!(back.location(), "/bills?year=2026");
    assert_eq!(browser.get("/bills").await.body, "bills");
    // What was shown grows old, and then it is asked for again.
    portal.clock.advance(Duration::from_mins(7));
    assert!(browser.get("/bills").await.location().starts_with("/login?"));
    assert_eq!(portal.sessions().await, 1);
}

#[tokio::test]
async fn rp_05_a_provider_that_shows_less_than_was_asked_for_is_refused_and_the_page_stays_closed() {
    let portal = portal().await;
    let mut browser = signed_in(&portal).await;
    let address = asked(&mut browser).await;
    assert_eq!(browser.get(&portal.issuer.answer(&address)).await.body, "TooWeak");
    portal.issuer.set().acr = PR.into();
    let old = START.seconds() - 400;
    for said in [json!(old), Value::Null] {
        let address = asked(&mut browser).await;
        portal.issuer.set().twist = Some(twist(move |_, claims| {
            claims.as_object_mut().unwrap().remove("auth_time");
            if !said.is_null() {
                claims["auth_time"] = said.clone();
            }
        }));
        assert_eq!(browser.get(&portal.issuer.answer(&address)).await.body, "TooWeak");
    }
    portal.issuer.set().error = Some("unmet_authentication_requirements");
    let address = asked(&mut browser).await;
    assert_eq!(browser.get(&portal.issuer.answer(&address)).await.body, "TooWeak");
    assert!(browser.get("/bills").await.location().starts_with("/login?"));
    assert!(browser.get("/secret").await.body.contains("翔子"), "what was open before stays open");
}

#[tokio::test]
async fn az_13_whoever_edits_the_wish_out_of_the_address_gets_a_sign_in_and_not_the_page() {
    let portal = portal().await;
    let mut browser = signed_in(&portal).await;
    for edited in [
        "/login?return_to=/bills",
        "/login?return_to=/bills&acr_values=urn:sekisho:acr:1f&max_age=999999",
        "/login?return_to=/bills&acr_values=urn:other&max_age=never",
    ] {
        let address = browser.get(edited).await.location().to_owned();
        assert_eq!(browser.get(&portal.issuer.answer(&address)).await.location(), "/bills", "{edited}");
        assert!(browser.get("/bills").await.location().starts_with("/login?"), "{edited}");
    }
}

#[tokio::test]
async fn a_program_is_told_what_to_ask_for() {
    let portal = portal().await;
    let mut browser = signed_in(&portal).await;
    let refused = browser.get("/bills.json").await;
    assert_eq!(refused.status.as_u16(), 401);
    let asked =
        Challenge { acr_values: vec![Assurance::PhishingResistant], max_age: Some(Duration::from_mins(5)) };
    assert_eq!(Challenge::read(&refused.headers), Some(asked));
}
