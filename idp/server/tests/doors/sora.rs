//! The address first, a key on the screen, an ID of one's own; a key by mail at each sign-in (guide 002, rows C5–C38).

use axum::http::StatusCode;

use crate::browser::{Browser, Page};
use crate::house::House;

pub const EMAIL: &str = "shoko@example.jp";
pub const LOGIN_ID: &str = "shoko.k";
pub const PASSWORD: &str = "kumo to kaze to niwa";

pub const SHOKO: [(&str, &str); 3] =
    [("symbol_number_branch", "91-200001-00"), ("kana_name", "ケンポ ショウコ"), ("birth_date", "20000121")];
pub const JUNICHI: [(&str, &str); 3] = [
    ("symbol_number_branch", "91-200001-01"),
    ("kana_name", "ケンポ ジュンイチ"),
    ("birth_date", "19991231"),
];

/// To the page that waits for the first mail.
pub async fn to_first_mail(browser: &mut Browser, email: &str) -> Page {
    let page = browser.open("/signup?insurer=sora").await;
    browser.press(&page, &[("email", email)]).await
}

/// Through the first mail, its number being `count`, to the page that asks for symbol, number and branch.
pub async fn to_identity(house: &House, browser: &mut Browser, (email, count): (&str, usize)) -> Page {
    to_first_mail(browser, email).await;
    let link = house.letters.link(email, count).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    browser.press(&page, &[("do", "other")]).await
}

/// To the page that shows the key and waits for the second mail.
pub async fn to_key(house: &House, browser: &mut Browser, claim: &[(&str, &str)]) -> Page {
    let page = to_identity(house, browser, (EMAIL, 1)).await;
    browser.press(&page, claim).await
}

/// The key that a page shows.
pub fn key(page: &Page) -> String {
    let shown = page
        .body
        .split("id=\"shown_key\"")
        .nth(1)
        .unwrap_or_else(|| panic!("no key is shown: {}", page.body));
    let shown = shown.split("</p>").next().unwrap();
    shown.chars().filter(char::is_ascii_digit).collect()
}

/// To the page that asks for ID and password.
pub async fn to_account(house: &House, browser: &mut Browser, claim: &[(&str, &str)]) -> Page {
    let page = to_key(house, browser, claim).await;
    let key = key(&page);
    let link = house.letters.link(EMAIL, 2).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    browser.press(&page, &[("auth_key", &key)]).await
}

/// All the way; the person signs in afterwards.
pub async fn register(house: &House, browser: &mut Browser) -> Page {
    let page = to_account(house, browser, &SHOKO).await;
    let chosen = [
        ("login_id", LOGIN_ID),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
        ("nickname", "しょうこ"),
    ];
    browser.press(&page, &chosen).await
}

/// To the page that asks for the key that is mailed at each sign-in.
pub async fn to_sign_in_key(browser: &mut Browser) -> Page {
    let page = browser.open("/login?insurer=sora").await;
    browser.press(&page, &[("login_id", LOGIN_ID), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn a_person_registers_and_signs_in_by_oneself() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let arrived = register(&house, &mut browser).await;
    assert_eq!(
        (arrived.status, arrived.location()),
        (StatusCode::SEE_OTHER, "/signup?insurer=sora&done=yes"),
        "{}",
        arrived.body
    );
    browser.follow(&arrived).await.saying("登録が終わりました");
    assert_eq!(browser.open("/").await.location(), "/login", "nobody is signed in");
    let page = to_sign_in_key(&mut browser).await;
    let code = house.letters.code(EMAIL, 4).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/");
}

#[tokio::test]
async fn c16_who_has_an_id_begins_with_it() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    to_first_mail(&mut browser, EMAIL).await;
    let link = house.letters.link(EMAIL, 1).await;
    let page = browser.open(&link).await;
    let page = browser.press(&page, &[]).await;
    let wrong = [("login_id", "sora-09120000101"), ("password", "20000121")];
    let page = browser.press(&page, &wrong).await.saying("仮パスワードをお確かめください");
    let right = [("login_id", "sora-09120000101"), ("password", "19991231")];
    assert_eq!(key(&browser.press(&page, &right).await).len(), 6);
}

#[tokio::test]
async fn c32_a_new_sign_in_ends_the_older_key_and_so_does_a_closed_browser() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let older = to_sign_in_key(&mut browser).await;
    let first = house.letters.code(EMAIL, 4).await;
    let mut elsewhere = Browser::at(&house);
    let there = to_sign_in_key(&mut elsewhere).await;
    let second = house.letters.code(EMAIL, 5).await;
    let newer = to_sign_in_key(&mut browser).await;
    let third = house.letters.code(EMAIL, 6).await;
    browser.press(&older, &[("code", &first)]).await.saying("時間が過ぎました");
    let refused = browser.press(&newer, &[("code", &first)]).await;
    assert_eq!(refused.status, StatusCode::OK, "an older key opens no newer journey");
    // Another browser's key is its own: it neither ends nor is ended.
    elsewhere.press(&newer, &[("code", &third)]).await.saying("この画面は");
    let arrived = elsewhere.press(&there, &[("code", &second)]).await;
    assert_eq!(arrived.location(), "/", "{}", arrived.body);
    // Closing the browser loses its cookie.
    browser.cookies.clear();
    browser.open(&newer.action()).await.saying("時間が過ぎました");
}

#[tokio::test]
async fn c35_a_key_by_mail_lives_ten_minutes_and_works_once() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let page = to_sign_in_key(&mut browser).await;
    let code = house.letters.code(EMAIL, 4).await;
    house.later(600);
    let page = browser.press(&page, &[("code", &code)]).await.saying("時間が過ぎました");
    browser.press(&page, &[("do", "resend")]).await;
    let newer = house.letters.code(EMAIL, 5).await;
    let page = browser.open(&page.action()).await;
    assert_eq!(browser.press(&page, &[("code", &newer)]).await.location(), "/");
    browser.press(&page, &[("code", &newer)]).await.saying("時間が過ぎました");
}
