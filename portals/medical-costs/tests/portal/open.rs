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
async fn while_the_portal_rests_every_page_says_until_when_and_whom_to_call() {
    let closed = "2026-11-21T09:00:00+09:00\"\nuntil = \"2026-11-21T11:24:36+09:00";
    let portal = Portal::empty_with(&format!("\n[closed]\nfrom = \"{closed}\"\n")).await;
    let mut browser = portal.browser();
    for path in ["/?insurer=aoba", "/costs", "/costs/2026/notice.pdf"] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.status, page.header("retry-after")),
            (StatusCode::SERVICE_UNAVAILABLE, "3600"),
            "{path}"
        );
        for words in ["2026年11月21日（土）9:00", "2026年11月21日（土）11:24", "マイナ保険証"]
        {
            assert!(page.body.contains(words), "{words} on {path}");
        }
    }
    assert!(browser.get("/?insurer=aoba").await.body.contains("03-0000-0150"));
    portal.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(browser.get("/?insurer=aoba").await.status, StatusCode::OK);
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
