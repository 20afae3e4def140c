//! MF-10: how many codes go to one number, account and source.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::{House, Site};
use crate::people::{Member, PHONE, aoba, codes_to, quiet, show_password, sign_in, sms_code};
use crate::steps::{RESTS, has_arrived, to_number, to_second, to_sms};

async fn sent(house: &House) -> i64 {
    house.count("select count(*) as n from sms_sent").await
}

/// A sign-in at a device that its owner has used, so that nothing but SMS is counted.
async fn at_home(house: &House, member: &Member) -> Browser {
    let mut browser = Browser::at(house);
    sign_in(house, &mut browser, member).await;
    browser.cookies.retain(|name, _| name.ends_with("_device"));
    browser
}

#[tokio::test]
async fn mf_10_a_number_is_sent_one_code_a_minute_whoever_asks_and_who_waits_goes_on() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let mut browser = Browser::at(&house);
    to_sms(&house, &mut browser, &member).await;
    let (before, mut other) = (codes_to(&house, PHONE), Browser::from(&house, 1));
    house.later(30);
    let page = to_second(&mut other, &member).await.saying(RESTS).saying("まだ、SMSを送っていません");
    assert!(!page.says("に送りました"), "{}", page.body);
    let page = other.press(&page, &[("do", "resend")]).await.saying(RESTS);
    assert!(!has_arrived(&other.press(&page, &[("code", "000000")]).await));
    quiet(&house).await;
    assert_eq!(codes_to(&house, PHONE), before);
    house.later(30);
    let page = other.open(&page.action()).await;
    let page = other.press(&page, &[("do", "resend")]).await.saying("新しいコードを送りました");
    assert!(!page.says(RESTS));
    let code = sms_code(&house, PHONE, before + 1).await;
    assert!(has_arrived(&other.press(&page, &[("code", &code)]).await));
}

#[tokio::test]
async fn mf_10_a_number_is_sent_five_codes_an_hour_that_nobody_types() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let browser = at_home(&house, &member).await;
    house.later(3_600);
    let before = sent(&house).await;
    for minute in 0..59 {
        let mut browser = browser.clone();
        let page = show_password(&mut browser, &member, member.password).await;
        assert_eq!(page.says(RESTS), minute >= 5, "{minute}: {}", page.body);
        house.later(60);
    }
    assert_eq!(sent(&house).await, before + 5);
    house.later(60);
    assert!(!show_password(&mut browser.clone(), &member, member.password).await.says(RESTS));
}

#[tokio::test]
async fn whoever_types_the_codes_may_have_more_of_them_but_not_without_end() {
    let house = House::new().await;
    let member = aoba(&house).await;
    let home = at_home(&house, &member).await;
    for _ in 0..18 {
        sign_in(&house, &mut home.clone(), &member).await;
        house.later(1);
    }
    show_password(&mut home.clone(), &member, member.password).await.saying(RESTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mf_10_of_a_hundred_sign_ins_at_once_one_is_sent_a_code() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let browser = at_home(&house, &member).await;
        house.later(60);
        let before = sent(&house).await;
        let mut walks = Vec::new();
        for _ in 0..100 {
            let mut browser = browser.clone();
            let page = browser.open("/login?insurer=aoba").await;
            walks.push((browser, page));
        }
        let mut racers = JoinSet::new();
        for (mut browser, page) in walks {
            let fields = [("login_id", member.name), ("password", member.password)];
            racers.spawn(async move { browser.press(&page, &fields).await });
        }
        let answers: Vec<Page> = racers.join_all().await;
        assert_eq!(sent(&house).await, before + 1);
        for page in answers {
            // Too many passwords at once, or somebody took the last one meanwhile: asked to come back.
            assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{}", page.body);
        }
    }
}

#[tokio::test]
async fn mf_10_a_source_and_an_account_have_codes_sent_so_often_an_hour() {
    let bounds = "sms_per_source = 3";
    let house = House::with(Site { throttle: bounds, ..Site::default() }).await;
    let mut browser = Browser::at(&house);
    let mut page = to_number(&house, &mut browser).await;
    for number in 0..3 {
        let phone = format!("090-0000-{}111", number + 1);
        let asked = browser.press(&page, &[("phone", &phone)]).await.saying("SMSに届いた");
        page = browser.press(&asked, &[("do", "back")]).await;
    }
    let page = browser.press(&page, &[("phone", "090-0000-9111")]).await.saying(RESTS);
    // The app is another way.
    let page = browser.press(&page, &[("do", "other")]).await;
    browser.press(&page, &[("factor", "totp")]).await.saying("secret=");
    assert_eq!(sent(&house).await, 3);

    let house = House::with(Site { throttle: "sms_per_account = 2", ..Site::default() }).await;
    let member = aoba(&house).await;
    for (minutes, rests) in [(1, false), (1, false), (26, true), (2, true), (1, false), (1, true)] {
        let mut browser = Browser::from(&house, minutes);
        let page = show_password(&mut browser, &member, member.password).await;
        assert_eq!(page.says(RESTS), rests, "{minutes} {}", page.body);
        house.later(u64::from(minutes) * 60);
    }
}
