//! Each gain of assurance makes a new cookie, and none is adopted (SE-01).

use crate::browser::Browser;
use crate::house::House;
use crate::own::{DEVICE, SESSION, bearing, cookie, live, sign_out};
use crate::people::{Second, aoba_app, digits, is_signed_in, kaede, show_password, sign_in};

#[tokio::test]
async fn se_01_a_sign_in_again_keeps_the_session_under_a_new_cookie() {
    for house in House::both().await {
        let member = aoba_app(&house).await;
        let mut browser = Browser::at(&house);
        sign_in(&house, &mut browser, &member).await;
        let (before, sessions) = (cookie(&browser), live(&house).await);
        sign_in(&house, &mut browser, &member).await;
        let after = cookie(&browser);
        assert_ne!(before, after);
        assert_eq!(live(&house).await, sessions, "clients know the session by the id it had");
        assert!(!is_signed_in(&mut bearing(&house, &before)).await, "the cookie before is worth nothing");
        assert!(is_signed_in(&mut bearing(&house, &after)).await);
    }
}

#[tokio::test]
async fn se_01_a_step_up_makes_a_new_cookie_and_keeps_what_was_shown() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    house.later(20 * 60);
    let (before, sessions) = (cookie(&browser), live(&house).await);
    let page = browser.open("/login/again?to=devices").await;
    let page = browser.press(&page, &[("password", member.password)]).await.saying("name=\"code\"");
    assert_eq!(cookie(&browser), before, "half of it is no gain");
    let Second::App(key) = &member.second else { panic!("she has an app") };
    let code = digits(key, sekisho_site::clock::Clock::now(&house.clock));
    let arrived = browser.press(&page, &[("code", &code)]).await;
    assert_eq!(arrived.location(), "/account/devices", "{}", arrived.body);
    assert_ne!(cookie(&browser), before);
    assert_eq!(live(&house).await, sessions);
    assert!(!is_signed_in(&mut bearing(&house, &before)).await);
}

#[tokio::test]
async fn se_01_of_two_tabs_that_sign_in_from_one_cookie_the_later_begins_anew() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let mut other = browser.clone();
    let page = show_password(&mut other, &member, member.password).await;
    // The first tab is done before the second answers with the cookie that was.
    let old = other.cookies.clone();
    sign_in(&house, &mut browser, &member).await;
    other.cookies = old;
    house.later(30);
    let Second::App(key) = &member.second else { panic!("she has an app") };
    let code = digits(key, sekisho_site::clock::Clock::now(&house.clock));
    let arrived = other.press(&page, &[("code", &code)]).await;
    assert_eq!(arrived.location(), "/", "{}", arrived.body);
    assert_ne!(cookie(&other), cookie(&browser));
    assert!(is_signed_in(&mut other).await && is_signed_in(&mut browser).await);
    assert_eq!(live(&house).await.len(), 3, "that of the registration, and one of each tab");
}

#[tokio::test]
async fn se_01_the_session_of_another_account_ends() {
    let house = House::new().await;
    let (one, two) = (aoba_app(&house).await, kaede(&house).await);
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &one).await;
    let (before, device) = (cookie(&browser), browser.cookies[DEVICE].clone());
    sign_in(&house, &mut browser, &two).await;
    assert_ne!(cookie(&browser), before);
    assert!(!is_signed_in(&mut bearing(&house, &before)).await);
    let replaced = "select count(*) as n from sessions where end_reason = 'replaced'";
    assert_eq!(house.count(replaced).await, 1);
    assert_ne!(browser.cookies[DEVICE], device, "nobody can plant a device's secret for another account");
    let cookies = "select count(distinct digest) as n from devices";
    // Those of the two registrations, and the one of this browser.
    assert_eq!(house.count(cookies).await, 3);
    sign_in(&house, &mut browser, &one).await;
    assert_eq!(house.count("select count(*) as n from devices").await, 4, "and each is known there again");
}

#[tokio::test]
async fn se_01_what_was_set_before_the_sign_in_is_never_adopted() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut planted = Browser::at(&house);
    for name in [SESSION, DEVICE] {
        planted.cookies.insert(name.to_owned(), "x".repeat(43));
    }
    sign_in(&house, &mut planted, &member).await;
    for name in [SESSION, DEVICE] {
        assert_ne!(planted.cookies[name], "x".repeat(43), "{name}");
    }
    assert!(!is_signed_in(&mut bearing(&house, &"x".repeat(43))).await);
    let mut thief = Browser::at(&house);
    thief.cookies.insert(DEVICE.to_owned(), "x".repeat(43));
    thief.open("/").await;
    let known = "select count(*) as n from devices where failures > 0";
    let page = show_password(&mut thief, &member, "not the password").await;
    assert!(page.says("ログインできませんでした"));
    assert_eq!(house.count(known).await, 0, "the planted secret is no device of hers");
    let old = cookie(&planted);
    sign_out(&mut planted).await;
    sign_in(&house, &mut planted, &member).await;
    assert_ne!(cookie(&planted), old);
}
