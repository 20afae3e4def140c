//! Forms, headers, help and inquiries: what stands around the journeys.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::house::House;

const PAGES: [&str; 8] = [
    "/login",
    "/signup?insurer=aoba",
    "/signup",
    "/help",
    "/inquiry",
    "/terms/terms?insurer=aoba",
    "/recover",
    "/nowhere",
];

#[tokio::test]
async fn xs_03_every_page_has_a_policy_without_inline_code() {
    let house = House::new().await;
    for path in PAGES {
        let page = Browser::at(&house).open(path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.headers["x-frame-options"], "DENY", "{path}");
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
        assert!(!page.says("<script>") && !page.says(" style=") && !page.says(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn se_06_a_form_is_taken_only_from_a_page_of_ours_in_the_same_browser() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = browser.open("/login?insurer=aoba").await;
    let token = page.hidden("form");
    let fields = |token: &str| -> Vec<(String, String)> {
        [("form", token), ("login_id", "a@example.jp"), ("password", "secret words")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    };
    let mut other = Browser::at(&house);
    let others = other.open("/login").await.hidden("form");
    for (token, origin, expected) in [
        ("", "http://localhost:8080", StatusCode::FORBIDDEN),
        (others.as_str(), "http://localhost:8080", StatusCode::FORBIDDEN),
        (token.as_str(), "https://evil.example", StatusCode::FORBIDDEN),
        (token.as_str(), "null", StatusCode::FORBIDDEN),
        (token.as_str(), "http://localhost:8080", StatusCode::OK),
    ] {
        let answered = browser.post("/login?insurer=aoba", &fields(token), origin).await;
        assert_eq!(answered.status, expected, "{token:.4} from {origin}");
    }
    let signup = browser.open("/signup?insurer=aoba").await.hidden("form");
    let answered = browser.post("/login?insurer=aoba", &fields(&signup), "http://localhost:8080").await;
    assert_eq!(answered.status, StatusCode::FORBIDDEN, "another page's token");
}

#[tokio::test]
async fn se_05_cookies_are_opaque_and_kept_from_scripts() {
    let house = House::new().await;
    let page = Browser::at(&house).open("/login").await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("sekisho_8080_browser="), "{cookie}");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn se_12_a_page_is_never_answered_by_another_method() {
    let house = House::new().await;
    let page = Browser::at(&house).post("/help", &[], "http://localhost:8080").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_inquiry_is_stored_and_mailed_to_the_office_without_signing_in() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = browser.open("/inquiry?insurer=aoba").await;
    let empty = browser.submit(&page, &[("email", "taro@example.jp"), ("message", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let number =
        browser.submit(&page, &[("email", "taro@example.jp"), ("message", "番号は123456789018です")]).await;
    assert!(
        number.says("マイナンバーは入れないでください") && !number.says("123456789018"),
        "{}",
        number.body
    );
    let sent =
        browser.submit(&page, &[("email", "taro@example.jp"), ("message", "コードが届きません。")]).await;
    assert!(sent.says("受け取りました"), "{}", sent.body);
    let (subject, text) = house.letters.wait("madoguchi@aoba.example.jp", 1).await;
    assert!(subject.starts_with("【青葉健康保険組合】お問い合わせ"), "{subject}");
    assert!(text.contains("コードが届きません。") && text.contains("taro@example.jp"), "{text}");
    let rows = house.state.db.fetch_all(sekisho_site::db::sql("select id from inquiries")).await.unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn an_insurers_page_speaks_both_languages_and_names_it() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    browser.language = "en";
    let page = browser.open("/signup?insurer=minato").await;
    assert!(page.says("Minato Health Insurance Society") && page.says("lang=\"en\""), "{}", page.body);
    let choose = browser.open("/signup").await;
    assert!(choose.says("Aoba Health Insurance Society") && choose.says("Minato Health Insurance Society"));
}
