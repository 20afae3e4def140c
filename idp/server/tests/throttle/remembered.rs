//! Devices that spare their owner the second factor, where the insurer allows it (`security.md` MF-14).

use axum::http::StatusCode;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{
    Member, Second, aoba_app, choose, digits, follow, forget, reset_link, show_password, show_second, sign_in,
};

const BOX: &str = "name=\"remember_device\"";
const DAY: u64 = 24 * 3_600;

/// aoba lets devices be remembered for so many days.
async fn allowing(house: House, days: u32) -> House {
    let key = format!("\nremember_device_days = {days}");
    house.reopened("aoba", move |file| file.replace("[sign_in]", &format!("[sign_in]{key}"))).await
}

fn app(member: &Member) -> &[u8] {
    match &member.second {
        Second::App(key) => key,
        _ => panic!("she has an app"),
    }
}

/// What the app shows next.
fn code(house: &House, member: &Member) -> String {
    house.later(30);
    digits(app(member), sekisho_site::clock::Clock::now(&house.clock))
}

/// Signs in and has the device remembered.
async fn remember(house: &House, browser: &mut Browser, member: &Member) {
    let page = show_password(browser, member, member.password).await.saying(BOX);
    let typed = code(house, member);
    let arrived = browser.press(&page, &[("code", &typed), ("remember_device", "yes")]).await;
    assert_eq!((arrived.status, arrived.location()), (StatusCode::SEE_OTHER, "/"), "{}", arrived.body);
}

/// The same, signed out again.
async fn remembered(house: &House, member: &Member) -> Browser {
    let mut browser = Browser::at(house);
    remember(house, &mut browser, member).await;
    browser.cookies.remove("sekisho_8080_session");
    browser
}

/// Whether the password alone is enough.
async fn is_spared(browser: &Browser, member: &Member) -> bool {
    // A copy, so that what comes of it changes nothing for the next question.
    let mut browser = browser.clone();
    let page = show_password(&mut browser, member, member.password).await;
    assert!(page.location() == "/" || page.says("name=\"code\""), "{} {}", page.status, page.body);
    page.location() == "/"
}

async fn house_and_member(days: u32) -> (House, Member) {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    (allowing(house, days).await, member)
}

#[tokio::test]
async fn a_remembered_device_asks_for_the_password_alone_for_as_long_as_the_insurer_allows() {
    let (house, member) = house_and_member(30).await;
    let browser = remembered(&house, &member).await;
    assert!(is_spared(&browser, &member).await);
    house.later(30 * DAY - 120);
    assert!(is_spared(&browser, &member).await);
    house.later(121);
    assert!(!is_spared(&browser, &member).await);
}

#[tokio::test]
async fn a_device_is_remembered_only_where_its_owner_ticks_the_box() {
    let (house, member) = house_and_member(30).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    assert!(!is_spared(&browser, &member).await);
    // A tick stays on the page when the code was wrong.
    browser.cookies.remove("sekisho_8080_session");
    let page = show_password(&mut browser, &member, member.password).await.saying("30日のあいだ");
    let again = browser.press(&page, &[("code", "000000"), ("remember_device", "yes")]).await;
    again.saying("value=\"yes\" checked");
}

#[tokio::test]
async fn mf_14_where_the_insurer_does_not_allow_it_there_is_no_box_and_a_forged_one_does_nothing() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    let page = show_password(&mut browser, &member, member.password).await;
    assert!(!page.says("remember_device"), "{}", page.body);
    let typed = code(&house, &member);
    browser.press(&page, &[("code", &typed), ("remember_device", "yes")]).await;
    assert!(!is_spared(&browser, &member).await);
    let house = allowing(house, 30).await;
    let browser = Browser { router: house.router.clone(), ..browser };
    assert!(!is_spared(&browser, &member).await, "nor when it is allowed later");
}

#[tokio::test]
async fn mf_14_an_insurer_that_allows_it_no_more_or_for_less_time_is_obeyed_at_once() {
    let (house, member) = house_and_member(30).await;
    let browser = remembered(&house, &member).await;
    house.later(3 * DAY);
    let mut house = house;
    for (days, spared) in [(2, false), (4, true), (0, false)] {
        house = house.reopened("aoba", move |file| lines_with(&file, days)).await;
        let browser = Browser { router: house.router.clone(), ..browser.clone() };
        assert_eq!(is_spared(&browser, &member).await, spared, "{days}");
    }
}

fn lines_with(file: &str, days: u32) -> String {
    let is_key = |line: &&str| line.starts_with("remember_device_days");
    let present = file.lines().find(is_key).unwrap();
    file.replace(present, &format!("remember_device_days = {days}"))
}

#[tokio::test]
async fn mf_14_another_browser_another_account_and_another_insurer_are_asked() {
    let (house, member) = house_and_member(30).await;
    let browser = remembered(&house, &member).await;
    assert!(!is_spared(&Browser::at(&house), &member).await, "another browser");
    let mut guessed = Browser::at(&house);
    guessed.cookies.insert("sekisho_8080_device".to_owned(), "x".repeat(43));
    assert!(!is_spared(&guessed, &member).await, "a cookie that was made up");
    // The mark is one account's and one insurer's: as if it were of others, all else alike.
    house.change("update devices set remembered_by = 'kaede'").await;
    assert!(!is_spared(&browser, &member).await, "another insurer");
    house.change("update devices set remembered_by = 'aoba'").await;
    assert!(is_spared(&browser, &member).await);
    house.change("insert into accounts (id, language, nickname, created_at) select 'acc_' || substr(id, 5, 25) || '0', language, nickname, created_at from accounts").await;
    house.change("update devices set account = (select id from accounts where id <> (select account from identifiers))").await;
    assert!(!is_spared(&browser, &member).await, "another account in the same browser");
}

#[tokio::test]
async fn mf_14_a_new_password_makes_the_device_ask_again() {
    let (house, member) = house_and_member(30).await;
    let mut browser = remembered(&house, &member).await;
    forget(&mut browser, "aoba", member.name).await;
    let link = reset_link(&house, &member, 1).await;
    let page = follow(&mut browser, &link).await;
    let page = show_second(&house, &mut browser, (page, &member), 0).await;
    choose(&mut browser, &page, member.next_password).await;
    let member = Member { password: member.next_password, ..member };
    house.later(60);
    assert!(!is_spared(&browser, &member).await);
}

#[tokio::test]
async fn mf_14_a_factor_that_comes_or_goes_makes_the_device_ask_again() {
    for change in [
        "update factors set ended_at = (select max(remembered_at) from devices) + 1 where kind = 'sms'",
        "update factors set created_at = (select max(remembered_at) from devices) + 1 where kind = 'totp'",
    ] {
        let (house, member) = house_and_member(30).await;
        house
            .change(
                "insert into factors (id, account, kind, secret, failures, created_at, ended_at)
                select 'fac_00000000000000000000000000', account, 'sms', secret, 0, created_at, 1
                from factors where kind = 'totp'",
            )
            .await;
        let browser = remembered(&house, &member).await;
        assert!(is_spared(&browser, &member).await);
        house.change(change).await;
        assert!(!is_spared(&browser, &member).await, "{change}");
    }
}

/// Presses a button of the list of devices.
async fn press(browser: &mut Browser, name: &str) -> Page {
    let page = browser.open("/account/devices").await;
    let mark = format!("name=\"{name}\" value=\"");
    let id = page.body.split(&mark).nth(1).unwrap_or_else(|| panic!("{}", page.body));
    let id = id.split('"').next().unwrap().to_owned();
    let fields = [("form".to_owned(), page.hidden("form")), (name.to_owned(), id)];
    browser.post("/account/devices", &fields, crate::browser::ORIGIN).await
}

#[tokio::test]
async fn mf_14_a_device_that_its_owner_takes_off_the_list_asks_again() {
    let (house, member) = house_and_member(30).await;
    let browser = remembered(&house, &member).await;
    let mut elsewhere = Browser::from(&house, 5);
    remember(&house, &mut elsewhere, &member).await;
    let mut own = Browser::from(&house, 6);
    sign_in(&house, &mut own, &member).await;
    for _ in 0..2 {
        let answered = press(&mut own, "device").await;
        assert_eq!(answered.location(), "/account/devices?done=forgotten", "{}", answered.body);
    }
    assert!(!is_spared(&browser, &member).await);
    assert!(!is_spared(&elsewhere, &member).await);
}

#[tokio::test]
async fn mf_14_a_device_that_is_signed_out_from_afar_asks_again() {
    let (house, member) = house_and_member(30).await;
    let mut browser = Browser::at(&house);
    remember(&house, &mut browser, &member).await;
    let mut own = Browser::from(&house, 6);
    sign_in(&house, &mut own, &member).await;
    let page = own.open("/account/devices/others").await;
    own.submit(&page, &[]).await;
    assert_eq!(browser.open("/").await.location(), "/login");
    assert!(!is_spared(&browser, &member).await);
}

#[tokio::test]
async fn mf_14_a_step_up_asks_for_the_second_factor_whatever_is_remembered() {
    let (house, member) = house_and_member(30).await;
    let mut browser = remembered(&house, &member).await;
    show_password(&mut browser, &member, member.password).await;
    let page = browser.open("/login/again?to=devices").await;
    let page = browser.press(&page, &[("password", member.password)]).await;
    assert!(page.says("name=\"code\"") && !page.says("remember_device"), "{}", page.body);
}
