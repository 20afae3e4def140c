//! The second factor is asked on the way to a new password, and never skipped (`security.md` RC-03, RC-04).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, ORIGIN, Page};
use crate::house::House;
use crate::people::{
    Member, PHONE, aoba, aoba_app, choose, codes_to, digits, follow, forget, is_signed_in, reset_link,
    show_password, sms_code,
};

/// What the last page asks, whenever it is sent.
const NEW: [(&str, &str); 2] =
    [("password", "tsuki no hikari to mori"), ("password_again", "tsuki no hikari to mori")];

async fn passwords(house: &House) -> Vec<String> {
    house.texts(sql("select id as t from factors where kind = 'password' and ended_at is null")).await
}

async fn to_second(house: &House, browser: &mut Browser, member: &Member) -> Page {
    forget(browser, member.insurer, member.name).await;
    let link = reset_link(house, member, 1).await;
    follow(browser, &link).await
}

#[tokio::test]
async fn rc_04_before_the_link_nothing_that_is_sent_sets_a_password() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let before = passwords(&house).await;
    let mut browser = Browser::at(&house);
    let mut page = forget(&mut browser, "aoba", member.name).await;
    let tries: [&[(&str, &str)]; 6] = [
        &[],
        &NEW,
        &[("do", "other")],
        &[("do", "back")],
        &[("code", "000000"), ("token", "x"), ("opened", "true")],
        &[("login_id", "aoba@example.jp"), ("password", "tsuki no hikari to mori"), ("account", "acc_1")],
    ];
    for fields in tries {
        page = browser.press(&page, fields).await.saying("お送りしました");
        assert!(!page.says("autocomplete=\"new-password\""), "{fields:?}");
    }
    assert_eq!(passwords(&house).await, before);
}

#[tokio::test]
async fn rc_04_the_id_of_the_journey_alone_opens_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let before = passwords(&house).await;
    let mut owner = Browser::at(&house);
    let page = to_second(&house, &mut owner, &member).await;
    let mut stranger = Browser::at(&house);
    let theirs = forget(&mut stranger, "aoba", "nobody@example.jp").await;
    for token in ["", &theirs.hidden("form"), &page.hidden("form")] {
        let mut fields =
            vec![("form".to_owned(), token.to_owned()), ("turn".to_owned(), page.hidden("turn"))];
        fields.extend(NEW.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let refused = stranger.post(&page.action(), &fields, ORIGIN).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(passwords(&house).await, before);
}

#[tokio::test]
async fn rc_03_after_the_link_the_second_factor_is_asked_whatever_is_sent() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let before = passwords(&house).await;
    let mut browser = Browser::at(&house);
    let mut page = to_second(&house, &mut browser, &member).await;
    let tries: [&[(&str, &str)]; 5] =
        [&NEW, &[], &[("do", "back")], &[("do", "other")], &[("code", "000000")]];
    for fields in tries.into_iter().chain(tries) {
        page = browser.press(&page, fields).await.saying("name=\"code\"");
        assert!(!page.says("autocomplete=\"new-password\""), "{fields:?}");
    }
    assert_eq!(passwords(&house).await, before);
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn rc_04_an_answer_that_the_back_button_repeats_passes_nothing_over() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let (before, sms) = (passwords(&house).await, codes_to(&house, PHONE));
    let mut browser = Browser::at(&house);
    let waiting = forget(&mut browser, "aoba", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let second = follow(&mut browser, &link).await;
    // The page before, sent again from history, is an answer to a turn that is over.
    let page = browser.press(&waiting, &NEW).await.saying("name=\"code\"");
    assert_eq!(page.hidden("turn"), second.hidden("turn"));
    let code = sms_code(&house, PHONE, sms + 1).await;
    let last = browser.press(&second, &[("code", &code)]).await.saying("autocomplete=\"new-password\"");
    // So is the code, once it is behind.
    let again = browser.press(&second, &[("code", &code)]).await.saying("autocomplete=\"new-password\"");
    assert_eq!(again.hidden("turn"), last.hidden("turn"));
    assert_eq!(passwords(&house).await, before);
    assert!(choose(&mut browser, &last, member.next_password).await.location().contains("done=recover"));
    // And the last page, once a password is set.
    let over = choose_again(&mut browser, &last).await;
    assert!(over.says("時間が過ぎました"), "{}", over.body);
}

async fn choose_again(browser: &mut Browser, page: &Page) -> Page {
    browser
        .press(
            page,
            &[("password", "hoka no kotoba wo erabu"), ("password_again", "hoka no kotoba wo erabu")],
        )
        .await
}

#[tokio::test]
async fn mf_03_wrong_digits_are_counted_with_those_of_the_sign_in() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let crate::people::Second::App(key) = &member.second else { panic!("an app") };
    let mut browser = Browser::at(&house);
    let mut page = show_password(&mut browser, &member, member.password).await;
    for _ in 0..5 {
        page = browser.press(&page, &[("code", "000000")]).await;
    }
    let mut page = to_second(&house, &mut browser, &member).await;
    for _ in 0..5 {
        page = browser.press(&page, &[("code", "000000")]).await;
    }
    house.later(30);
    let right = digits(key, house.state.cx().now);
    let page = browser.press(&page, &[("code", &right)]).await;
    assert!(!page.says("autocomplete=\"new-password\""), "the tenth was the last: {}", page.body);
    page.saying("しばらくお待ち");
}
