//! What these tests do again and again.

use axum::http::StatusCode;
use sekisho_site::clock::Clock as _;
use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{self, Member, PHONE, Second, codes_to, digits, sms_code};

/// What stands where no SMS can be sent.
pub const RESTS: &str = "いまは、SMSを送れません";

/// The key of a member's app.
pub fn key(member: &Member) -> &[u8] {
    match &member.second {
        Second::App(key) => key,
        _ => panic!("a member with an app"),
    }
}

/// What a member's app shows when its clock is so many seconds off.
pub fn shown(house: &House, member: &Member, off: i64) -> String {
    let now = sekisho_base::Timestamp::from_seconds(house.clock.now().seconds() + off);
    digits(key(member), now)
}

/// Six digits that are not these.
pub fn others(code: &str, number: u32) -> String {
    let code: u32 = code.parse().unwrap();
    format!("{:06}", (code + 1 + number) % 1_000_000)
}

/// Name and password are right: the page that asks for the second factor.
pub async fn to_second(browser: &mut Browser, member: &Member) -> Page {
    people::show_password(browser, member, member.password).await.saying("name=\"code\"")
}

/// The same, and the code that was sent to the phone.
pub async fn to_sms(house: &House, browser: &mut Browser, member: &Member) -> (Page, String) {
    let before = codes_to(house, PHONE);
    let page = to_second(browser, member).await;
    (page, sms_code(house, PHONE, before + 1).await)
}

/// Whether the answer signs in.
pub fn has_arrived(page: &Page) -> bool {
    page.status == StatusCode::SEE_OTHER && page.location() == "/"
}

/// On the page that asks for a phone number.
pub async fn to_number(house: &House, browser: &mut Browser) -> Page {
    let page = people::to_factor(house, browser, "aoba@example.jp").await;
    browser.press(&page, &[("factor", "sms")]).await.saying("name=\"phone\"")
}

/// The failures of the factors of a kind that stand.
pub async fn failures(house: &House, kind: &str) -> i64 {
    let sum = "select cast(sum(failures) as bigint) as n from factors where kind = $1 and ended_at is null";
    house.state.db.fetch_one(sql(sum).bind(kind)).await.unwrap().get("n").unwrap()
}
