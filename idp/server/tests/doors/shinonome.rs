//! One's numbers and the insured person's birth date, an ID of one's own, a code by mail; the operator's terms at the
//! first sign-in (guide 004, rows E3–E28).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;

pub const EMAIL: &str = "shoko@example.jp";
pub const LOGIN_ID: &str = "shoko_K";
pub const PASSWORD: &str = "kumo-2-kaze!";

/// Her record has an address.
pub const SHOKO: [(&str, &str); 5] = [
    ("insurer_code", "shinonome"),
    ("symbol", "91"),
    ("number", "200001"),
    ("birth_date", "20000121"),
    ("kana_name", "けんぽ しょうこ"),
];
/// His has none; the birth date is hers (row E7).
pub const JUNICHI: [(&str, &str); 5] = [
    ("insurer_code", "shinonome"),
    ("symbol", "91"),
    ("number", "200001"),
    ("birth_date", "20000121"),
    ("kana_name", "ｹﾝﾎﾟ ｼﾞﾕﾝｲﾁ"),
];

/// To the page on which ID and password are chosen.
pub async fn to_account(browser: &mut Browser, claim: &[(&str, &str)]) -> Page {
    let page = browser.open("/signup?insurer=shinonome").await;
    browser.press(&page, claim).await
}

/// All the way, with the address of the record.
pub async fn register(house: &House, browser: &mut Browser) -> Page {
    let before = house.letters.all_to(EMAIL).len();
    let page = to_account(browser, &SHOKO).await.saying(EMAIL);
    let page = browser.press(&page, &[("login_id", LOGIN_ID), ("password", PASSWORD)]).await;
    let code = house.letters.code(EMAIL, before + 1).await;
    browser.press(&page, &[("code", &code)]).await
}

/// What follows the sign-in page.
pub async fn sign_in(browser: &mut Browser) -> Page {
    let page = browser.open("/login?insurer=shinonome").await;
    browser.press(&page, &[("login_id", LOGIN_ID), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn a_person_registers_and_accepts_the_operators_terms_at_the_first_sign_in() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let arrived = register(&house, &mut browser).await;
    assert_eq!(arrived.location(), "/signup?insurer=shinonome&done=yes", "{}", arrived.body);
    let page = sign_in(&mut browser).await.saying("ウェブ閲覧システム利用規約");
    let page = browser.press(&page, &[]).await.saying("同意が必要です");
    assert_eq!(browser.open("/").await.location(), "/login", "nobody is signed in");
    let arrived = browser.press(&page, &[("accept_platform-terms", "yes")]).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn e14_the_address_of_the_record_cannot_be_changed_by_a_form() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_account(&mut browser, &SHOKO).await;
    let chosen = [("login_id", LOGIN_ID), ("password", PASSWORD), ("email", "thief@example.jp")];
    browser.press(&page, &chosen).await;
    house.letters.code(EMAIL, 1).await;
    assert_eq!(house.letters.everybody(), [EMAIL]);
}

#[tokio::test]
async fn e7_a_dependent_is_found_by_the_insured_persons_birth_date() {
    let house = House::new().await;
    let mut browser = Browser::at(&house);
    let page = to_account(&mut browser, &JUNICHI).await;
    let chosen = [("login_id", "junichi"), ("password", PASSWORD), ("email", "jun@example.jp")];
    let page = browser.press(&page, &chosen).await;
    let code = house.letters.code("jun@example.jp", 1).await;
    let arrived = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(arrived.location(), "/signup?insurer=shinonome&done=yes", "{}", arrived.body);
    let people = house.texts(sql("select person_key as t from memberships")).await;
    assert_eq!(people, ["S4000002"]);
}
