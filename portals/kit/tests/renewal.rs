//! Claims of a live session, read again by its refresh token, and what ends with them.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use std::time::Duration;

use browser::Browser;
use http::StatusCode;
use portal::{Portal, portal, portal_on};
use sekisho_site::db::sql;
use sekisho_site::db::trial::Trial;
use serde_json::{Value, json};

async fn signed_in(portal: &Portal) -> Browser {
    portal.issuer.set().refreshes = true;
    let mut browser = portal.browser();
    assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
    browser
}

fn asked(portal: &Portal, path: &str) -> u32 {
    portal.issuer.set().asked.get(path).copied().unwrap_or_default()
}

#[tokio::test]
async fn claims_older_than_five_minutes_are_read_again_without_the_browser() {
    for trial in Trial::both().await.unwrap() {
        let portal = portal_on(trial.db.clone()).await;
        let mut browser = signed_in(&portal).await;
        portal.issuer.set().insurance["membership"]["name"] = json!("健保　翔");
        portal.clock.advance(Duration::from_secs(299));
        assert!(browser.get("/secret").await.body.starts_with("健保　翔子 "));
        assert_eq!(asked(&portal, "refresh"), 0);

        portal.clock.advance(Duration::from_secs(1));
        assert_eq!(browser.get("/secret").await.body, "健保　翔 subject-1 urn:sekisho:acr:2f fresh=true");
        // What was typed is not lost either.
        portal.clock.advance(Duration::from_mins(5));
        assert_eq!(browser.post("/secret", &[]).await.body, "told, fresh=true");
        assert_eq!((asked(&portal, "refresh"), portal.sessions().await), (2, 1));
        // The next five minutes are quiet, at whatever node.
        let mut elsewhere = portal.node().browser();
        elsewhere.jar.clone_from(&browser.jar);
        assert!(elsewhere.get("/secret").await.body.ends_with("fresh=true"));
        assert_eq!(asked(&portal, "refresh"), 2);
    }
}

#[tokio::test]
async fn a_provider_that_replaces_its_refresh_tokens_is_followed() {
    let portal = portal().await;
    portal.issuer.set().rotates = true;
    let mut browser = signed_in(&portal).await;
    for _ in 0..4 {
        portal.clock.advance(Duration::from_mins(6));
        assert!(browser.get("/secret").await.body.ends_with("fresh=true"));
    }
    assert_eq!((asked(&portal, "refresh"), portal.sessions().await), (4, 1));
}

#[tokio::test]
async fn rp_12_lost_cover_and_a_removed_dependent_are_known_within_five_minutes() {
    let portal = portal().await;
    portal.issuer.set().insurance["household"] =
        json!([{ "person_key": "A0000002", "name": "健保　純一", "purposes": ["medical_costs"] }]);
    let mut browser = signed_in(&portal).await;
    let told = |body: &str| -> Value { serde_json::from_str(body).unwrap() };
    assert_eq!(told(&browser.get("/claims").await.body)["household"].as_array().unwrap().len(), 1);
    {
        let mut issuer = portal.issuer.set();
        issuer.insurance["household"] = json!([]);
        issuer.insurance["membership"]["lost_on"] = json!("2026-11-21");
    }
    portal.clock.advance(Duration::from_mins(5));
    let claims = told(&browser.get("/claims").await.body);
    assert_eq!(claims["household"], json!([]));
    assert_eq!(claims["membership"]["lost_on"], "2026-11-21");
}

#[tokio::test]
async fn rp_12_what_the_provider_no_longer_tells_ends_the_session_within_five_minutes() {
    type Change = fn(&mut fake_issuer::Behaviour);
    let ends: [(&str, Change); 6] = [
        ("the sign-in has ended there", |issuer| issuer.is_over = true),
        ("no membership is left", |issuer| issuer.insurance = json!({})),
        ("it is another membership", |issuer| issuer.insurance["insurer"]["code"] = json!("kaede")),
        ("it is another person", |issuer| issuer.userinfo_subject = Some("subject-2".into())),
        ("the claims cannot be read", |issuer| issuer.insurance["membership"]["birth_date"] = json!("soon")),
        ("the portal is unknown there", |issuer| {
            issuer.token_fails = Some((401, r#"{"error":"invalid_client"}"#));
        }),
    ];
    for (why, change) in ends {
        let portal = portal().await;
        let mut browser = signed_in(&portal).await;
        change(&mut portal.issuer.set());
        portal.clock.advance(Duration::from_secs(299));
        assert_eq!(browser.get("/secret").await.status, StatusCode::OK, "{why}");
        portal.clock.advance(Duration::from_secs(1));
        let sent = browser.get("/secret").await;
        assert_eq!(sent.location(), "/login?return_to=%2Fsecret&prompt=none", "{why}");
        assert_eq!(portal.sessions().await, 0, "{why}");
        assert!(browser.post("/secret", &[]).await.location().starts_with("/login?"), "{why}");
    }
}

#[tokio::test]
async fn a_refresh_token_is_kept_sealed_and_erased_with_its_session() {
    let portal = portal().await;
    let mut browser = signed_in(&portal).await;
    let kept = async || -> Option<Vec<u8>> {
        let row = portal.db.fetch_one(sql("select refresh_token from sessions")).await.unwrap();
        row.get("refresh_token").unwrap()
    };
    let sealed = kept().await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("refresh-1"));
    let page = browser.get("/claims").await;
    assert!(!format!("{:?} {:?} {}", browser.jar, page.headers, page.body).contains("refresh-1"), "rp_04");
    let token = browser.get("/logout").await.hidden("form");
    browser.post("/logout", &[("form", &token)]).await;
    assert_eq!(kept().await, None);
}

#[tokio::test]
async fn f_25_pages_of_live_sessions_work_while_the_provider_is_away_and_nobody_storms() {
    let portal = portal().await;
    let mut browsers = [signed_in(&portal).await, signed_in(&portal).await, signed_in(&portal).await];
    portal.clock.advance(Duration::from_mins(5));
    portal.issuer.set().away = true;
    portal.issuer.set().asked.clear();
    // Ten minutes of a page each second, and of people who want to sign in.
    for second in 0..600 {
        portal.clock.advance(Duration::from_secs(1));
        for browser in &mut browsers {
            let page = browser.get("/secret").await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.ends_with("fresh=false"));
        }
        if second % 5 == 0 {
            let away = portal.browser().get("/login").await;
            assert_eq!((away.status, away.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "away"));
        }
    }
    let (tries, probes) = (asked(&portal, "token"), asked(&portal, "discovery"));
    assert!((5..=45).contains(&tries), "1,800 pages asked for claims {tries} times");
    assert!(probes <= 61, "120 sign-ins asked {probes} times");

    // Once it is back, the claims are fresh within the longest pause.
    portal.issuer.set().away = false;
    portal.clock.advance(Duration::from_secs(30));
    for browser in &mut browsers {
        assert!(browser.get("/secret").await.body.ends_with("fresh=true"));
    }
    // A session that is not used ends at its limit all the same.
    portal.issuer.set().away = true;
    portal.clock.advance(Duration::from_mins(61));
    assert!(browsers[0].get("/secret").await.location().starts_with("/login?"));
}

#[tokio::test]
async fn f_25_an_answer_that_is_none_of_the_providers_ends_nothing() {
    let busy = "{\"error\":\"temporarily_unavailable\"}";
    let answers = [(503, "<html>"), (502, ""), (504, "{}"), (429, "slow down"), (200, "<html>"), (503, busy)];
    for (status, body) in answers {
        let portal = portal().await;
        let mut browser = signed_in(&portal).await;
        portal.issuer.set().token_fails = Some((status, body));
        portal.clock.advance(Duration::from_mins(6));
        let page = browser.get("/secret").await;
        assert!(page.body.ends_with("fresh=false"), "{status}: {}", page.body);
        assert_eq!(portal.sessions().await, 1, "{status}");
    }
}

#[tokio::test]
async fn f_25_who_comes_back_while_the_provider_is_away_asks_anew_once_it_is_there() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let left = browser.get("/login?return_to=%2Fbills&insurer=aoba&max_age=300").await;
    let answer = portal.issuer.answer(left.location());
    portal.issuer.set().away = true;
    let away = browser.get(&answer).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    let (after, at) = away.header("refresh").split_once("; url=").unwrap();
    assert!((10..26).contains(&after.parse::<u32>().unwrap()));
    assert_eq!(at, "/login?return_to=%2Fbills&insurer=aoba&max_age=300", "the code may be spent");
}
