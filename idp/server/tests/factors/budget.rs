//! MF-10: what an insurer's SMS of a day may come to, and what happens at its end.

use sekisho_site::db::sql;

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::people::{PHONE, aoba, reset, show_password, sms_code};
use crate::post::nth_about;
use crate::steps::{RESTS, to_number, to_second};

async fn alarms(house: &House) -> Vec<String> {
    house.texts(sql("select result as t from audit_events where event = 'sms.budget' order by at")).await
}

async fn ask(browser: &mut Browser, page: &Page, phone: &str) -> Page {
    let asked = browser.press(page, &[("phone", phone)]).await;
    if asked.says(RESTS) { asked } else { browser.press(&asked, &[("do", "back")]).await }
}

#[tokio::test]
async fn mf_10_a_range_of_numbers_is_sent_so_many_codes_a_day() {
    let house = House::with(Site { sms: "range_per_day = 4", ..Site::default() }).await;
    let mut browser = Browser::at(&house);
    let mut page = to_number(&house, &mut browser).await;
    for number in 0..30 {
        page = ask(&mut browser, &page, &format!("090-0000-{number:04}")).await;
        assert_eq!(page.says(RESTS), number >= 4, "{number}");
    }
    page = ask(&mut browser, &page, "090-0001-0000").await;
    assert!(!page.says(RESTS), "another range is no business of this one");
    assert_eq!(house.count("select count(*) as n from sms_sent").await, 5);
}

#[tokio::test]
async fn mf_10_an_insurers_day_ends_with_an_alarm_and_clear_words_and_begins_anew_at_midnight() {
    let house = House::with(Site { sms: "insurer_per_day = 5", ..Site::default() }).await;
    let member = aoba(&house).await;
    let mut browser = Browser::from(&house, 1);
    // Others of the insurer use up what is left of it.
    for number in 0..2 {
        house.later(60);
        to_second(&mut Browser::from(&house, 10 + number), &member).await;
    }
    assert!(alarms(&house).await.is_empty());
    house.later(60);
    to_second(&mut Browser::from(&house, 20), &member).await;
    assert_eq!(alarms(&house).await, ["near"]);
    house.later(60);
    to_second(&mut Browser::from(&house, 21), &member).await;
    assert_eq!(alarms(&house).await, ["near", "reached"]);
    house.later(600);
    let page = show_password(&mut browser, &member, member.password).await.saying(RESTS);
    let page = page.saying("11月22日 0:00").saying("ほかの方法をお選びください");
    let mut english = browser.clone();
    english.language = "en";
    english.open(&page.action()).await.saying("We cannot send text messages now");
    assert_eq!(alarms(&house).await, ["near", "reached"]);
    // Ten in the morning until midnight; the page of the sign-in has not lived that long.
    house.later(14 * 3_600);
    let mut browser = Browser::from(&house, 2);
    let before = house.letters.all_to(PHONE).len();
    let page = show_password(&mut browser, &member, member.password).await;
    assert!(!page.says(RESTS), "{}", page.body);
    let code = sms_code(&house, PHONE, before + 1).await;
    assert_eq!(browser.press(&page, &[("code", &code)]).await.location(), "/");
}

#[tokio::test]
async fn an_insurer_may_have_a_day_of_its_own_and_at_another_nothing_rests() {
    let house = House::with(Site { sms: "insurers = { aoba = 0 }", ..Site::default() }).await;
    let mut browser = Browser::at(&house);
    let page = to_number(&house, &mut browser).await;
    ask(&mut browser, &page, "090-0000-1111").await.saying(RESTS);
    assert_eq!(house.count("select count(*) as n from sms_sent").await, 0);
    let house = House::with(Site { sms: "insurers = { kaede = 0 }", ..Site::default() }).await;
    aoba(&house).await;
}

#[tokio::test]
async fn a_warning_to_an_owner_goes_out_when_the_day_is_over_and_is_counted() {
    let house = House::with(Site { sms: "insurer_per_day = 2", ..Site::default() }).await;
    let member = aoba(&house).await;
    // The code on the way to a new password is the day's last; that there is one is told all the same.
    reset(&house, &mut Browser::at(&house), &member, 1).await;
    assert_eq!(alarms(&house).await, ["reached"]);
    nth_about(&house, PHONE, "大切な設定", 1).await;
    assert_eq!(house.count("select sent as n from sms_days where scope = 'insurer'").await, 3);
}
