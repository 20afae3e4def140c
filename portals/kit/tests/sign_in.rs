//! Signing in at a portal, what lives from then on, and how it ends.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use std::sync::Arc;
use std::time::Duration;

use fake_issuer::{CLIENT_ID, new_key};
use http::StatusCode;
use portal::{portal, portal_on, query, twist};
use sekisho_site::db::sql;
use sekisho_site::db::trial::Trial;
use serde_json::json;
use url::Url;

#[tokio::test]
async fn a_member_signs_in_and_lands_on_the_page_they_wanted() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let sent = browser.get("/secret?tab=2").await;
    assert_eq!(sent.location(), "/login?return_to=%2Fsecret%3Ftab%3D2&prompt=none");
    let left = browser.get(sent.location()).await;
    let asked = query(left.location());
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["scope"], "openid insurance email");
    assert_eq!(asked["redirect_uri"], "http://localhost:8081/callback");
    assert_eq!(asked["acr_values"], "urn:sekisho:acr:pr urn:sekisho:acr:2f");
    assert_eq!(asked["ui_locales"], "ja");
    assert!(asked["nonce"].len() >= 43 && asked.contains_key("state"));

    let back = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(back.location(), "/secret?tab=2", "{}", back.body);
    let page = browser.get("/secret?tab=2").await;
    assert_eq!(page.body, "健保　翔子 subject-1 urn:sekisho:acr:2f fresh=true");
}

#[tokio::test]
async fn sessions_live_on_both_databases_and_one_answer_makes_one_of_them() {
    for trial in Trial::both().await.unwrap() {
        let portal = portal_on(trial.db.clone()).await;
        let mut browser = portal.browser();
        assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
        portal.clock.advance(Duration::from_mins(6));
        assert_eq!(browser.post("/secret", &[]).await.body, "told, fresh=false");
        assert_eq!(portal.sign_in(&mut browser).await.location(), "/secret");
        assert_eq!(portal.sessions().await, 1);

        // Twenty answers to one question, each with a code of its own, at the same instant.
        let left = browser.get("/login").await;
        let barrier = Arc::new(tokio::sync::Barrier::new(20));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (mut browser, barrier) = (browser.clone(), barrier.clone());
                let answer = portal.issuer.answer(left.location());
                tokio::spawn(async move {
                    barrier.wait().await;
                    browser.get(&answer).await.location() == "/secret"
                })
            })
            .collect();
        let mut arrived = 0;
        for task in tasks {
            arrived += u8::from(task.await.unwrap());
        }
        assert_eq!(arrived, 1);

        let token = browser.get("/logout").await;
        assert_eq!(token.location(), "/", "the former session has ended with the new one");
        portal.sign_in(&mut browser).await;
        let token = browser.get("/logout").await.hidden("form");
        browser.post("/logout", &[("form", &token)]).await;
        portal.clock.advance(Duration::from_hours(72));
        portal.sign_in(&mut browser).await;
        let rows = portal.db.fetch_all(sql("select id from sessions")).await.unwrap();
        assert_eq!(rows.len(), 1, "what is over is swept out");
    }
}

#[tokio::test]
async fn registering_asks_for_create_and_the_insurer_is_passed_on() {
    let portal = portal().await;
    let register = portal.browser().get("/register?insurer=aoba").await;
    assert!(register.location().contains("prompt=create"), "{}", register.location());
    assert!(register.location().contains("insurer=aoba"));
    let unknown = portal.browser().get("/login?insurer=elsewhere").await;
    assert!(!unknown.location().contains("insurer"));
}

#[tokio::test]
async fn rp_11_a_changed_key_is_looked_up_once_and_a_storm_of_unknown_keys_asks_no_more() {
    let portal = portal().await;
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");
    {
        let mut issuer = portal.issuer.set();
        (issuer.kid, issuer.key) = ("key-2".into(), new_key());
    }
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");
    let before = portal.issuer.set().asked["keys"];
    portal.issuer.set().twist = Some(twist(|header, _| header["kid"] = json!("key-unknown")));
    for _ in 0..5 {
        assert_eq!(portal.sign_in(&mut portal.browser()).await.body, "Untrusted");
    }
    assert_eq!(portal.issuer.set().asked["keys"], before);
}

#[tokio::test]
async fn claims_older_than_five_minutes_are_read_again_unless_the_provider_is_away() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    portal.clock.advance(Duration::from_secs(299));
    assert!(browser.get("/secret").await.body.ends_with("fresh=true"));
    portal.clock.advance(Duration::from_secs(1));
    assert_eq!(browser.post("/secret", &[]).await.body, "told, fresh=false");
    let sent = browser.get("/secret").await;
    assert_eq!(
        sent.location(),
        "/login?return_to=%2Fsecret&prompt=none&insurer=aoba",
        "for the same membership"
    );
    portal.issuer.set().insurance["membership"]["name"] = json!("健保　翔");
    let left = browser.get(sent.location()).await;
    let back = browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(back.location(), "/secret");
    assert!(browser.get("/secret").await.body.starts_with("健保　翔 "));
    assert_eq!(portal.sessions().await, 1, "the former session has ended");

    portal.clock.advance(Duration::from_mins(6));
    portal.issuer.set().away = true;
    assert!(browser.get("/secret").await.body.ends_with("fresh=false"));
}

#[tokio::test]
async fn f_25_while_the_provider_is_away_signing_in_says_so_and_does_not_storm() {
    let portal = portal().await;
    portal.issuer.set().away = true;
    for path in ["/login", "/register", "/login"] {
        let answer = portal.browser().get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "away"));
    }
    assert_eq!(portal.issuer.set().asked["discovery"], 1);
    portal.issuer.set().away = false;
    portal.clock.advance(Duration::from_secs(30));
    assert_eq!(portal.sign_in(&mut portal.browser()).await.location(), "/secret");

    // Away between leaving and coming back: nobody is signed in, and the same page says to wait.
    let mut browser = portal.browser();
    let left = browser.get("/login").await;
    let answer = portal.issuer.answer(left.location());
    portal.issuer.set().away = true;
    assert_eq!(browser.get(&answer).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_session_ends_when_idle_for_an_hour_and_after_a_day_in_any_case() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    for _ in 0..2 {
        portal.clock.advance(Duration::from_mins(59));
        assert_eq!(browser.post("/secret", &[]).await.status, StatusCode::OK);
    }
    portal.clock.advance(Duration::from_mins(61));
    assert!(browser.post("/secret", &[]).await.location().starts_with("/login"));

    portal.sign_in(&mut browser).await;
    for _ in 0..47 {
        portal.clock.advance(Duration::from_mins(30));
        assert_eq!(browser.post("/secret", &[]).await.status, StatusCode::OK);
    }
    portal.clock.advance(Duration::from_mins(30));
    assert!(browser.post("/secret", &[]).await.location().starts_with("/login"));
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    let forged = browser.post("/logout", &[("form", "forged")]).await;
    assert_eq!(forged.location(), "/logout");
    assert_eq!(portal.sessions().await, 1);

    let token = browser.get("/logout").await.hidden("form");
    let stolen = browser.clone();
    let out = browser.post("/logout", &[("form", &token)]).await;
    let there = Url::parse(out.location()).unwrap();
    assert_eq!(there.path(), "/logout");
    assert!(out.location().starts_with(&portal.issuer.url));
    let asked: std::collections::HashMap<_, _> = there.query_pairs().into_owned().collect();
    assert_eq!(asked["post_logout_redirect_uri"], "http://localhost:8081/");
    assert_eq!(asked["state"], "signed-out:aoba");
    assert_eq!(asked["client_id"], CLIENT_ID);
    assert_eq!(asked["id_token_hint"].split('.').count(), 3);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(portal.sessions().await, 0);
    // The cookie is worth nothing any more, wherever it was copied to.
    let mut stolen = stolen;
    assert!(stolen.get("/secret").await.location().starts_with("/login"));

    // While the provider is away one still signs out here.
    portal.sign_in(&mut browser).await;
    let token = browser.get("/logout").await.hidden("form");
    portal.issuer.set().away = true;
    portal.clock.advance(Duration::from_secs(15));
    assert_eq!(browser.post("/logout", &[("form", &token)]).await.location(), "/?state=signed-out:aoba");
    assert_eq!(portal.sessions().await, 0);
}

#[tokio::test]
async fn a_third_party_may_start_a_sign_in_for_our_issuer_only_and_lands_on_our_pages() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let issuer = portal.issuer.url.clone();
    let other = browser.get("/initiate?iss=https%3A%2F%2Fevil.example").await;
    assert_eq!(other.body, "Untrusted");
    for (target, lands) in [
        ("http://localhost:8081/secret?x=1", "/secret?x=1"),
        ("https://evil.example/", "/secret"),
        ("//evil.example", "/secret"),
    ] {
        let form =
            [("iss", issuer.as_str()), ("target_link_uri", target), ("login_hint", "shoko@example.jp")];
        let left = browser.post("/initiate", &form).await;
        assert!(left.location().contains("login_hint=shoko%40example.jp"));
        assert_eq!(browser.get(&portal.issuer.answer(left.location())).await.location(), lands);
    }
}

#[tokio::test]
async fn rp_04_no_token_reaches_the_browser() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let back = portal.sign_in(&mut browser).await;
    let page = browser.get("/secret").await;
    let all = format!("{:?} {:?} {} {}", browser.jar, back.headers, back.body, page.body);
    assert!(!all.contains("token-1") && !all.contains("eyJ"), "{all}");
    let row = portal.db.fetch_one(sql("select claims, id_token from sessions")).await.unwrap();
    for column in ["claims", "id_token"] {
        let kept: Vec<u8> = row.get(column).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("eyJ"), "{column} is sealed");
        assert!(!String::from_utf8_lossy(&kept).contains("健保"), "{column} is sealed");
    }
}

#[tokio::test]
async fn the_language_chosen_at_the_provider_is_carried_to_the_portal() {
    let portal = portal().await;
    let mut browser = portal.browser();
    browser.language = "en";
    let left = browser.get("/login").await;
    assert!(left.location().contains("ui_locales=en"));
    portal.issuer.set().userinfo = json!({ "locale": "ja" });
    browser.get(&portal.issuer.answer(left.location())).await;
    assert_eq!(browser.jar["portal_8081_lang"], "ja");
}
