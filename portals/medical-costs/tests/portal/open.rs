//! The pages that are open to everyone, and what surrounds all of them.

use http::StatusCode;

use crate::house::{Portal, VISIT};

#[tokio::test]
async fn the_front_page_is_open_to_everyone_and_begins_with_the_two_ways_in() {
    let portal = Portal::empty().await;
    for (language, sign_in, register) in [("ja", "ログイン", "新規登録"), ("en", "Sign in", "Register")]
    {
        let mut browser = portal.browser();
        browser.language = language;
        let page = browser.get("/?insurer=aoba").await;
        assert_eq!(page.status, StatusCode::OK);
        let links: Vec<&str> = page.body.split("<a ").skip(1).collect();
        assert!(
            links[0].contains("href=\"/login?insurer=aoba\"") && links[0].contains(sign_in),
            "{}",
            links[0]
        );
        assert!(links[1].contains("href=\"/register?insurer=aoba\"") && links[1].contains(register));
        assert!(page.body.contains("manifest.webmanifest?insurer=aoba"));
    }
    assert!(portal.browser().get("/").await.body.contains("href=\"/login\""));
    let left = portal.browser().get("/?state=signed-out:aoba").await;
    assert!(left.body.contains("ログアウトしました") && left.body.contains("青葉健康保険組合"));
}

#[tokio::test]
async fn whoever_is_signed_in_goes_on_from_the_front_page() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, _) = portal.signed_in().await;
    let page = browser.get("/").await;
    assert!(page.body.contains("健保 翔子さん") && page.body.contains("action=\"/costs\""), "{}", page.body);
}

#[tokio::test]
async fn a_page_of_a_person_is_kept_nowhere_and_asked_for_by_nobody_else() {
    let portal = Portal::with(&[VISIT]).await;
    for path in ["/costs", "/costs/2026", "/eligibility", "/costs/2026/bills/0"] {
        let away = portal.browser().get(path).await;
        assert!(away.location().starts_with("/login?return_to="), "{path}: {}", away.location());
    }
    let (mut browser, page) = portal.signed_in().await;
    for page in [page, browser.get("/eligibility").await] {
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
    }
}

#[tokio::test]
async fn every_page_exists_in_both_languages_and_says_every_word() {
    let portal = Portal::with(&[VISIT]).await;
    let (mut browser, page) = portal.signed_in().await;
    let bill = crate::house::links(&page, "/bills/").remove(0);
    for language in ["ja", "en"] {
        browser.language = language;
        for path in [
            "/",
            "/home-screen",
            "/offline",
            "/costs",
            "/costs/2025",
            "/eligibility",
            "/nothing",
            bill.as_str(),
        ] {
            let page = browser.get(path).await;
            assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert!(page.body.len() < 100_000, "{path} weighs {}", page.body.len());
            for key in [">costs.", ">front.", ">portal.", "{year}", "{month}", "{amount}", "{date}", "{name}"]
            {
                assert!(!page.body.contains(key), "{key} on {path} in {language}");
            }
            assert!(!page.body.contains("style=\""), "{path}");
        }
    }
}
