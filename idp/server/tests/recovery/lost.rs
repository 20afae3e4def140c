//! A lost second factor: said, objected to, replaced (`security.md` MF-17, RC-06).

use axum::http::StatusCode;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{
    Member, PHONE, Second, about, aoba, aoba_app, codes_to, follow, is_out, is_signed_in, link, mailed_code,
    nth_about, portal, quiet, set_up_app, set_up_phone, settled, show_password, sign_in, sms_code,
};

const DAY: u64 = 24 * 3_600;
const OLD: &str = "このリンクの時間が過ぎました";
const LOST: &str = "なくしたとの届け出がありました";
const READY: &str = "替えられるようになりました";
const WHO: [(&str, &str); 6] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("branch", ""),
    ("family_name", "けんぽ"),
    ("given_name", "ショウコ"),
    ("birth_date", "20000121"),
];
/// A dependent of hers, who has no account.
const JUNICHI: [(&str, &str); 6] = [
    ("symbol", "91"),
    ("number", "200001"),
    ("branch", "01"),
    ("family_name", "ケンポ"),
    ("given_name", "ジュンイチ"),
    ("birth_date", "19991231"),
];

/// To the page that asks who it is.
async fn to_identity(house: &House, browser: &mut Browser, member: &Member) -> Page {
    let codes = about(house, member.email, "確認コード").len();
    let page = browser.open("/recover/factor?insurer=aoba").await;
    let page = browser.press(&page, &[("login_id", member.name), ("password", member.password)]).await;
    let code = mailed_code(house, member.email, codes + 1).await;
    browser.press(&page.saying("name=\"code\""), &[("code", &code)]).await.saying("name=\"symbol\"")
}

/// Reports that the factor is lost, as the `count`th time.
pub async fn report(house: &House, member: &Member, count: usize) -> Page {
    let mut browser = Browser::at(house);
    let page = to_identity(house, &mut browser, member).await;
    let done = browser.press(&page, &WHO).await;
    assert_eq!(done.location(), "/recover/factor?insurer=aoba&done=lost_factor", "{}", done.body);
    assert!(!is_signed_in(&mut browser).await, "it signs nobody in");
    nth_about(house, member.email, LOST, count).await;
    browser.follow(&done).await.saying("届け出を")
}

/// Replaces the factor through the `count`th mail that says it is time.
async fn to_set_up(house: &House, browser: &mut Browser, member: &Member, count: usize) -> Page {
    let start = link(house, member.email, READY, count).await;
    let page = follow(browser, &start).await.saying("name=\"password\"");
    browser.press(&page, &[("password", member.password)]).await.saying("name=\"factor\"")
}

async fn live(house: &House) -> Vec<String> {
    house.texts(sql("select kind as t from factors where ended_at is null order by kind")).await
}

#[tokio::test]
async fn a_lost_phone_is_replaced_after_a_day_and_everybody_who_was_in_is_out() {
    let house = House::new().await;
    portal(&house).await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await.saying("2026年11月22日");
    nth_about(&house, PHONE, "大切な設定が変わります", 1).await;
    house.later(DAY - 1);
    quiet(&house).await;
    assert!(about(&house, member.email, READY).is_empty());
    let before = settled(&house, &member).await;
    house.later(1);
    let mut browser = Browser::at(&house);
    let page = to_set_up(&house, &mut browser, &member, 1).await;
    let done = set_up_phone(&house, &mut browser, &page, "080-0000-2222").await;
    assert_eq!(done.location(), "/recover/factor?insurer=aoba&done=restore", "{}", done.body);
    browser.follow(&done).await.saying("替えました");
    assert!(!is_signed_in(&mut browser).await);
    is_out(before).await;
    assert_eq!(live(&house).await, ["password", "sms"]);
    nth_about(&house, member.email, "2つめの鍵が変わりました", 1).await;
    nth_about(&house, PHONE, "大切な設定が変わります", 2).await;
    // From now on the new phone is asked, and told.
    let old = codes_to(&house, PHONE);
    let page = show_password(&mut browser, &member, member.password).await;
    let code = sms_code(&house, "+818000002222", 2).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/");
    assert_eq!(codes_to(&house, PHONE), old);
    let phones = house.texts(sql("select value as t from contacts where kind = 'phone'")).await;
    assert_eq!(phones, ["+818000002222"]);
}

#[tokio::test]
async fn a_lost_app_is_replaced_by_another() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    report(&house, &member, 1).await;
    house.later(DAY);
    let mut browser = Browser::at(&house);
    let page = to_set_up(&house, &mut browser, &member, 1).await;
    let key = set_up_app(&house, &mut browser, &page).await;
    let Second::App(old) = &member.second else { panic!("an app") };
    house.later(60);
    let page = show_password(&mut browser, &member, member.password).await;
    let wrong = crate::people::digits(old, house.state.cx().now);
    browser.press(&page, &[("code", &wrong)]).await.saying("name=\"code\"");
    sign_in(&house, &mut browser, &Member { second: Second::App(key), ..member }).await;
}

#[tokio::test]
async fn mf_17_somebody_elses_numbers_and_wrong_ones_report_nothing() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser, &member).await;
    let page = browser.press(&page, &JUNICHI).await.saying("一致しませんでした");
    let mut wrong = WHO;
    wrong[5].1 = "20000122";
    let page = browser.press(&page, &wrong).await.saying("一致しませんでした");
    // Later steps' fields, other ways and Back do not pass it.
    for fields in [&[("do", "other")][..], &[("do", "back")], &[("factor", "sms"), ("password", "x")]] {
        let answered = browser.press(&page, fields).await;
        assert!(!answered.location().contains("done="), "{}", answered.body);
    }
    assert_eq!(house.count("select count(*) as n from restorations").await, 0);
}

#[tokio::test]
async fn rc_06_one_press_stops_it_and_looking_does_not() {
    let house = House::new().await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await;
    let stop = link(&house, member.email, LOST, 1).await;
    // The owner may be anywhere, and need not be signed in.
    let mut owner = Browser::at(&house);
    let mut page = owner.open(&stop).await;
    for _ in 0..3 {
        owner.head(&stop).await;
        page = owner.open(&stop).await.saying("届け出を止める");
    }
    assert_eq!(house.count("select count(*) as n from restorations where stopped_at is null").await, 1);
    owner.submit(&page, &[]).await.saying("止めました");
    nth_about(&house, member.email, "届け出を止めました", 1).await;
    owner.submit(&page, &[]).await.saying(OLD);
    owner.open(&stop).await.saying(OLD);
    quiet(&house).await;
    assert_eq!(house.count("select count(*) as n from outbox").await, 0);
    house.later(2 * DAY);
    quiet(&house).await;
    assert!(about(&house, member.email, READY).is_empty(), "the mail never leaves");
    sign_in(&house, &mut owner, &member).await;
}

#[tokio::test]
async fn stopping_ends_what_was_begun_already() {
    let house = House::new().await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await;
    house.later(DAY);
    let mut thief = Browser::at(&house);
    let page = to_set_up(&house, &mut thief, &member, 1).await;
    let stop = link(&house, member.email, LOST, 1).await;
    follow(&mut Browser::at(&house), &stop).await.saying("止めました");
    let refused = set_up_phone(&house, &mut thief, &page, "080-0000-2222").await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
    assert_eq!(codes_to(&house, "+818000002222"), 1);
    sign_in(&house, &mut Browser::at(&house), &member).await;
    let start = link(&house, member.email, READY, 1).await;
    Browser::at(&house).open(&start).await.saying(OLD);
}

#[tokio::test]
async fn a_second_report_takes_the_place_of_the_first() {
    let house = House::new().await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await;
    let first = link(&house, member.email, LOST, 1).await;
    house.later(DAY / 2);
    report(&house, &member, 2).await;
    Browser::at(&house).open(&first).await.saying(OLD);
    house.later(DAY / 2);
    quiet(&house).await;
    assert!(about(&house, member.email, READY).is_empty(), "the day begins anew");
    house.later(DAY / 2);
    link(&house, member.email, READY, 1).await;
    quiet(&house).await;
    assert_eq!(about(&house, member.email, READY).len(), 1);
}

#[tokio::test]
async fn the_start_link_asks_the_password_works_once_and_ends_after_a_week() {
    let house = House::new().await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await;
    house.later(DAY);
    let start = link(&house, member.email, READY, 1).await;
    let mut browser = Browser::at(&house);
    let page = follow(&mut browser, &start).await.saying("name=\"password\"");
    for fields in [&[("factor", "sms")][..], &[("password", "not it at all")], &[("do", "other")]] {
        browser.press(&page, fields).await;
        let page = browser.open(&page.action()).await.saying("name=\"password\"");
        assert!(!page.says("name=\"factor\""));
    }
    let page = browser.open(&page.action()).await;
    let page = browser.press(&page, &[("password", member.password)]).await;
    set_up_phone(&house, &mut browser, &page, "080-0000-2222").await;
    Browser::at(&house).open(&start).await.saying(OLD);

    let house = House::new().await;
    let member = aoba(&house).await;
    report(&house, &member, 1).await;
    house.later(DAY);
    let start = link(&house, member.email, READY, 1).await;
    house.later(7 * DAY);
    Browser::at(&house).open(&start).await.saying(OLD);
}

#[tokio::test]
async fn where_no_second_factor_is_asked_none_can_be_lost() {
    let house = House::new().await;
    for insurer in ["kaede", "sora", "shinonome"] {
        let page = Browser::at(&house).open(&format!("/recover/factor?insurer={insurer}")).await;
        assert!(!page.says("name=\"password\""), "{insurer}");
    }
}
