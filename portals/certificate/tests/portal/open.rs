//! What is open to everyone: the front page, the files, the offline page; and the words of every page.

use http::StatusCode;

use crate::house::{portal, with_child};

#[tokio::test]
async fn the_front_page_is_open_to_everyone_and_begins_with_the_two_ways_in() {
    let portal = portal().await;
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
    let start = portal.browser().get("/certificates?insurer=aoba").await;
    assert!(start.location().ends_with("&insurer=aoba"), "the home screen's page names its insurer");
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_with_a_page() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.signed_in().await;
    for address in
        ["/?insurer=a&insurer=b", "/home-screen?insurer=%FF", "/manifest.webmanifest?insurer=a&insurer=b"]
    {
        assert_eq!(browser.get(address).await.status, StatusCode::OK, "{address}");
    }
    let odd = browser.get(&format!("{path}?turn=nonsense&reason=helper")).await;
    assert!(odd.status == StatusCode::OK && !odd.body.contains("checked"));
    let twice = browser.post(&path, &[("form", "a"), ("form", "b")]).await;
    assert!(twice.status == StatusCode::FORBIDDEN && twice.body.contains("もう一度お試しください"));
}

#[tokio::test]
async fn a20_a22_the_portal_can_be_put_on_a_home_screen_and_keeps_nothing_personal_offline() {
    let portal = portal().await;
    let mut browser = portal.browser();
    let manifest = browser.get("/manifest.webmanifest?insurer=aoba").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let read: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!(read["name"], "青葉健康保険組合 資格確認書");
    assert_eq!(read["display"], "standalone");
    assert_eq!(read["start_url"], "/certificates?insurer=aoba");
    for icon in read["icons"].as_array().unwrap() {
        let served = browser.get(icon["src"].as_str().unwrap()).await;
        assert_eq!(served.status, StatusCode::OK);
        assert_eq!(served.header("content-type"), icon["type"]);
    }
    for steps in
        ["Safari", "画面の下の「共有」", "「追加」", "Chrome", "画面の右上の「共有」", "「インストール」"]
    {
        assert!(browser.get("/home-screen").await.body.contains(steps), "{steps}");
    }
    let worker = browser.get("/worker.js").await;
    assert!(worker.body.contains("\"/offline\", \"/assets/house."));
    assert!(!worker.body.contains("{stylesheet}") && !worker.body.contains("/certificates"));
    assert!(
        worker.header("content-security-policy").contains("connect-src 'self'"),
        "it could fetch nothing"
    );
    let offline = browser.get("/offline").await;
    assert!(offline.body.contains("インターネットに") && offline.status == StatusCode::OK);
}

#[tokio::test]
async fn every_page_speaks_both_languages_without_a_missing_word() {
    let portal = portal().await;
    portal.issuer.set().insurance = with_child();
    for language in ["ja", "en"] {
        let mut browser = portal.browser();
        browser.language = language;
        let (_, choose) = portal.follow(&mut browser, "/login").await;
        let mark = choose.body.split("name=\"certificate\" value=\"").nth(1).unwrap()[..16].to_owned();
        let base = format!("/certificates/{mark}");
        let pages = [
            "/".to_owned(),
            "/home-screen".to_owned(),
            "/offline".to_owned(),
            "/nothing".to_owned(),
            "/logout".to_owned(),
            "/callback".to_owned(),
            "/c/2222-2222".to_owned(),
            "/certificates".to_owned(),
            format!("{base}/apply"),
            format!("{base}/address?reason=card-lost"),
            format!("{base}/card"),
            format!("{base}/history"),
            base,
        ];
        for path in pages {
            let (_, page) = portal.follow(&mut browser, &path).await;
            assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{path}");
            for unspoken in ["portal.", "site.", "{name}", "{id}", "{date}", "{time}"] {
                let words = page.body.replace("example.", "");
                assert!(
                    !words.contains(&format!(">{unspoken}")) && !words.contains(&format!(" {unspoken}")),
                    "{unspoken} on {path}"
                );
            }
        }
    }
}
