//! Who is who at a portal, whose members it serves, and where a sign-in may lead.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use fake_issuer::new_key;
use http::StatusCode;
use portal::{Portal, portal, twist};
use sekisho_portal_kit::Refusal;
use sekisho_site::db::sql;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

async fn subjects(portal: &Portal) -> Vec<String> {
    let rows = portal.db.fetch_all(sql("select subject from sessions order by subject")).await.unwrap();
    rows.iter().map(|row| row.get("subject").unwrap()).collect()
}

#[tokio::test]
async fn rp_06_a_person_is_the_subject_and_never_the_address() {
    let portal = portal().await;
    portal.issuer.set().userinfo = json!({ "email": "shoko@example.jp", "email_verified": true });
    let mut first = portal.browser();
    portal.sign_in(&mut first).await;
    let form = first.get("/logout").await.hidden("form");

    // The same address under another subject is another person: a form of the first is none of theirs.
    portal.issuer.set().subject = "subject-2".into();
    let mut second = portal.browser();
    portal.sign_in(&mut second).await;
    assert!(second.get("/secret").await.body.contains("subject-2"));
    assert_eq!(second.post("/logout", &[("form", &form)]).await.location(), "/logout");
    let mut in_her_browser = first.clone();
    portal.sign_in(&mut in_her_browser).await;
    assert_eq!(in_her_browser.post("/logout", &[("form", &form)]).await.location(), "/logout");

    // Another address under the same subject is the same person.
    {
        let mut issuer = portal.issuer.set();
        issuer.subject = "subject-1".into();
        issuer.userinfo = json!({ "email": "shoko.kenpo@example.jp", "email_verified": true });
    }
    let mut again = portal.browser();
    portal.sign_in(&mut again).await;
    let claims: Value = serde_json::from_str(&again.get("/claims").await.body).unwrap();
    assert_eq!(claims["email"], "shoko.kenpo@example.jp");
    assert!(again.get("/secret").await.body.contains("subject-1"));
    assert_eq!(subjects(&portal).await, ["subject-1", "subject-1", "subject-2", "subject-2"]);
}

#[tokio::test]
async fn rp_06_the_same_subject_of_another_issuer_is_nobody_here() {
    let portal = portal().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser).await;
    portal.db.execute(sql("update sessions set issuer = 'https://other.example.jp'")).await.unwrap();
    assert!(browser.get("/secret").await.location().starts_with("/login?"));
}

#[tokio::test]
async fn rp_09_a_member_of_another_society_is_refused_silently_or_not_and_by_whatever_link() {
    let portal = portal().await;
    portal.issuer.set().insurance["insurer"]["code"] = json!("minato");
    for address in
        ["/secret", "/secret?insurer=aoba", "/login?insurer=aoba", "/register", "/login?insurer=minato"]
    {
        let mut browser = portal.browser();
        let (_, refused) = portal.follow(&mut browser, address).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{address}");
        portal.assert_refused(&mut browser, &refused, Refusal::Elsewhere).await;
    }
}

#[tokio::test]
async fn rp_10_and_ru_09_a_sign_in_ends_on_our_own_pages_whatever_was_asked_for() {
    let portal = portal().await;
    let own = Url::parse("http://localhost:8081").unwrap();
    for wish in [
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/%09/evil.test",
        "/%5cevil.test",
        "/%2f%2fevil.test",
        "https:evil.test",
        "https:/evil.test",
        "https://evil.test/",
        "\\/\\/evil.test",
        "/..//evil.test",
        "/.//evil.test",
        "/x/../..//evil.test",
        "http://localhost:8081@evil.test/",
        "http://localhost:8081.evil.test/",
        "http://localhost:8082/",
        "javascript:alert(1)",
        "data:text/html,x",
        "/secret\r\nlocation: https://evil.test",
        "/login",
        "/callback?code=x",
        "/logout",
    ] {
        for way in ["/login", "/register"] {
            let mut browser = portal.browser();
            let query: String =
                form_urlencoded::Serializer::new(String::new()).append_pair("return_to", wish).finish();
            let left = browser.get(&format!("{way}?{query}")).await;
            let back = browser.get(&portal.issuer.answer(left.location())).await;
            // As a browser reads it.
            let lands = own.join(back.location()).unwrap();
            assert_eq!(lands.origin(), own.origin(), "{wish:?} led to {}", back.location());
            assert!(back.location().starts_with('/') && !back.location().starts_with("//"), "{wish:?}");
            assert!(!["/login", "/callback", "/logout"].contains(&lands.path()), "{wish:?}");
            assert_eq!(back.header("location").lines().count(), 1);
        }
    }
}

#[tokio::test]
async fn rp_11_keys_that_change_during_a_sign_in_are_found_and_a_storm_of_names_is_not_followed() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let left = browser.get("/login").await;
    let answer = portal.issuer.answer(left.location());
    {
        let mut issuer = portal.issuer.set();
        (issuer.kid, issuer.key) = ("key-2".into(), new_key());
    }
    assert_eq!(browser.get(&answer).await.location(), "/secret");

    portal.clock.advance(std::time::Duration::from_secs(31));
    let before = portal.issuer.set().asked["keys"];
    let names = std::sync::atomic::AtomicU32::new(0);
    portal.issuer.set().twist = Some(twist(move |header, _| {
        let name = names.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        header["kid"] = json!(format!("random-{name}"));
    }));
    for _ in 0..12 {
        for _ in 0..5 {
            assert_eq!(portal.sign_in(&mut portal.browser()).await.body, "Untrusted");
        }
        portal.clock.advance(std::time::Duration::from_secs(5));
    }
    let asked = portal.issuer.set().asked["keys"] - before;
    assert!((1..=2).contains(&asked), "60 tokens in a minute had the keys read {asked} times");
}
