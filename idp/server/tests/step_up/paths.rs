//! However a session came about, what asks for the second factor gets it (MF-16).

use crate::browser::Browser;
use crate::desk::{self, ESSENTIAL_TWO, ONE, TWO, asking, id_token, shown, silently, told};
use crate::house::House;
use crate::keys::next_digits;
use crate::people::{self, Second};

/// A member of aoba on a device that is remembered: the next sign-in there asks for the password alone.
async fn remembered(house: &House) -> (Browser, Vec<u8>) {
    let member = people::aoba_app(house).await;
    let Second::App(key) = member.second.clone() else { panic!("an app") };
    let mut browser = Browser::at(house);
    let page = people::show_password(&mut browser, &member, member.password).await;
    let code = next_digits(house, &key);
    browser.press(&page, &[("code", &code), ("remember_device", "yes")]).await;
    let question = browser.open("/logout").await;
    browser.submit(&question, &[("decision", "allow")]).await;
    assert!(!people::is_signed_in(&mut browser).await);
    house.later(60);
    people::show_password(&mut browser, &member, member.password).await;
    assert!(people::is_signed_in(&mut browser).await, "the device is remembered");
    (browser, key)
}

async fn with_remembered_devices() -> House {
    let house = House::new().await;
    let house = house
        .reopened("aoba", |text| text.replace("# remember_device_days = 0", "remember_device_days = 30"))
        .await;
    desk::open(&house).await;
    house
}

#[tokio::test]
async fn mf_16_a_remembered_device_is_no_second_factor_where_two_are_asked_for() {
    let house = with_remembered_devices().await;
    let (mut browser, key) = remembered(&house).await;
    let back = browser.open(&asking("rp", &[])).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!(shown(&house, &token).1, ONE, "the token does not say what was not shown");
    for (client, more) in [("strict", None), ("rp", Some(ESSENTIAL_TWO)), ("rp", Some(("acr_values", TWO)))] {
        let more: Vec<_> = more.into_iter().collect();
        let mut browser = browser.clone();
        assert_eq!(told(&browser.open(&asking(client, &more)).await), "/login/again", "{client} {more:?}");
    }
    let unmet = "unmet_authentication_requirements";
    assert_eq!(silently(&mut browser, "strict", &[]).await, unmet);
    let led = browser.open(&asking("strict", &[])).await;
    let page = browser.follow(&led).await;
    let page = browser.press(&page, &[]).await.saying("name=\"code\"");
    let code = next_digits(&house, &key);
    let back = browser.press(&page, &[("code", &code)]).await;
    let token = id_token(&browser, "strict", &back).await;
    assert_eq!((shown(&house, &token).1.as_str(), shown(&house, &token).2.as_str()), (TWO, "pwd+otp+mfa"));
}

#[tokio::test]
async fn mf_16_a_remembered_device_does_not_change_the_account() {
    let house = with_remembered_devices().await;
    let (mut browser, key) = remembered(&house).await;
    let page = browser.open("/account/codes").await;
    let led = browser.submit(&page, &[]).await;
    assert_eq!(led.location(), "/login/again?to=codes");
    let page = browser.follow(&led).await.saying("先ほど確かめました");
    let page = browser.press(&page, &[]).await.saying("name=\"code\"");
    let code = next_digits(&house, &key);
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/account/codes");
}

#[tokio::test]
async fn mf_16_no_way_back_and_no_registration_gives_a_session_that_counts_for_more_than_was_shown() {
    let house = House::new().await;
    desk::open(&house).await;
    // A registration shows what it sets up; a forgotten password ends in no session at all.
    let member = people::aoba(&house).await;
    let mut browser = Browser::at(&house);
    people::reset(&house, &mut browser, &member, 1).await;
    assert_eq!(silently(&mut browser, "rp", &[]).await, "login_required");
    let kaede = people::kaede(&house).await;
    let mut browser = Browser::at(&house);
    people::reset(&house, &mut browser, &kaede, 1).await;
    assert_eq!(silently(&mut browser, "rp", &[]).await, "login_required");
    // A code by mail is no factor.
    let sora = people::sora(&house).await;
    let mut browser = Browser::at(&house);
    people::sign_in(&house, &mut browser, &sora).await;
    assert_eq!(silently(&mut browser, "rp", &[ESSENTIAL_TWO]).await, "unmet_authentication_requirements");
    let back = browser.open(&asking("rp", &[])).await;
    let token = id_token(&browser, "rp", &back).await;
    assert_eq!((shown(&house, &token).1.as_str(), shown(&house, &token).2.as_str()), (ONE, "pwd"));
}
