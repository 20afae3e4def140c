//! The second key: set up, changed, taken away.

use axum::http::StatusCode;
use sekisho_site::clock::Clock as _;
use sekisho_site::db::sql;

use crate::browser::{Browser, ORIGIN, Page};
use crate::client;
use crate::house::House;
use crate::people::{
    Member, PHONE, Second, about, aoba, aoba_app, codes_to, digits, is_out, is_signed_in, kaede, portal,
    quiet, settled, sign_in,
};
use crate::post::{first_digits, nth_about, sms_code};

const OTHER: &str = "+818000002222";
const CHANGED: &str = "/account/changed?insurer=aoba&done=change_factor";
const LIVE: &str = "select count(*) as n from factors where kind in ('sms', 'totp') and ended_at is null";

async fn signed_in(house: &House, member: &Member) -> Browser {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    browser
}

const EVENTS: &str = "select events as t from sessions order by id";

/// Sets out on a page of the account.
async fn begin(browser: &mut Browser, path: &str) -> Page {
    let page = browser.open(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.location());
    browser.press(&page, &[]).await
}

/// Sets out to the other phone, up to its code.
async fn to_phone(house: &House, browser: &mut Browser) -> (Page, String) {
    let page = begin(browser, "/account/phone").await;
    let page = browser.press(&page, &[("phone", "080-0000-2222")]).await;
    let code = sms_code(house, OTHER, 1).await;
    (page, code)
}

/// The secret that the page of an app shows.
fn secret(page: &Page) -> String {
    let after = page.body.split("secret=").nth(1).unwrap_or_default();
    after.split(['&', '"']).next().unwrap_or_default().to_owned()
}

fn bytes(secret: &str) -> Vec<u8> {
    totp_rs::Secret::try_from_base32(secret).unwrap().as_bytes().to_vec()
}

/// Sets up an app, and gives what it led to and its key.
async fn set_up_app(house: &House, browser: &mut Browser) -> (Page, Vec<u8>) {
    let page = begin(browser, "/account/app").await;
    let key = bytes(&secret(&page));
    let done = browser.press(&page, &[("code", &digits(&key, house.clock.now()))]).await;
    (done, key)
}

/// Takes a key away, as far as the page lets one.
async fn remove(browser: &mut Browser, path: &str) -> Page {
    let page = browser.open(path).await;
    let sure = browser.submit(&page, &[("do", "remove")]).await;
    assert_eq!(sure.status, StatusCode::OK, "{}", sure.location());
    browser.submit(&sure, &[("do", "remove"), ("sure", "yes")]).await
}

#[tokio::test]
async fn se_03_another_phone_takes_the_place_of_the_first_and_everybody_else_is_out() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let elsewhere = settled(&house, &member).await;
    let mut browser = signed_in(&house, &member).await;
    browser.open("/account/phone").await.saying("別の番号に変える").saying("1111");
    let (page, code) = to_phone(&house, &mut browser).await;
    assert!(browser.press(&page, &[("code", "000000")]).await.says("確認コードが違います"));
    let page = browser.open(&page.action()).await;
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    browser.follow(&done).await.saying("2つめの鍵を<br>登録しました");
    is_out(elsewhere).await;
    assert!(is_signed_in(&mut browser).await);
    // Mail and the phone that was left are told.
    nth_about(&house, member.email, "新しいものに変わりました", 1).await;
    nth_about(&house, PHONE, "大切な設定", 1).await;
    assert_eq!(house.count(LIVE).await, 1);
    let (mut fresh, old) = (Browser::at(&house), codes_to(&house, PHONE));
    crate::people::show_password(&mut fresh, &member, member.password).await.saying("name=\"code\"");
    sms_code(&house, OTHER, 2).await;
    assert_eq!(codes_to(&house, PHONE), old, "no code goes to the first phone any more");
}

#[tokio::test]
async fn a_second_kind_stands_beside_the_first_and_either_may_go_but_not_both() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    browser.open("/account/phone").await.saying("先に、ほかの鍵を登録してください");
    assert_eq!(remove(&mut browser, "/account/phone").await.location(), "/account/phone");
    assert_eq!(house.count(LIVE).await, 1, "the last one stays");
    let (done, key) = set_up_app(&house, &mut browser).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    nth_about(&house, member.email, "2つめの鍵が登録されました", 1).await;
    assert_eq!(house.count(LIVE).await, 2);
    let done = remove(&mut browser, "/account/phone").await;
    assert_eq!(done.location(), "/account/changed?done=removed");
    nth_about(&house, member.email, "1つなくなりました", 1).await;
    nth_about(&house, PHONE, "大切な設定", 2).await;
    assert_eq!(house.count("select count(*) as n from contacts where kind = 'phone'").await, 0);
    browser.open("/account/phone").await.saying("携帯電話を登録する");
    assert_eq!(remove(&mut browser, "/account/app").await.location(), "/account/app");
    let member = Member { second: Second::App(key), ..member };
    signed_in(&house, &member).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_keys_taken_away_at_once_one_stays() {
    for _ in 0..4 {
        let house = House::new().await;
        let member = aoba(&house).await;
        let mut browser = signed_in(&house, &member).await;
        set_up_app(&house, &mut browser).await;
        let removals = ["/account/phone", "/account/app"].map(|path| {
            let mut browser = browser.clone();
            tokio::spawn(async move { remove(&mut browser, path).await.location().contains("removed") })
        });
        let mut removed = 0;
        for removal in removals {
            removed += usize::from(removal.await.unwrap());
        }
        assert_eq!((removed, house.count(LIVE).await), (1, 1));
    }
}

#[tokio::test]
async fn mf_07_a_sign_in_grown_stale_neither_sets_up_nor_takes_away() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    set_up_app(&house, &mut browser).await;
    let pages = [browser.open("/account/phone").await, browser.open("/account/app").await];
    house.later(16 * 60);
    for (page, word) in pages.iter().zip(["phone", "app"]) {
        let again = format!("/login/again?to={word}");
        assert_eq!(browser.open(&page.action()).await.location(), again);
        assert_eq!(browser.submit(page, &[]).await.location(), again);
        let sure = [("do", "remove"), ("sure", "yes")];
        assert_eq!(browser.submit(page, &sure).await.location(), again);
    }
    assert_eq!(house.count(LIVE).await, 2);
    assert_eq!(
        house
            .count("select count(*) as n from journeys where kind = 'change_factor' and ended_at is null")
            .await,
        0
    );
}

#[tokio::test]
async fn mf_08_an_app_is_set_up_by_its_digits_in_its_own_session_and_its_secret_is_never_shown_again() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    let page = begin(&mut browser, "/account/app").await;
    let (path, key) = (page.action(), secret(&page));
    assert!(key.len() >= 32, "{key}");
    for wrong in ["", "000000"] {
        let refused = browser.press(&page, &[("code", wrong)]).await;
        assert!(!refused.location().starts_with("/account"), "{}", refused.location());
    }
    assert_eq!(house.count(LIVE).await, 1, "without the digits nothing is set up");
    let page = browser.open(&path).await;
    let code = digits(&bytes(&key), house.clock.now());
    // Another session, even of the same account and with the same browser cookie, sees nothing of it.
    let mut other = signed_in(&house, &member).await;
    assert!(!other.open(&path).await.says(&key));
    let (own, value) = browser.cookies.iter().find(|(name, _)| name.contains("browser")).unwrap();
    other.cookies.insert(own.clone(), value.clone());
    assert!(!other.open(&path).await.says(&key));
    let refused = other.submit(&page, &[("code", &code)]).await;
    assert!(!refused.location().starts_with("/account"), "{}", refused.location());
    assert_eq!(house.count(LIVE).await, 1);
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    for path in [path.as_str(), "/account/app", "/account", "/account/data"] {
        assert!(!browser.open(path).await.says(&key), "{path}");
    }
    let again = begin(&mut browser, "/account/app").await;
    assert_ne!(secret(&again), key, "another is drawn");
}

#[tokio::test]
async fn mf_08_digits_that_set_an_app_up_sign_nobody_in() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    let page = begin(&mut browser, "/account/app").await;
    let key = bytes(&secret(&page));
    let code = digits(&key, house.clock.now());
    browser.press(&page, &[("code", &code)]).await;
    let mut fresh = Browser::at(&house);
    let page = crate::people::show_password(&mut fresh, &member, member.password).await;
    let page = if page.says("do\" value=\"other") { browser_other(&mut fresh, &page).await } else { page };
    fresh.press(&page, &[("code", &code)]).await;
    assert!(!is_signed_in(&mut fresh).await);
}

async fn browser_other(browser: &mut Browser, page: &Page) -> Page {
    browser.press(page, &[("do", "other")]).await
}

#[tokio::test]
async fn the_first_second_key_of_an_account_is_set_up_by_who_is_found_in_the_records_again() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = signed_in(&house, &member).await;
    house.change("update factors set ended_at = created_at where kind = 'totp'").await;
    let events = house.texts(sql(EVENTS)).await;
    browser.open("/account/phone").await.saying("はじめての2つめの鍵です");
    let page = begin(&mut browser, "/account/phone").await.saying("name=\"code\"");
    let mailed = first_digits(&nth_about(&house, member.email, "新しい鍵を登録する操作", 1).await);
    let page = browser.press(&page, &[("code", &mailed)]).await.saying("name=\"symbol\"");
    let claim = |number: &'static str, birth| {
        [
            ("symbol", "91"),
            ("number", number),
            ("branch", ""),
            ("family_name", "けんぽ"),
            ("given_name", "ショウコ"),
            ("birth_date", birth),
        ]
    };
    let page = browser.press(&page, &claim("200001", "20000122")).await.saying("一致しませんでした");
    let page = browser.press(&page, &claim("200001", "20000121")).await.saying("name=\"phone\"");
    let page = browser.press(&page, &[("phone", "080-0000-2222")]).await;
    let code = sms_code(&house, OTHER, 1).await;
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    nth_about(&house, member.email, "2つめの鍵が登録されました", 1).await;
    assert_eq!(house.texts(sql(EVENTS)).await, events, "the session has gained nothing by it");
}

#[tokio::test]
async fn en_05_a_phone_that_is_somebody_elses_is_like_any_other() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    house
        .change("insert into accounts (id, language, created_at) select 'acc_other', language, created_at from accounts")
        .await;
    house
        .change(
            "insert into contacts (account, kind, value, folded, proven_at)
                select 'acc_other', 'phone', '+818000002222', '+818000002222', proven_at
                from contacts where kind = 'email'",
        )
        .await;
    let (page, code) = to_phone(&house, &mut browser).await;
    let done = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    quiet(&house).await;
    assert_eq!(about(&house, OTHER, "").len(), 1, "the code, and nothing else");
}

#[tokio::test]
async fn an_insurer_that_sets_no_second_key_up_offers_none() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = signed_in(&house, &member).await;
    for path in ["/account/phone", "/account/app"] {
        let page = browser.open(path).await.saying("組合では、この鍵を受け付けていません");
        assert_eq!(browser.submit(&page, &[]).await.status, StatusCode::NOT_FOUND);
        let sure = [("do", "remove"), ("sure", "yes")];
        assert_eq!(browser.submit(&page, &sure).await.location(), path);
    }
}

#[tokio::test]
async fn a_change_gives_no_client_anything() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let mut browser = signed_in(&house, &member).await;
    let token = client::access_token(&mut browser).await;
    set_up_app(&house, &mut browser).await;
    // What was given before in this session goes on, and the change is in no client's hands.
    assert_eq!(client::userinfo(&browser, &token).await.status, StatusCode::OK);
    let form = [("form".to_owned(), browser.open("/account/phone").await.hidden("form"))];
    let mut server = Browser { cookies: std::collections::BTreeMap::new(), ..browser.clone() };
    server.authorization = Some(format!("Bearer {token}"));
    let refused = server.post("/account/phone", &form, ORIGIN).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
