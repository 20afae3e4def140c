//! What was begun before a reset, a suspension or a new factor ends with it (`security.md` SE-03, PW-04).

use crate::browser::Browser;
use crate::house::House;
use crate::people::{
    PHONE, activate, aoba, choose, codes_to, follow, forget, is_signed_in, kaede, reset, reset_link,
    shinonome, show_password, sms_code,
};
use sekisho_idp::flows::accounts;

#[tokio::test]
async fn se_03_a_sign_in_that_began_with_the_old_password_does_not_arrive_after_the_new_one() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut thief = Browser::at(&house);
    let sms = codes_to(&house, PHONE);
    let page = show_password(&mut thief, &member, member.password).await.saying("name=\"code\"");
    let code = sms_code(&house, PHONE, sms + 1).await;
    house.later(60);
    reset(&house, &mut Browser::at(&house), &member, 1).await;
    let answered = thief.press(&page, &[("code", &code)]).await;
    assert_ne!(answered.location(), "/", "{}", answered.body);
    assert!(!is_signed_in(&mut thief).await);
    assert_eq!(house.count("select count(*) as n from sessions where ended_at is null").await, 0);
}

#[tokio::test]
async fn se_03_nor_where_only_the_terms_are_between() {
    let house = House::new().await;
    let member = shinonome(&house).await;
    house.change("delete from acceptances").await;
    let mut thief = Browser::at(&house);
    let page = show_password(&mut thief, &member, member.password).await.saying("accept_platform-terms");
    house.later(1);
    reset(&house, &mut Browser::at(&house), &member, 1).await;
    thief.press(&page, &[("accept_platform-terms", "yes")]).await;
    assert!(!is_signed_in(&mut thief).await);
}

#[tokio::test]
async fn pw_04_nor_after_a_suspension_even_when_it_is_lifted() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let sms = codes_to(&house, PHONE);
    let page = show_password(&mut browser, &member, member.password).await;
    let code = sms_code(&house, PHONE, sms + 1).await;
    let mut cx = house.state.cx();
    let found = accounts::find(&house.state, member.name, &cx).await.unwrap().unwrap();
    assert!(accounts::suspend(&house.state, &found, "test", &mut cx).await.unwrap());
    browser.press(&page, &[("code", &code)]).await;
    accounts::resume(&house.state, &found, "test", &mut cx).await.unwrap();
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn b3_a_link_that_was_opened_before_the_offices_reset_sets_no_password() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut thief = Browser::at(&house);
    forget(&mut thief, "kaede", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let open = follow(&mut thief, &link).await;
    let mut cx = house.state.cx();
    let found = accounts::find(&house.state, member.name, &cx).await.unwrap().unwrap();
    assert!(accounts::reset(&house.state, &found, "test", &mut cx).await.unwrap());
    let refused = choose(&mut thief, &open, member.next_password).await;
    assert!(!refused.location().contains("done=recover"), "{}", refused.body);
    assert_eq!(house.count("select count(*) as n from factors where ended_at is null").await, 0);
    activate(&house, 2).await;
    assert_eq!(house.count("select count(*) as n from accounts").await, 2);
}
