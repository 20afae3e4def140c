//! Signing in without a question, where a person is signed in at the provider already.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use std::time::Duration;

use http::StatusCode;
use portal::{portal, query};

/// The prompts of the requests among the addresses that a browser went through.
fn prompts(issuer: &str, ways: &[String]) -> Vec<Option<String>> {
    let requests = ways.iter().filter(|way| way.starts_with(issuer));
    requests.map(|way| query(way).remove("prompt")).collect()
}

#[tokio::test]
async fn signing_in_at_one_portal_opens_the_other_without_a_question() {
    let first = portal().await;
    let second = first.neighbour().await;
    first.issuer.set().signed_out = true;
    let (mut here, mut there) = (first.browser(), second.browser());
    let (ways, page) = first.follow(&mut here, "/secret").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(prompts(&first.issuer.url, &ways), [Some("none".into()), None], "then the person is asked");

    let (ways, page) = second.follow(&mut there, "/secret?tab=2").await;
    assert!(page.body.starts_with("健保　翔子 subject-1"));
    assert_eq!(prompts(&first.issuer.url, &ways), [Some("none".into())]);
    assert_eq!(ways.last().unwrap(), "/secret?tab=2");
    assert_eq!(ways.len(), 5, "page, login, provider, callback, page: {ways:#?}");
}

#[tokio::test]
async fn who_cannot_be_let_in_without_a_question_is_asked_once_and_never_in_a_circle() {
    for error in [
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
        "access_denied",
    ] {
        let portal = portal().await;
        portal.issuer.set().error = Some(error);
        let mut browser = portal.browser();
        let (ways, page) = portal.follow(&mut browser, "/secret?insurer=aoba").await;
        assert_eq!(prompts(&portal.issuer.url, &ways), [Some("none".into()), None], "{error}");
        assert_eq!(page.body, "Declined", "{error}");
        assert!(ways[4].starts_with("/login?return_to=%2Fsecret%3Finsurer%3Daoba&insurer=aoba"), "{ways:#?}");
    }
    for error in ["invalid_request", "temporarily_unavailable"] {
        let portal = portal().await;
        portal.issuer.set().error = Some(error);
        let mut browser = portal.browser();
        let (ways, page) = portal.follow(&mut browser, "/secret").await;
        assert_eq!(prompts(&portal.issuer.url, &ways), [Some("none".into())], "{error} is no question");
        assert!(!page.status.is_success() && !page.status.is_redirection());
    }
}

#[tokio::test]
async fn a_weaker_sign_in_elsewhere_leads_to_the_second_factor_and_not_to_a_refusal() {
    let portal = portal().await;
    portal.issuer.set().acr = "urn:sekisho:acr:1f".into();
    let mut browser = portal.browser();
    let sent = browser.get("/secret").await;
    let left = browser.get(sent.location()).await;
    let back = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(back.location(), "/login?return_to=%2Fsecret");
    portal.issuer.set().acr = "urn:sekisho:acr:2f".into();
    let (_, page) = portal.follow(&mut browser, back.location()).await;
    assert!(page.body.contains("urn:sekisho:acr:2f"));
}

#[tokio::test]
async fn rp_12_where_the_provider_knows_of_no_sign_in_the_session_here_is_over() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    portal.clock.advance(Duration::from_mins(5));
    portal.issuer.set().signed_out = true;
    let stolen = browser.clone();
    let sent = browser.get("/secret").await;
    assert_eq!(sent.location(), "/login?return_to=%2Fsecret&prompt=none&insurer=aoba");
    let left = browser.get(sent.location()).await;
    let asked = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(asked.location(), "/login?return_to=%2Fsecret&insurer=aoba");
    assert_eq!(portal.sessions().await, 0);
    let mut stolen = stolen;
    assert!(stolen.post("/secret", &[]).await.location().starts_with("/login?"));
}

#[tokio::test]
async fn what_a_person_asks_for_is_never_silent() {
    let portal = portal().await;
    let mut browser = portal.browser();
    assert_eq!(browser.post("/secret", &[]).await.location(), "/login?return_to=%2Fsecret");
    for path in ["/login", "/login?return_to=%2Fsecret", "/register?prompt=none", "/login?prompt=login"] {
        let left = browser.get(path).await;
        let prompt = query(left.location()).remove("prompt");
        assert_ne!(prompt.as_deref(), Some("none"), "{path}");
    }
    let issuer = portal.issuer.url.clone();
    let left = browser.get(&format!("/initiate?iss={issuer}")).await;
    assert_eq!(query(left.location()).get("prompt"), None);
}

#[tokio::test]
async fn a_page_of_more_assurance_is_asked_for_and_not_silently() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    let sent = browser.get("/bills").await;
    let left = browser.get(sent.location()).await;
    assert_eq!(query(left.location()).get("prompt"), None);
    assert_eq!(query(left.location())["acr_values"], "urn:sekisho:acr:pr");
}
