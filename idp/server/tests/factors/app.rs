//! Authenticator apps: each of their codes is right once, near its time.

use std::sync::Arc;

use sekisho_idp::startup;
use sekisho_idp::web::routes;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::house::House;
use crate::people::{aoba_app, sign_in};
use crate::steps::{failures, has_arrived, shown, to_second};

const USED: &str = "この数字はもう使われました";
const WRONG: &str = "数字が合いません";

#[tokio::test]
async fn mf_01_a_code_signs_in_once_and_after_a_newer_one_the_older_never() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browsers = [Browser::at(&house), Browser::from(&house, 1), Browser::from(&house, 2)];
    let [first, second, third] = &mut browsers;
    let (page, again) = (to_second(first, &member).await, to_second(second, &member).await);
    let code = shown(&house, &member, 0);
    assert!(has_arrived(&first.press(&page, &[("code", &code)]).await));
    let again = second.press(&again, &[("code", &code)]).await.saying(USED);
    house.later(60);
    assert!(has_arrived(&second.press(&again, &[("code", &shown(&house, &member, 0))]).await));
    // The code of the step before was never typed, and its time is not over.
    let page = to_second(third, &member).await;
    let page = third.press(&page, &[("code", &shown(&house, &member, -30))]).await.saying(USED);
    assert!(has_arrived(&third.press(&page, &[("code", &shown(&house, &member, 30))]).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mf_02_of_a_hundred_sign_ins_at_two_nodes_one_arrives_with_a_code() {
    for house in House::both().await {
        let member = aoba_app(&house).await;
        let mut home = Browser::at(&house);
        sign_in(&house, &mut home, &member).await;
        house.later(60);
        let node = startup::prepare(house.state.config.clone(), Arc::new(house.clock.clone())).await.unwrap();
        let other = routes::router(&node);
        let mut walks = Vec::new();
        for number in 0..100 {
            let mut browser = Browser::from(&house, number);
            browser.cookies.extend(
                home.cookies
                    .iter()
                    .filter(|(name, _)| name.ends_with("_device"))
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            let page = to_second(&mut browser, &member).await;
            if number % 2 == 0 {
                browser.router = other.clone();
            }
            walks.push((browser, page));
        }
        let live = "select count(*) as n from sessions where ended_at is null";
        let before = house.count(live).await;
        let code = shown(&house, &member, 0);
        let mut racers = JoinSet::new();
        for (mut browser, page) in walks {
            let code = code.clone();
            racers.spawn(async move { browser.press(&page, &[("code", &code)]).await });
        }
        let answers = racers.join_all().await;
        assert_eq!(answers.iter().filter(|page| has_arrived(page)).count(), 1);
        assert!(answers.iter().all(|page| !page.status.is_server_error()));
        assert_eq!(house.count(live).await, before + 1);
    }
}

#[tokio::test]
async fn mf_03_wrong_codes_count_across_sign_ins_whatever_cookies_come_with_them() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    sign_in(&house, &mut browser, &member).await;
    house.later(60);
    let cookies = browser.cookies.clone();
    for number in 0..5 {
        browser.cookies = cookies.clone();
        let page = to_second(&mut browser, &member).await;
        let asked = browser.cookies.clone();
        let page = browser.press(&page, &[("code", &shown(&house, &member, 3_000 + 30 * number))]).await;
        let page = page.saying(WRONG);
        // What the browser knew before is worth as much as it was.
        browser.cookies = asked;
        let page = browser.press(&page, &[("do", "other")]).await;
        browser.press(&page, &[("code", &shown(&house, &member, 6_000 + 30 * number))]).await.saying(WRONG);
        assert_eq!(failures(&house, "totp").await, 2 * (number + 1));
    }
    let page = to_second(&mut browser, &member).await;
    let page = browser.press(&page, &[("code", &shown(&house, &member, 0))]).await;
    let page = page.saying("しばらくお待ちいただいています");
    house.later(15 * 60);
    assert!(has_arrived(&browser.press(&page, &[("code", &shown(&house, &member, 0))]).await));
    assert_eq!(failures(&house, "totp").await, 0);
}

#[tokio::test]
async fn mf_04_a_code_is_good_for_a_step_around_its_time_and_nobodys_clock_but_ours_counts() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let mut browser = Browser::at(&house);
    browser.headers = vec![("date", "Sat, 21 Nov 2026 01:05:00 GMT"), ("x-client-time", "1795222860")];
    let mut page = to_second(&mut browser, &member).await;
    for off in [-60, 60, -300, 300] {
        let code = shown(&house, &member, off);
        let time = (house.state.cx().now.seconds() + off).to_string();
        let fields = [("code", code.as_str()), ("time", &time), ("now", &time), ("timestamp", &time)];
        page = browser.press(&page, &fields).await.saying(WRONG);
    }
    for off in [-30, 0, 30] {
        let mut browser = Browser::from(&house, 7);
        let page = to_second(&mut browser, &member).await;
        let arrived = browser.press(&page, &[("code", &shown(&house, &member, off))]).await;
        assert!(has_arrived(&arrived), "{off}: {}", arrived.body);
    }
}
