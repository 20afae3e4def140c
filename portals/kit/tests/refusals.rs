//! What signs nobody in: answers that are wrong in every way that matters.

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

use fake_issuer::{CLIENT_ID, Twist};
use http::StatusCode;
use portal::{START, portal, query, twist};
use sekisho_portal_kit::Refusal;
use sekisho_site::db::sql;
use serde_json::json;
use url::Url;

#[tokio::test]
async fn rp_01_an_answer_without_state_or_with_a_state_of_another_browser_signs_nobody_in() {
    let portal = portal().await;
    let (mut mine, mut theirs) = (portal.browser(), portal.browser());
    let left = mine.get("/login").await;
    theirs.get("/login").await;
    let answer = portal.issuer.answer(left.location());
    let mut without = Url::parse(&answer).unwrap();
    let kept: Vec<(String, String)> =
        without.query_pairs().into_owned().filter(|(name, _)| name != "state").collect();
    without.query_pairs_mut().clear().extend_pairs(kept);
    let mut changed = Url::parse(&answer).unwrap();
    let swapped: Vec<(String, String)> = changed
        .query_pairs()
        .into_owned()
        .map(|(name, value)| if name == "state" { (name, format!("{value}A")) } else { (name, value) })
        .collect();
    changed.query_pairs_mut().clear().extend_pairs(swapped);

    for (browser, address) in [
        (&mut theirs, answer.as_str()),
        (&mut portal.browser(), answer.as_str()),
        (&mut mine.clone(), without.as_str()),
        (&mut mine.clone(), changed.as_str()),
        (&mut mine.clone(), &format!("{answer}&state=x")),
        (&mut mine.clone(), "/callback"),
    ] {
        let refused = browser.get(address).await;
        portal.assert_refused(browser, &refused, Refusal::NotOurs).await;
    }
    assert_eq!(portal.issuer.set().asked.get("token"), None, "no code was sent anywhere");
    assert_eq!(mine.get(&answer).await.location(), "/secret");
}

#[tokio::test]
async fn rp_01_a_replayed_answer_signs_nobody_in_and_a_state_lives_a_day() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let left = browser.get("/login").await;
    let answer = portal.issuer.answer(left.location());
    assert_eq!(browser.get(&answer).await.location(), "/secret");
    let replayed = browser.get(&answer).await;
    assert_eq!(replayed.body, "NotOurs");
    // The same state with a fresh code: the state itself was spent.
    let again = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(again.body, "NotOurs");
    assert_eq!(portal.sessions().await, 1);

    let old = portal.browser().get("/login").await;
    portal.clock.advance(Duration::from_hours(24));
    let late = browser.get(&portal.issuer.answer(old.location())).await;
    assert_eq!(late.body, "NotOurs");
}

#[tokio::test]
async fn rp_02_an_id_token_that_proves_nothing_is_refused() {
    let portal = portal().await;
    let now = START.seconds();
    let cases: Vec<(&str, Twist)> = vec![
        ("no nonce", twist(|_, claims| drop(claims.as_object_mut().unwrap().remove("nonce")))),
        ("wrong nonce", twist(|_, claims| claims["nonce"] = json!("another"))),
        ("wrong audience", twist(|_, claims| claims["aud"] = json!("another"))),
        ("further audience", twist(|_, claims| claims["aud"] = json!([CLIENT_ID, "another"]))),
        ("wrong party", twist(|_, claims| claims["azp"] = json!("another"))),
        ("wrong issuer", twist(|_, claims| claims["iss"] = json!("https://evil.example"))),
        ("expired", twist(move |_, claims| claims["exp"] = json!(now))),
        ("old", twist(move |_, claims| claims["iat"] = json!(now - 3_600))),
        ("from the future", twist(move |_, claims| claims["iat"] = json!(now + 3_600))),
        ("alg none", twist(|header, _| header["alg"] = json!("none"))),
        ("alg HS256", twist(|header, _| header["alg"] = json!("HS256"))),
        ("alg RS256", twist(|header, _| header["alg"] = json!("RS256"))),
        ("unknown key", twist(|header, _| header["kid"] = json!("key-unknown"))),
        ("wrong token hash", twist(|_, claims| claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"))),
    ];
    for (name, change) in cases {
        portal.issuer.set().twist = Some(change);
        let mut browser = portal.browser();
        let refused = portal.sign_in(&mut browser).await;
        assert_eq!(refused.body, "Untrusted", "{name}");
        portal.assert_refused(&mut browser, &refused, Refusal::Untrusted).await;
    }
    portal.issuer.set().twist = None;
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");
}

#[tokio::test]
async fn rp_03_an_answer_of_another_issuer_is_refused_before_the_code_is_sent() {
    let portal = portal().await;
    for iss in ["", "https://evil.example", "http://localhost:1"] {
        portal.issuer.set().answer_iss = Some(iss.into());
        let mut browser = portal.browser();
        let refused = portal.sign_in(&mut browser).await;
        portal.assert_refused(&mut browser, &refused, Refusal::Untrusted).await;
    }
    let slash = format!("{}/", portal.issuer.url);
    portal.issuer.set().answer_iss = Some(slash);
    assert_eq!(portal.sign_in(&mut portal.browser()).await.body, "Untrusted");
    assert_eq!(portal.issuer.set().asked.get("token"), None);
}

#[tokio::test]
async fn rp_05_a_weaker_sign_in_than_asked_for_is_refused() {
    let portal = portal().await;
    for acr in ["urn:sekisho:acr:1f", "", "urn:sekisho:acr:2F"] {
        portal.issuer.set().acr = acr.into();
        let mut browser = portal.browser();
        let refused = portal.sign_in(&mut browser).await;
        portal.assert_refused(&mut browser, &refused, Refusal::TooWeak).await;
    }
    portal.issuer.set().twist = Some(twist(|_, claims| drop(claims.as_object_mut().unwrap().remove("acr"))));
    assert_eq!(portal.sign_in(&mut portal.browser()).await.body, "TooWeak");
    portal.issuer.set().twist = None;
    portal.issuer.set().acr = "urn:sekisho:acr:pr".into();
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");
}

#[tokio::test]
async fn rp_05_an_insurer_may_ask_for_less_and_only_its_own_members_gain_by_it() {
    let portal = portal().await;
    portal.issuer.set().acr = "urn:sekisho:acr:1f".into();
    let mut browser = portal.browser();
    let left = browser.get("/login?insurer=kaede").await;
    assert_eq!(
        query(left.location())["acr_values"],
        "urn:sekisho:acr:pr urn:sekisho:acr:2f urn:sekisho:acr:1f",
        "more is still preferred"
    );
    // A member of another insurer who comes by that link is judged by their own insurer.
    let refused = browser.get(&portal.issuer.answer(left.location())).await;
    portal.assert_refused(&mut browser, &refused, Refusal::TooWeak).await;

    portal.issuer.set().insurance["insurer"]["code"] = "kaede".into();
    let mut browser = portal.browser();
    let left = browser.get("/login?insurer=kaede").await;
    let arrived = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(arrived.location(), "/secret");
    assert!(browser.get("/secret").await.body.contains("urn:sekisho:acr:1f"));
    // Without the hint as well: what was asked for is a wish.
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");
    portal.issuer.set().acr = String::new();
    assert_eq!(portal.sign_in(&mut portal.browser()).await.body, "TooWeak");
}

#[tokio::test]
async fn rp_05_a_session_that_is_weaker_than_its_insurer_now_asks_for_is_none() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    assert_eq!(browser.get("/secret").await.status, StatusCode::OK);
    portal.db.execute(sql("update sessions set acr = 'urn:sekisho:acr:1f'")).await.unwrap();
    assert!(browser.get("/secret").await.location().starts_with("/login?"));
}

#[tokio::test]
async fn rp_02_userinfo_of_another_person_is_refused() {
    let portal = portal().await;
    portal.issuer.set().userinfo_subject = Some("subject-2".into());
    let mut browser = portal.browser();
    let refused = portal.sign_in(&mut browser).await;
    portal.assert_refused(&mut browser, &refused, Refusal::Untrusted).await;
}

#[tokio::test]
async fn rp_09_a_member_of_an_insurer_not_served_here_is_refused() {
    let portal = portal().await;
    portal.issuer.set().insurance["insurer"]["code"] = json!("minato");
    let mut browser = portal.browser();
    let refused = portal.sign_in(&mut browser).await;
    portal.assert_refused(&mut browser, &refused, Refusal::Elsewhere).await;
    portal.issuer.set().insurance = json!({});
    let refused = portal.sign_in(&mut browser).await;
    portal.assert_refused(&mut browser, &refused, Refusal::Elsewhere).await;
}

#[tokio::test]
async fn an_error_answer_is_told_for_what_it_is() {
    let portal = portal().await;
    for (error, expected) in [
        ("access_denied", "Declined"),
        ("temporarily_unavailable", "away"),
        ("unmet_authentication_requirements", "TooWeak"),
        ("invalid_request", "Untrusted"),
    ] {
        portal.issuer.set().error = Some(error);
        assert_eq!(portal.sign_in(&mut portal.browser()).await.body, expected, "{error}");
    }
}
