//! How long sessions live, by their insurer's file, whatever a browser says (SE-04).

use crate::browser::Browser;
use crate::house::House;
use crate::own::{SESSION, bearing, cookie, live};
use crate::people::{Member, Second, aoba_app, digits, is_signed_in, show_password, sign_in};

/// aoba's sessions live for a quarter of an hour unused, and for two hours in all.
async fn short(house: House) -> House {
    let edit = |file: String| {
        let file = file.replace("session_idle_minutes = 60", "session_idle_minutes = 15");
        file.replace("session_hours = 24", "session_hours = 2")
    };
    house.reopened("aoba", edit).await
}

async fn signed_in(house: House) -> (House, Member, Browser) {
    let member = aoba_app(&house).await;
    let house = short(house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    (house, member, browser)
}

#[tokio::test]
async fn se_04_an_insurers_file_says_how_long_a_session_lives() {
    let (house, _, mut browser) = signed_in(House::new().await).await;
    house.later(15 * 60 - 1);
    assert!(is_signed_in(&mut browser).await);
    house.later(15 * 60);
    assert!(!is_signed_in(&mut browser).await, "unused for a quarter of an hour");
    let (house, _, mut browser) = signed_in(House::new().await).await;
    for _ in 0..11 {
        house.later(10 * 60);
        assert!(is_signed_in(&mut browser).await);
    }
    house.later(10 * 60);
    assert!(!is_signed_in(&mut browser).await, "in use, but two hours old");
}

#[tokio::test]
async fn se_04_what_a_browser_says_of_a_cookies_life_is_not_heard() {
    let (house, _, browser) = signed_in(House::new().await).await;
    let forged = format!("{}; Max-Age=99999999; Expires=Fri, 31 Dec 2100 00:00:00 GMT", cookie(&browser));
    let mut keeper = bearing(&house, &forged);
    assert!(is_signed_in(&mut keeper).await);
    house.later(15 * 60);
    assert!(!is_signed_in(&mut keeper).await);
}

#[tokio::test]
async fn se_04_a_session_cookie_ends_with_the_browser_and_a_device_is_known_for_four_hundred_days() {
    let (house, member, mut browser) = signed_in(House::new().await).await;
    let page = show_password(&mut browser, &member, member.password).await;
    let arrived = browser.submit(&page, &[("code", &code(&house, &member))]).await;
    let set: Vec<&str> =
        arrived.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let [session, device] = set.as_slice() else { panic!("{set:?}") };
    assert!(session.starts_with(SESSION) && !session.contains("Max-Age"), "{session}");
    assert!(device.contains("Max-Age=34560000"), "{device}");
}

fn code(house: &House, member: &Member) -> String {
    house.later(30);
    let Second::App(key) = &member.second else { panic!("she has an app") };
    digits(key, sekisho_site::clock::Clock::now(&house.clock))
}

#[tokio::test]
async fn se_04_a_first_factor_begins_the_life_of_a_session_anew() {
    let (house, member, mut browser) = signed_in(House::new().await).await;
    let ids = live(&house).await;
    for _ in 0..11 {
        house.later(10 * 60);
        assert!(is_signed_in(&mut browser).await);
    }
    sign_in(&house, &mut browser, &member).await;
    house.later(12 * 60);
    assert!(is_signed_in(&mut browser).await, "two hours after the first sign-in");
    assert_eq!(live(&house).await, ids);
}

#[tokio::test]
async fn se_04_a_second_factor_alone_gives_a_session_no_longer_life() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let remembering = |file: String| file.replace("[sign_in]", "[sign_in]\nremember_device_days = 30");
    let house = short(house.reopened("aoba", remembering).await).await;
    let mut browser = Browser::at(&house);
    let page = show_password(&mut browser, &member, member.password).await;
    browser.press(&page, &[("code", &code(&house, &member)), ("remember_device", "yes")]).await;
    browser.cookies.remove(SESSION);
    // The password alone signs in on a remembered device; a change of the account asks for the second factor too.
    let arrived = show_password(&mut browser, &member, member.password).await;
    assert_eq!(arrived.location(), "/", "{}", arrived.body);
    let ends = || house.count("select max(ends_at) as n from sessions where ended_at is null");
    let (before, at_first) = (cookie(&browser), ends().await);
    house.later(5 * 60);
    let page = browser.open("/login/again?to=devices").await;
    assert!(!page.says("name=\"password\""), "it was shown five minutes ago: {}", page.body);
    let page = browser.press(&page, &[]).await;
    let arrived = browser.press(&page, &[("code", &code(&house, &member))]).await;
    assert_eq!(arrived.location(), "/account/devices", "{}", arrived.body);
    assert_ne!(cookie(&browser), before, "a gain makes a new cookie");
    assert_eq!(ends().await, at_first);
}
