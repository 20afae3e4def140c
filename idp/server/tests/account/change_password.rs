//! Another password.

use argon2::PasswordHasher as _;
use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{
    Member, WORDS, about, aoba, is_out, is_signed_in, kaede, portal, quiet, settled, show_password, sign_in,
};
use crate::post::nth_about;

const NEW: &str = "tsuki no hikari to mori";
const CHANGED: &str = "/account/changed?done=password";
const HASHES: &str = "select secret as t from factors where kind = 'password' and ended_at is null";

/// Fills the page.
async fn change(browser: &mut Browser, (present, new): (&str, &str)) -> Page {
    let page = browser.open("/account/password").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.location());
    browser.submit(&page, &filled(present, new)).await
}

fn filled<'a>(present: &'a str, new: &'a str) -> [(&'static str, &'a str); 3] {
    [("current_password", present), ("password", new), ("password_again", new)]
}

async fn passwords(house: &House) -> i64 {
    house.count("select count(*) as n from factors where kind = 'password' and ended_at is null").await
}

/// How many passwords an account ever had.
async fn ever(house: &House) -> i64 {
    house.count("select count(*) as n from factors where kind = 'password'").await
}

async fn signs_in(house: &House, member: &Member, password: &str) -> bool {
    let page = show_password(&mut Browser::at(house), member, password).await;
    page.status == StatusCode::SEE_OTHER || page.says("name=\"code\"")
}

#[tokio::test]
async fn pw_10_who_shows_the_present_password_changes_it_and_everybody_else_is_out() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let other = settled(&house, &member).await;
    let (mut browser, token) = settled(&house, &member).await;
    let done = change(&mut browser, (WORDS, NEW)).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    browser.follow(&done).await.saying("ほかの端末は、すべてログアウトしました");
    is_out(other).await;
    assert!(is_signed_in(&mut browser).await, "this browser stays");
    assert_eq!(crate::client::userinfo(&browser, &token).await.status, StatusCode::OK);
    nth_about(&house, member.email, "パスワードが変わりました", 1).await;
    nth_about(&house, crate::people::PHONE, "大切な設定", 1).await;
    assert!(signs_in(&house, &member, NEW).await);
    assert!(!signs_in(&house, &member, WORDS).await);
    assert_eq!(passwords(&house).await, 1);
}

#[tokio::test]
async fn pw_10_without_the_present_password_nothing_changes() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = change(&mut browser, ("", NEW)).await.saying("いまのパスワードを入れてください");
    assert!(!page.says(NEW), "no password is shown again");
    let page = change(&mut browser, ("not this one", NEW)).await.saying("いまのパスワードと違います");
    assert!(!page.says("not this one"));
    // Each try is reserved with those of the sign-in page: after some, it rests.
    for _ in 0..12 {
        change(&mut browser, ("not this one", NEW)).await;
    }
    let page = change(&mut browser, (WORDS, NEW)).await;
    assert_eq!(page.location(), "", "the right one rests as well");
    assert_eq!(ever(&house).await, 1);
    assert_eq!(about(&house, member.email, "パスワードが変わりました").len(), 0);
}

#[tokio::test]
async fn pw_10_a_sign_in_grown_stale_is_led_to_sign_in_again() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open("/account/password").await;
    house.later(16 * 60);
    let led = browser.submit(&page, &filled(WORDS, NEW)).await;
    assert_eq!(led.location(), "/login/again?to=password");
    assert_eq!(browser.open("/account/password").await.location(), "/login/again?to=password");
    assert_eq!(ever(&house).await, 1);
    // Nobody else gets as far.
    let mut stranger = Browser::at(&house);
    assert_eq!(stranger.open("/account/password").await.location(), "/login");
}

#[tokio::test]
async fn se_06_pw_10_no_form_of_elsewhere_changes_anything() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let mut other = Browser::at(&house);
    sign_in(&house, &mut other, &member).await;
    let paths = ["password", "email", "phone", "app", "profile", "close"];
    for path in paths.map(|path| format!("/account/{path}")) {
        let own = browser.open(&path).await.hidden("form");
        let theirs = other.open(&path).await.hidden("form");
        let all = [
            ("sure", "yes"),
            ("do", "remove"),
            ("email", "evil@example.jp"),
            ("nickname", "evil"),
            ("current_password", WORDS),
            ("password", NEW),
        ];
        let mut fields: Vec<(String, String)> =
            all.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        for (token, origin) in
            [("", ORIGIN), (&theirs, ORIGIN), (&own, "https://evil.example"), (&own, "null")]
        {
            fields.retain(|(name, _)| name != "form");
            fields.push(("form".to_owned(), token.to_owned()));
            let answered = browser.post(&path, &fields, origin).await;
            assert_eq!(answered.status, StatusCode::FORBIDDEN, "{path} {origin} {}", answered.location());
        }
    }
    assert_eq!(ever(&house).await, 1);
    let untouched = "select count(*) as n from accounts where closing_at is null and nickname = ''";
    assert_eq!(house.count(untouched).await, 1);
}

#[tokio::test]
async fn pw_09_the_policy_of_registration_holds() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    for (weak, why) in [
        ("short", "8文字以上"),
        ("password1", "広く知られています"),
        ("kenpokenpo", "広く知られています"),
        ("aoba@example.jp", "広く知られています"),
    ] {
        change(&mut browser, (WORDS, weak)).await.saying(why);
    }
    assert_eq!(ever(&house).await, 1);
    // What was typed before counts for nothing, and any words of some length will do.
    assert_eq!(change(&mut browser, (WORDS, "あおい そらの したで")).await.location(), CHANGED);
}

#[tokio::test]
async fn where_it_is_typed_twice_it_must_be_the_same() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open("/account/password").await.saying("name=\"password_again\"");
    let differs = [("current_password", WORDS), ("password", NEW), ("password_again", "kumo to kaze")];
    browser.submit(&page, &differs).await.saying("上の欄と違います");
    let done = browser.submit(&page, &filled(WORDS, NEW)).await;
    assert_eq!(done.location(), CHANGED, "{}", done.body);
    assert!(signs_in(&house, &member, NEW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_at_once_exactly_one_is_made() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open("/account/password").await;
    let racers: Vec<_> = (0..8)
        .map(|racer| {
            let (mut browser, page) = (browser.clone(), page.clone());
            tokio::spawn(async move {
                let new = format!("mori no naka de {racer}");
                browser.submit(&page, &filled(WORDS, &new)).await.location() == CHANGED
            })
        })
        .collect();
    let mut made = 0;
    for racer in racers {
        made += usize::from(racer.await.unwrap());
    }
    assert_eq!(made, 1);
    assert_eq!((passwords(&house).await, ever(&house).await), (1, 2));
}

#[tokio::test]
async fn a_link_to_a_new_password_that_was_mailed_before_leads_nowhere_after() {
    let house = House::new().await;
    let member = aoba(&house).await;
    crate::people::forget(&mut Browser::at(&house), "aoba", member.name).await;
    let link = crate::people::reset_link(&house, &member, 1).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    assert_eq!(change(&mut browser, (WORDS, NEW)).await.location(), CHANGED);
    Browser::at(&house).open(&link).await.saying("このリンクの時間が過ぎました");
    quiet(&house).await;
}

#[tokio::test]
async fn pw_11_a_password_that_was_hashed_for_less_is_hashed_anew_at_the_sign_in() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let cheap = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let cheap = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cheap);
    let hash = cheap.hash_password_with_salt(WORDS.as_bytes(), b"sixteen bytes ok").unwrap();
    let hash = hash.to_string();
    let store = "update factors set secret = $1 where kind = 'password'";
    house.state.db.execute(sql(store).bind(hash.as_bytes().to_vec())).await.unwrap();
    assert!(!signs_in(&house, &member, "not this one").await);
    assert_eq!(stored(&house).await, hash, "a wrong password changes nothing");
    assert!(signs_in(&house, &member, WORDS).await);
    let renewed = stored(&house).await;
    assert!(renewed.contains("m=19456,t=2,p=1"), "{renewed}");
    assert!(signs_in(&house, &member, WORDS).await);
    assert_eq!(stored(&house).await, renewed);
}

#[tokio::test]
async fn pw_11_a_hash_that_orders_gigabytes_is_refused() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let absurd = stored(&house).await.replace("m=19456", "m=4194304");
    let store = "update factors set secret = $1 where kind = 'password'";
    house.state.db.execute(sql(store).bind(absurd.as_bytes().to_vec())).await.unwrap();
    assert!(!signs_in(&house, &member, WORDS).await);
    assert_eq!(stored(&house).await, absurd);
}

async fn stored(house: &House) -> String {
    let row = house.state.db.fetch_one(sql(HASHES)).await.unwrap();
    String::from_utf8(row.get("t").unwrap()).unwrap()
}
