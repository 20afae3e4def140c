//! A member of an insurer that exports no files: registration, sign-in, claims.

use axum::http::StatusCode;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::client::{access_token, userinfo};
use crate::fake::{Fake, Mood};
use crate::house::{House, TOKEN};
use crate::people::{mio, shoko, with};

pub const EMAIL: &str = "shoko@example.jp";
pub const PASSWORD: &str = "kumo to kaze to niwa";
const PHONE: &str = "+819000001111";

pub const SHOKO: [(&str, &str); 6] = [
    ("symbol", "９１"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "平成12年1月21日"),
];

/// To the page that asks for symbol and number.
pub async fn to_identity(house: &House, browser: &mut Browser) -> Page {
    let page = browser.open("/signup?insurer=minato").await;
    let page = browser.press(&page, &[("email", EMAIL), ("password", PASSWORD)]).await;
    let code = house.letters.code(EMAIL, 1).await;
    browser.press(&page, &[("code", &code)]).await.saying("name=\"symbol\"")
}

/// All the way, with a phone.
pub async fn register(house: &House, browser: &mut Browser) -> Page {
    let page = to_identity(house, browser).await;
    let page = browser.press(&page, &SHOKO).await;
    let page = browser.press(&page, &[("accept_terms", "yes"), ("accept_privacy", "yes")]).await;
    let page = browser.press(&page, &[("factor", "sms")]).await;
    let page = browser.press(&page, &[("phone", "090-0000-1111")]).await;
    let code = house.letters.code(PHONE, 1).await;
    browser.submit(&page, &[("code", &code)]).await
}

/// Signs in again, elsewhere.
async fn sign_in(house: &House, browser: &mut Browser) -> Page {
    let page = browser.open("/login?insurer=minato").await;
    let page = browser.press(&page, &[("login_id", EMAIL), ("password", PASSWORD)]).await;
    let code = house.letters.code(PHONE, 2).await;
    browser.submit(&page, &[("code", &code)]).await
}

#[tokio::test]
async fn a_member_whom_only_the_directory_knows_registers() {
    let fake = Fake::of(&[shoko(), mio()]).await;
    let house = House::asking(&fake).await;
    let arrived = register(&house, &mut Browser::at(&house)).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/?registered=enrol"));
    assert_eq!(house.count("select count(*) as n from memberships where person_key = 'M3000001'").await, 1);
    assert_eq!(house.count("select count(*) as n from members").await, 0, "nothing is kept of the directory");
    let questions = fake.questions();
    let [asked] = questions.as_slice() else { panic!("{questions:?}") };
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/v1/candidates"));
    assert_eq!(asked.body, json!({ "symbol": "91", "number": "200001" }));
    assert_eq!(asked.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(asked.headers["accept-encoding"], "identity");
    assert!(!asked.headers.contains_key("cookie"));
}

#[tokio::test]
async fn who_fits_no_record_of_the_directory_has_five_tries_as_everybody() {
    let fake = Fake::of(&[with(shoko(), &[("birth_date", json!("2000-01-22"))])]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    let mut page = to_identity(&house, &mut browser).await;
    for _ in 0..4 {
        page = browser.press(&page, &SHOKO).await.saying("組合の記録と一致しませんでした");
    }
    browser.press(&page, &SHOKO).await.saying("03-0000-0490");
    assert_eq!(fake.count(), 5, "each try is asked anew");
}

#[tokio::test]
async fn claims_are_asked_of_the_directory_each_time_and_follow_it_at_once() {
    let fake = Fake::of(&[shoko(), mio()]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let token = access_token(&mut browser).await;
    let told: serde_json::Value = serde_json::from_str(&userinfo(&browser, &token).await.body).unwrap();
    assert_eq!(told["membership"]["number"], "200001");
    assert_eq!(told["membership"]["name"], "健保　翔子");
    assert_eq!(told["household"][0]["person_key"], "M3000002");
    *fake.records.lock().unwrap() = vec![with(shoko(), &[("lost_on", json!("2026-11-01"))])];
    let told: serde_json::Value = serde_json::from_str(&userinfo(&browser, &token).await.body).unwrap();
    assert_eq!(told["membership"]["lost_on"], "2026-11-01");
    assert_eq!(told["household"], json!([]));
}

#[tokio::test]
async fn d35_while_the_directory_is_away_members_sign_in_and_portals_are_asked_to_come_back() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    let token = access_token(&mut browser).await;
    fake.becomes(Mood::Status(503));
    let refused = userinfo(&browser, &token).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.body);
    assert_eq!(refused.headers["retry-after"], "5");
    assert!(refused.body.contains("temporarily_unavailable"), "{}", refused.body);
    let asked = fake.count();
    let mut elsewhere = Browser::at(&house);
    let arrived = sign_in(&house, &mut elsewhere).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/"), "{}", arrived.body);
    assert_eq!(fake.count(), asked, "nobody asks the directory for a sign-in");
    fake.becomes(Mood::Right);
    assert_eq!(userinfo(&browser, &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn d35_who_adds_a_membership_is_told_so_too_and_nobody_is_taken_for_them() {
    let fake = Fake::of(&[shoko(), mio()]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    register(&house, &mut browser).await;
    // Her own record cannot be read: whether the other one is hers under new numbers cannot be told.
    fake.goes_through([Mood::Status(503), Mood::Right]);
    let asked = fake.count();
    let page = browser.open("/signup?join=yes&insurer=minato").await;
    let claim = [("family_name", "けんぽ"), ("given_name", "みお"), ("birth_date", "20231231")];
    let claim: Vec<_> = SHOKO[..3].iter().copied().chain(claim).collect();
    let page = browser.press(&page, &claim).await.saying("組合の記録にいま問い合わせられません");
    assert_eq!(fake.count(), asked + 1, "without her own record nobody else's is asked for");
    browser.press(&page, &claim).await.saying("一致しませんでした");
    assert_eq!(house.count("select count(*) as n from memberships").await, 1);
}
