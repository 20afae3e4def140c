//! Whoever changes the account has shown a moment ago all that the account can show (MF-07).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::keys::{account, app, next_digits, options, passkey, show};
use crate::people::{self, Member, Second, WORDS};

const SESSIONS: &str = "select id as t from sessions where ended_at is null order by id";

async fn recovery_codes(house: &House) -> i64 {
    house.count("select count(*) as n from factors where kind = 'recovery' and ended_at is null").await
}

fn key_of(member: &Member) -> &[u8] {
    match &member.second {
        Second::App(key) => key,
        _ => panic!("an app"),
    }
}

/// Asks for recovery codes, from a page that was opened before.
async fn change(browser: &mut Browser, page: &Page) -> Page {
    browser.submit(page, &[]).await
}

#[tokio::test]
async fn mf_07_a_session_grown_stale_changes_nothing_until_both_factors_were_shown_again() {
    for house in House::both().await {
        grown_stale(house).await;
    }
}

async fn grown_stale(house: House) {
    let member = people::aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    let page = browser.open("/account/codes").await;
    house.later(16 * 60);
    let led = change(&mut browser, &page).await;
    assert_eq!(led.location(), "/login/again?to=codes");
    assert_eq!(recovery_codes(&house).await, 0);
    let again = browser.follow(&led).await.saying("name=\"password\"");
    let (sessions, cookies) = (house.texts(sql(SESSIONS)).await, browser.cookies.clone());
    let wrong = browser.submit(&again, &[("password", "not this one")]).await;
    assert_eq!((wrong.status, wrong.location()), (StatusCode::OK, ""));
    let second = browser.press(&again, &[("password", WORDS)]).await.saying("name=\"code\"");
    // The password alone is not enough.
    assert_eq!(change(&mut browser, &page).await.location(), "/login/again?to=codes");
    let code = next_digits(&house, key_of(&member));
    let back = browser.press(&second, &[("code", &code)]).await;
    assert_eq!(back.location(), "/account/codes", "{} {}", back.status, back.body);
    assert_eq!(house.texts(sql(SESSIONS)).await, sessions, "the session goes on");
    assert_ne!(browser.cookies, cookies, "under a new cookie");
    let mut old = Browser { cookies, ..Browser::at(&house) };
    assert!(!people::is_signed_in(&mut old).await);
    let made = change(&mut browser, &page).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.location());
    assert!(recovery_codes(&house).await > 0);
    // What was shown in the last 15 minutes is not asked for twice; then it is.
    for (word, path) in
        [("passkeys", "/account/passkeys"), ("email", "/account/email"), ("codes", "/account/codes")]
    {
        assert_eq!(browser.open(&format!("/login/again?to={word}")).await.location(), path);
    }
    house.later(15 * 60);
    browser.open("/login/again?to=codes").await.saying("name=\"password\"");
}

#[tokio::test]
async fn mf_07_a_second_factor_that_the_sign_in_did_not_ask_for_is_asked_for_here() {
    let house = House::new().await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    assert_eq!(browser.open("/login/again?to=password").await.location(), "/account/password");
    let key = app(&house, account(&house, member.name).await).await;
    let page = browser.open("/login/again?to=password").await.saying("先ほど確かめました");
    let page = browser.press(&page, &[]).await.saying("name=\"code\"");
    let code = next_digits(&house, &key);
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/account/password");
}

#[tokio::test]
async fn mf_07_every_page_of_a_change_asks_first_and_opens_for_what_was_shown() {
    let house = House::new().await;
    let (aoba, kaede) = (people::aoba_app(&house).await, people::kaede(&house).await);
    let pages = ["/account/email", "/account/password", "/account/close", "/account/passkeys/new"];
    for member in [aoba, kaede] {
        let mut browser = Browser::at(&house);
        people::sign_in(&house, &mut browser, &member).await;
        house.later(16 * 60);
        for path in pages {
            let led = browser.open(path).await;
            assert!(
                led.location().starts_with("/login/again?to="),
                "{path} {} {}",
                led.status,
                led.location()
            );
            browser.follow(&led).await.saying("name=\"password\"");
        }
        let page = browser.open("/login/again?to=email").await;
        let mut page = browser.press(&page, &[("password", WORDS)]).await;
        if let Second::App(key) = &member.second {
            let code = next_digits(&house, key);
            page = browser.press(&page, &[("code", &code)]).await;
        }
        assert_eq!(page.location(), "/account/email");
        for path in pages {
            assert_eq!(browser.open(path).await.status, StatusCode::OK, "{path} for {}", member.insurer);
        }
    }
}

#[tokio::test]
async fn mf_07_where_passkeys_are_taken_no_more_nobody_is_asked_for_one() {
    let house = House::new().await;
    let member = people::kaede(&house).await;
    passkey(&house, account(&house, member.name).await).await;
    let house =
        house.reopened("kaede", |text| text.replace("[sign_in]\n", "[sign_in]\npasskeys = false\n")).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    assert_eq!(browser.open("/account/password").await.status, StatusCode::OK);
    house.later(16 * 60);
    let page = browser.open("/login/again?to=password").await;
    assert!(options(&page).is_none());
    assert_eq!(browser.press(&page, &[("password", WORDS)]).await.location(), "/account/password");
}

#[tokio::test]
async fn mf_07_a_passkey_is_as_good_as_both() {
    let house = House::new().await;
    let member = people::kaede(&house).await;
    let mut key = passkey(&house, account(&house, member.name).await).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(16 * 60);
    let page = browser.open("/login/again?to=email").await;
    assert!(options(&page).is_some() && page.says("name=\"password\""), "{}", page.body);
    let back = show(&mut browser, &page, &mut key).await;
    assert_eq!(back.location(), "/account/email", "{} {}", back.status, back.body);
    assert_eq!(browser.open("/login/again?to=close").await.location(), "/account/close");
}

#[tokio::test]
async fn ru_09_only_words_of_ours_lead_on_from_showing_again_who_one_is() {
    let house = House::new().await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    for evil in [
        "//evil.test",
        "/\\evil.test",
        "/%09/evil.test",
        "https:evil.test",
        "\\/\\/evil.test",
        "/..//evil.test",
        "",
    ] {
        let address: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        let asked = format!("/login/again?to={address}");
        assert_eq!(browser.open(&asked).await.location(), "/account", "{evil}");
        house.later(16 * 60);
        let page = browser.open(&asked).await;
        let back = browser.submit(&page, &[("password", WORDS), ("to", evil)]).await;
        assert_eq!(back.location(), "/account", "{evil}");
    }
    let mut nobody = Browser::at(&house);
    let led = nobody.open("/login/again?to=//evil.test&next=//evil.test").await;
    assert!(led.location().starts_with("/login") && !led.location().contains("evil"), "{}", led.location());
}

#[tokio::test]
async fn mf_07_ten_wrong_passwords_are_enough_here_as_at_the_sign_in() {
    let house = House::new().await;
    let member = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &member).await;
    house.later(16 * 60);
    let mut page = browser.open("/login/again?to=email").await;
    for _ in 0..10 {
        page = browser.submit(&page, &[("password", "not this one")]).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let eleventh = browser.submit(&page, &[("password", WORDS)]).await;
    assert_eq!(eleventh.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    eleventh.saying("しばらくお待ち");
}
