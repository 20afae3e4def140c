//! Closing the account, keeping it, and its end.

use axum::http::StatusCode;
use sekisho_idp::flows::account_page::closing;

use crate::browser::{Browser, Page};
use crate::client;
use crate::house::House;
use crate::people::{
    Member, PHONE, WORDS, aoba, is_out, is_signed_in, portal, settled, show_password, sign_in, sora,
};
use crate::post::{codes_to, nth_about, sms_code};

const PATH: &str = "/account/close";
const DAY: u64 = 86_400;

/// Closes the account of a browser that is signed in.
async fn close(browser: &mut Browser) -> Page {
    let page = browser.open(PATH).await.saying("30日のあいだは");
    let sure = browser.submit(&page, &[]).await.saying("アカウントを<br>閉じますか");
    browser.submit(&sure, &[("sure", "yes")]).await
}

/// Signs in to an account that closes, and gives where that leads.
async fn come_back(house: &House, browser: &mut Browser, member: &Member) -> Page {
    let sms = codes_to(house, PHONE);
    let page = show_password(browser, member, member.password).await;
    let code = sms_code(house, PHONE, sms + 1).await;
    browser.press(&page, &[("code", &code)]).await
}

async fn end_due(house: &House) -> usize {
    closing::end_due(&house.state, &mut house.state.cx()).await.unwrap()
}

#[tokio::test]
async fn se_03_who_closes_the_account_is_out_everywhere_and_told_until_when_it_can_be_kept() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let other = settled(&house, &member).await;
    let (mut browser, token) = settled(&house, &member).await;
    close(&mut browser).await.saying("アカウントを<br>閉じました").saying("12月21日");
    is_out(other).await;
    is_out((browser, token)).await;
    let told = nth_about(&house, member.email, "アカウントが閉じられました", 1).await;
    assert!(told.contains("12月21日") && told.contains("/login"), "{told}");
    nth_about(&house, PHONE, "大切な設定", 1).await;
}

#[tokio::test]
async fn who_signs_in_before_the_end_may_keep_the_account_and_nothing_else() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    close(&mut browser).await;
    house.later(29 * DAY);
    assert_eq!(end_due(&house).await, 0);
    // A portal that asks gets nothing.
    let asked = browser.open(&client::authorize(&[])).await;
    assert!(client::code(&asked).is_none(), "{}", asked.location());
    let back = come_back(&house, &mut browser, &member).await;
    assert_eq!(back.location(), PATH, "{}", back.body);
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(browser.open("/account").await.location(), "/login");
    assert!(client::code(&browser.open(&client::authorize(&[])).await).is_none());
    let page = browser.open(PATH).await.saying("このアカウントは<br>閉じられています");
    let kept = browser.submit(&page, &[]).await;
    assert_eq!(kept.location(), "/account/changed?done=kept", "{}", kept.body);
    nth_about(&house, member.email, "元に戻しました", 1).await;
    assert!(is_signed_in(&mut browser).await);
    client::access_token(&mut browser).await;
    house.later(2 * DAY);
    assert_eq!(end_due(&house).await, 0);
    sign_in(&house, &mut Browser::at(&house), &member).await;
}

#[tokio::test]
async fn who_leaves_it_closed_is_signed_out() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    close(&mut browser).await;
    come_back(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    assert_eq!(browser.submit(&page, &[("do", "leave")]).await.location(), "/");
    assert_eq!(browser.open(PATH).await.location(), "/login");
    let still = "select count(*) as n from accounts where closing_at is not null";
    assert_eq!(house.count(still).await, 1);
}

#[tokio::test]
async fn after_thirty_days_the_account_ends_and_the_person_may_register_anew() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    close(&mut browser).await;
    house.later(30 * DAY - 1);
    assert_eq!(end_due(&house).await, 0);
    house.later(1);
    assert_eq!(end_due(&house).await, 1);
    assert_eq!(end_due(&house).await, 0);
    nth_about(&house, member.email, "登録の内容を消しました", 1).await;
    let page = show_password(&mut Browser::at(&house), &member, WORDS).await;
    assert!(page.status == StatusCode::OK && !page.says("name=\"code\""));
    for gone in [
        "select count(*) as n from contacts",
        "select count(*) as n from identifiers",
        "select count(*) as n from factors where ended_at is null or length(secret) > 0",
        "select count(*) as n from sessions where ended_at is null or user_agent <> ''",
        "select count(*) as n from grants where ended_at is null",
        "select count(*) as n from memberships where ended_at is null or email is not null",
        "select count(*) as n from devices where ended_at is null or user_agent <> ''",
    ] {
        assert_eq!(house.count(gone).await, 0, "{gone}");
    }
    assert!(house.count("select count(*) as n from acceptances").await > 0, "what was agreed to stays");
    // The same person, with the same address.
    house.later(60);
    let mut fresh = Browser::at(&house);
    let page = fresh.open("/signup?insurer=aoba").await;
    fresh.press(&page, &[("email", member.email), ("password", WORDS)]).await;
    nth_about(&house, member.email, "確認コードのお知らせ", 2).await;
}

#[tokio::test]
async fn a_chosen_id_of_an_account_that_ended_is_taken_for_a_year() {
    let house = House::new().await;
    let member = sora(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    close(&mut browser).await;
    house.later(30 * DAY);
    assert_eq!(end_due(&house).await, 1);
    let kept = "select count(*) as n from identifiers where folded = 'shoko.k'";
    assert_eq!(house.count(kept).await, 1);
    let page = show_password(&mut Browser::at(&house), &member, WORDS).await;
    assert_eq!(page.status, StatusCode::OK, "nobody signs in by it");
}

#[tokio::test]
async fn mf_07_a_sign_in_grown_stale_closes_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    let page = browser.open(PATH).await;
    house.later(16 * 60);
    let led = browser.submit(&page, &[("sure", "yes")]).await;
    assert_eq!(led.location(), "/login/again?to=close");
    assert!(is_signed_in(&mut browser).await);
}
