//! Registration, door by door (guide rows A5–A15, A37).

use axum::http::StatusCode;

use crate::browser::{Browser, Page};
use crate::house::House;

pub const EMAIL: &str = "shoko@example.jp";
pub const PASSWORD: &str = "kumo to kaze to niwa";
pub const PHONE: &str = "+819000001111";

pub const SHOKO: [(&str, &str); 6] = [
    ("symbol", "９１"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "平成12年1月21日"),
];

/// A dependent of hers.
pub const JUNICHI: [(&str, &str); 6] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("branch", "01"),
    ("family_name", "ケンポ"),
    ("given_name", "ジュンイチ"),
    ("birth_date", "19991231"),
];

/// To the page that asks for the code.
pub async fn to_code(browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/signup?insurer=aoba").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let answered = browser.submit(&page, &[("email", email), ("password", PASSWORD)]).await;
    browser.follow(&answered).await
}

/// To the page that asks for symbol and number.
pub async fn to_identity(house: &House, browser: &mut Browser) -> Page {
    let page = to_code(browser, EMAIL).await;
    let code = house.letters.code(EMAIL, 1).await;
    let answered = browser.submit(&page, &[("code", &code)]).await;
    browser.follow(&answered).await
}

/// To the page that asks for a second factor.
pub async fn to_factor(house: &House, browser: &mut Browser) -> Page {
    let page = to_identity(house, browser).await;
    let answered = browser.submit(&page, &SHOKO).await;
    let page = browser.follow(&answered).await;
    let answered = browser.submit(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    browser.follow(&answered).await
}

/// All the way, with a phone.
pub async fn register(house: &House, browser: &mut Browser) -> Page {
    let page = to_factor(house, browser).await;
    let answered = browser.submit(&page, &[("factor", "sms")]).await;
    let page = browser.follow(&answered).await;
    let answered = browser.submit(&page, &[("phone", "090-0000-1111")]).await;
    let page = browser.follow(&answered).await;
    let code = house.letters.code(PHONE, 1).await;
    browser.submit(&page, &[("code", &code)]).await
}

#[tokio::test]
async fn a_person_registers_and_is_signed_in() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let arrived = register(&house, &mut browser).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/?registered=enrol"));
    let done = browser.follow(&arrived).await;
    assert!(done.says("登録が終わりました"), "{}", done.body);
    let home = browser.open("/").await;
    assert!(home.says("でログインしています"), "{}", home.body);
    let (subject, _) = house.letters.wait(EMAIL, 2).await;
    assert_eq!(subject, "【青葉健康保険組合】登録が終わりました");
}

#[tokio::test]
async fn nothing_exists_before_arrival() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    to_factor(&house, &mut browser).await;
    for table in ["select id from accounts", "select folded from identifiers", "select id from memberships"] {
        assert!(house.state.db.fetch_all(sekisho_site::db::sql(table)).await.unwrap().is_empty(), "{table}");
    }
}

#[tokio::test]
async fn anonymous_traffic_writes_nothing() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = browser.open("/signup?insurer=aoba").await;
    let refused = browser.submit(&page, &[("email", "not an address"), ("password", "short")]).await;
    assert_eq!(refused.status, StatusCode::OK);
    assert!(refused.says("メールアドレスの形をお確かめください"), "{}", refused.body);
    assert!(refused.says("value=\"not an address\""), "what was typed stays");
    assert!(!refused.says("short"), "but not the password");
    let rows = house.state.db.fetch_all(sekisho_site::db::sql("select id from journeys")).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn the_language_switch_keeps_what_was_typed() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser).await;
    assert!(page.says("記号・番号と"), "{}", page.body);
    let switched =
        browser.submit(&page, &[("symbol", "９１"), ("family_name", "けんぽ"), ("lang", "en")]).await;
    let page = browser.follow(&switched).await;
    assert!(page.says("lang=\"en\"") && page.says("Tell us your number"), "{}", page.body);
    assert!(page.says("value=\"９１\"") && page.says("value=\"けんぽ\""), "{}", page.body);
}

#[tokio::test]
async fn an_answer_to_an_earlier_turn_changes_nothing() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, EMAIL).await;
    let code = house.letters.code(EMAIL, 1).await;
    let first = browser.submit(&page, &[("code", &code)]).await;
    let again = browser.submit(&page, &[("code", "000000")]).await;
    assert_eq!(first.location(), again.location());
    assert!(browser.follow(&again).await.says("記号・番号と"), "the step at hand is shown");
}

#[tokio::test]
async fn a_journey_is_the_browsers_that_began_it() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, EMAIL).await;
    let path = page.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut stranger = Browser::at(&house);
    stranger.open("/login").await;
    let seen = stranger.open(&path).await;
    assert!(!seen.says("example.jp") && seen.says("時間が過ぎました"), "{}", seen.body);
}

#[tokio::test]
async fn a_wrong_an_old_and_a_new_code() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_code(&mut browser, EMAIL).await;
    let refused = browser.submit(&page, &[("code", "12")]).await;
    let page = browser.follow(&refused).await;
    assert!(page.says("あと4回試せます"), "{}", page.body);
    let refused = browser.submit(&page, &[("do", "resend")]).await;
    let page = browser.follow(&refused).await;
    assert!(page.says("もう一度送れます"), "{}", page.body);
    let code = house.letters.code(EMAIL, 1).await;
    house.later(600);
    let refused = browser.submit(&page, &[("code", &code)]).await;
    let page = browser.follow(&refused).await;
    assert!(page.says("時間が過ぎました"), "{}", page.body);
    let resent = browser.submit(&page, &[("do", "resend")]).await;
    let page = browser.follow(&resent).await;
    assert!(page.says("新しいコードを送りました"), "{}", page.body);
    let code = house.letters.code(EMAIL, 2).await;
    let passed = browser.submit(&page, &[("code", &code)]).await;
    assert!(browser.follow(&passed).await.says("記号・番号と"));
}

#[tokio::test]
async fn five_wrong_claims_end_at_the_office_and_a_sixth_finds_nothing() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let mut page = to_identity(&house, &mut browser).await;
    let wrong: Vec<(&str, &str)> = SHOKO
        .iter()
        .map(|(name, value)| (*name, if *name == "birth_date" { "20000122" } else { *value }))
        .collect();
    for _ in 0..4 {
        let refused = browser.submit(&page, &wrong).await;
        page = browser.follow(&refused).await;
        assert!(page.says("組合の記録と一致しませんでした"), "{}", page.body);
    }
    let over = browser.submit(&page, &wrong).await;
    assert!(over.says("03-0000-0150"), "{}", over.body);
    let again = browser.submit(&page, &SHOKO).await;
    assert!(again.says("時間が過ぎました"), "{}", again.body);
}

#[tokio::test]
async fn a_person_whose_cover_has_ended_is_told_so() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser).await;
    let haru = [
        ("symbol", "91"),
        ("number", "200009"),
        ("family_name", "アオキ"),
        ("given_name", "ハル"),
        ("birth_date", "19900505"),
    ];
    let over = browser.submit(&page, &haru).await;
    assert!(over.says("2026年4月1日"), "{}", over.body);
}

#[tokio::test]
async fn a_person_binds_once() {
    let house = House::new().await;
    register(&house, &mut Browser::at(&house)).await;
    let mut second = Browser::at(&house);
    let page = to_code(&mut second, "other@example.jp").await;
    let code = house.letters.code("other@example.jp", 1).await;
    let answered = second.submit(&page, &[("code", &code)]).await;
    let page = second.follow(&answered).await;
    let over = second.submit(&page, &SHOKO).await;
    assert!(over.says("登録は"), "{}", over.body);
}
