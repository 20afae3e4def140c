//! A forgotten password is replaced through the mail of its owner, and nobody is signed in by it.

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{
    Member, PHONE, aoba, aoba_app, choose, codes_to, everybody, follow, forget, is_out, is_signed_in, kaede,
    nth_about, portal, reset, reset_link, settled, shinonome, show_password, show_second, sign_in, sora,
};

/// All of what a new password does, for one member.
async fn forgotten(house: &House, member: &Member) {
    portal(house).await;
    let before = settled(house, member).await;
    house.later(1);
    let mut browser = Browser::at(house);
    let done = reset(house, &mut browser, member, 1).await;
    let page = format!("/recover?insurer={}&done=recover", member.insurer);
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", done.body);
    browser.follow(&done).await.saying("パスワードを<br>決めました");
    // RC-03, SE-03: nobody is signed in by it, and whoever was is not any more.
    assert!(!is_signed_in(&mut browser).await);
    is_out(before).await;
    let live = "select count(*) as n from sessions where ended_at is null";
    assert_eq!(house.count(live).await, 0);
    show_password(&mut browser, member, member.password).await.saying("ログインできませんでした");
    let renewed = Member { password: member.next_password, ..member.clone() };
    sign_in(house, &mut Browser::at(house), &renewed).await;
    nth_about(house, member.email, "パスワードが変わりました", 1).await;
    let trail = house.texts(sql("select result as t from audit_events where event = 'recovered'")).await;
    assert_eq!(trail, ["password reset"]);
}

#[tokio::test]
async fn rc_03_the_owner_of_each_account_sets_a_new_password_and_whoever_was_signed_in_is_out() {
    for index in 0..4 {
        let house = House::new().await;
        let member = one_of(&house, index).await;
        forgotten(&house, &member).await;
    }
}

async fn one_of(house: &House, index: usize) -> Member {
    match index {
        0 => aoba(house).await,
        1 => kaede(house).await,
        2 => sora(house).await,
        _ => shinonome(house).await,
    }
}

#[tokio::test]
async fn rc_03_with_an_authenticator_app_too() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    forgotten(&house, &member).await;
}

#[tokio::test]
async fn rc_07_the_phone_is_told_too() {
    let house = House::new().await;
    let member = aoba(&house).await;
    reset(&house, &mut Browser::at(&house), &member, 1).await;
    nth_about(&house, PHONE, "大切な設定が変わります", 1).await;
}

#[tokio::test]
async fn a_new_password_keeps_to_the_insurers_policy() {
    let house = House::new().await;
    for member in everybody(&house).await {
        let mut browser = Browser::at(&house);
        let sms = codes_to(&house, PHONE);
        forget(&mut browser, member.insurer, member.name).await;
        let link = reset_link(&house, &member, 1).await;
        let page = follow(&mut browser, &link).await;
        let page = show_second(&house, &mut browser, (page, &member), sms).await;
        for bad in ["short", "password", "kenpokenpokenpokenpo", member.name] {
            let refused = choose(&mut browser, &page, bad).await;
            assert!(refused.says("autocomplete=\"new-password\""), "{} {bad}", member.insurer);
        }
        let page = browser.open(&page.action()).await;
        let done = choose(&mut browser, &page, member.next_password).await;
        assert!(done.location().starts_with("/recover?"), "{}: {}", member.insurer, done.body);
    }
}

#[tokio::test]
async fn pw_07_a_password_of_a_megabyte_is_refused_before_any_hashing() {
    let house = House::new().await;
    let member = kaede(&house).await;
    let mut browser = Browser::at(&house);
    forget(&mut browser, member.insurer, member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let page = follow(&mut browser, &link).await;
    let before = house.state.hashing.hashed();
    let huge = "x".repeat(1_000_000);
    let refused = browser.submit(&page, &[("password", &huge), ("password_again", &huge)]).await;
    assert!(matches!(refused.status.as_u16(), 400 | 413), "{}", refused.status);
    assert_eq!(house.state.hashing.hashed(), before);
    // The longest that is taken works, to its last sign.
    let long: String = "kumo to kaze to niwa ".chars().cycle().take(127).collect::<String>() + "z";
    let done = choose(&mut browser, &page, &long).await;
    assert!(done.location().contains("done=recover"), "{}", done.body);
    let cut = &long[..127];
    show_password(&mut Browser::at(&house), &member, cut).await.saying("ログインできませんでした");
    assert_eq!(show_password(&mut Browser::at(&house), &member, &long).await.location(), "/");
}
