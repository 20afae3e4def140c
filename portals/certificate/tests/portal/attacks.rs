//! What members, insurers and strangers may have others read or run (security cases XS-*).

use http::StatusCode;
use serde_json::json;

use crate::house::{portal, portal_with};

const EVIL: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

#[tokio::test]
async fn xs_02_what_the_claims_say_is_text_on_every_page() {
    let portal = portal().await;
    for claim in ["name", "name_kana", "symbol", "number", "branch"] {
        portal.issuer.set().insurance["membership"][claim] = json!(EVIL);
    }
    let (mut browser, path, card) = portal.applied().await;
    let base = path.trim_end_matches("/card");
    for page in ["", "/card", "/history", "/apply", "/address?reason=helper"] {
        let (_, page) = portal.follow(&mut browser, &format!("{base}{page}")).await;
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
    }
    assert!(card.body.contains("&#60;script&#62;alert(1)") || card.body.contains("&lt;script&gt;alert(1)"));
}

#[tokio::test]
async fn xs_01_what_an_address_or_a_form_carries_is_text_on_every_page() {
    let portal = portal().await;
    let (mut browser, path, page) = portal.signed_in().await;
    let encoded: String = url::form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    let base = path.trim_end_matches("/apply").to_owned();
    for address in [
        format!("/?insurer={encoded}&state={encoded}"),
        format!("/?state=signed-out:{encoded}"),
        format!("/home-screen?insurer={encoded}"),
        format!("/manifest.webmanifest?insurer={encoded}"),
        format!("/c/{encoded}"),
        format!("/{encoded}"),
        format!("{base}/apply?reason={encoded}&turn={encoded}&reread={encoded}"),
        format!("{base}/address?reason={encoded}"),
        format!("/callback?error={encoded}&error_description={encoded}&state={encoded}"),
        format!("/login?insurer={encoded}&return_to={encoded}"),
    ] {
        let answer = browser.get(&address).await;
        assert!(!answer.body.contains("<script>alert") && !answer.body.contains("<img src=x"), "{address}");
        assert!(!answer.location().contains('<'), "{address}");
    }
    let fields = [("reason", "helper"), ("address_changed", "yes")];
    let (path, address) = portal.submit(&mut browser, &path, &page, &fields).await;
    let typed = ["postal_code", "prefecture", "city", "street", "building", "phone"].map(|name| (name, EVIL));
    let mut typed = typed.to_vec();
    typed.push(("reason", "helper"));
    let (_, refused) = portal.submit(&mut browser, &path, &address, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.body.contains("<script>alert") && !refused.body.contains("<img src=x"));
}

#[tokio::test]
async fn xs_03_every_page_has_a_policy_that_runs_only_what_is_served_from_here() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.applied().await;
    let base = path.trim_end_matches("/card").to_owned();
    let pages = ["/", "/home-screen", "/offline", "/nowhere", "/c/2222-2222", "/certificates", "/logout"];
    let own =
        ["", "/card", "/history", "/apply", "/address?reason=helper"].map(|page| format!("{base}{page}"));
    for path in pages.iter().map(|path| (*path).to_owned()).chain(own) {
        let (_, page) = portal.follow(&mut browser, &path).await;
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
        {
            assert!(policy.contains(part), "{part} is not in {policy} of {path}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(
            !page.body.contains(" style=")
                && !page.body.contains("<style")
                && !page.body.contains(" onclick")
        );
        for script in page.body.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/assets/"), "{path}: {script:.80}");
        }
    }
}

#[tokio::test]
async fn xs_06_xs_13_marks_of_sql_in_an_address_find_nothing_and_harm_nothing() {
    let portal = portal().await;
    let (mut browser, path, _) = portal.applied().await;
    let long = "%25_".repeat(1_600);
    for odd in
        ["'%20or%20'1'='1", "%25", "____-____", "%00", "2222-2222';drop%20table%20certificates--", &long]
    {
        let check = portal.browser().get(&format!("/c/{odd}")).await;
        assert!(matches!(check.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{odd:.40}");
        let person = browser.get(&format!("/certificates/{odd}/card")).await;
        assert!(matches!(person.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{odd:.40}");
    }
    assert!(browser.get(&path).await.body.contains("有効"));
}

#[tokio::test]
async fn xs_07_what_an_insurer_says_is_text_and_a_colour_is_a_colour() {
    let portal = portal_with(|config| {
        let aoba = config.insurers.get_mut("aoba").unwrap();
        aoba.name.ja = format!("青葉{EVIL}");
        aoba.reasons_note =
            Some(sekisho_portal_kit::front::Both { ja: format!("{EVIL} {{{{7*7}}}}"), en: "note".into() });
    })
    .await;
    let (_, _, page) = portal.signed_in().await;
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
    assert!(page.body.contains("{{7*7}}") && !page.body.contains(">49<"));
    let mut config = portal.config.clone();
    config.insurers.get_mut("aoba").unwrap().accent = "red;}</style><script>".into();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let clock = std::sync::Arc::new(sekisho_site::clock::SystemClock);
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    config.server.operators = None;
    config.server.database = "sqlite::memory:".into();
    config.keys_file = None;
    config.master_keys = Some("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into());
    assert!(sekisho_certificate::start(config, clock, shutdown).await.is_err());
}

#[tokio::test]
async fn xs_12_line_breaks_in_what_is_carried_split_no_header() {
    let portal = portal().await;
    let mut browser = portal.browser();
    for address in [
        "/?lang=en%0d%0aset-cookie:%20a=b",
        "/?insurer=aoba%0d%0aset-cookie:%20a=b",
        "/login?insurer=aoba%0d%0ax:%20y&return_to=/%0d%0ax:%20y",
        "/home-screen?lang=en&next=%0d%0ax:%20y",
    ] {
        let answer = browser.get(address).await;
        assert!(answer.status.as_u16() < 500, "{address}: {}", answer.status);
        assert!(!answer.headers.contains_key("x"), "{address}");
        assert!(
            answer
                .headers
                .get_all("set-cookie")
                .iter()
                .all(|cookie| !cookie.to_str().unwrap().starts_with("a=b"))
        );
    }
}
