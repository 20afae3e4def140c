//! MF-11 and MF-03: many guesses at once are judged as few, and what is judged is counted.

use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{aoba, aoba_app, sign_in};
use crate::steps::{failures, has_arrived, others, shown, to_second, to_sms};

async fn at_once(walks: Vec<(Browser, Page, String)>) -> Vec<Page> {
    let mut racers = JoinSet::new();
    for (mut browser, page, code) in walks {
        racers.spawn(async move { browser.press(&page, &[("code", &code)]).await });
    }
    racers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mf_11_of_a_hundred_guesses_at_a_code_by_sms_five_at_most_are_judged() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let mut browser = Browser::at(&house);
        let (mut page, code) = to_sms(&house, &mut browser, &member).await;
        let judged =
            "select count(*) as n from audit_events where event = 'factor.tried' and result = 'refused'";
        // Each round answers one turn a hundred times.
        for round in 0..8 {
            let walks = (0..100)
                .map(|number| (browser.clone(), page.clone(), others(&code, 100 * round + number)))
                .collect();
            let answers = at_once(walks).await;
            assert!(answers.iter().all(|page| !page.status.is_server_error() && !has_arrived(page)));
            page = browser.open(&page.action()).await;
        }
        assert!(failures(&house, "sms").await <= 10);
        assert!(house.count(judged).await <= 10);
        let page = browser.press(&page, &[("code", &code)]).await;
        assert!(!has_arrived(&page), "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mf_11_of_a_hundred_sign_ins_that_guess_at_an_app_ten_at_most_are_judged() {
    for house in House::both().await {
        let member = aoba_app(&house).await;
        let mut home = Browser::at(&house);
        sign_in(&house, &mut home, &member).await;
        house.later(60);
        let code = shown(&house, &member, 0);
        let mut walks = Vec::new();
        for number in 0..100 {
            let mut browser = home.clone();
            browser.cookies.retain(|name, _| name.ends_with("_device"));
            let page = to_second(&mut browser, &member).await;
            // One of them would be right, if it came to it.
            let typed = if number == 99 { code.clone() } else { others(&code, number) };
            walks.push((browser, page, typed));
        }
        let (mut last, page, right) = walks.pop().unwrap();
        let answers = at_once(walks).await;
        assert!(answers.iter().all(|page| !page.status.is_server_error() && !has_arrived(page)));
        assert_eq!(failures(&house, "totp").await, 10);
        let page = last.press(&page, &[("code", &right)]).await;
        page.saying("しばらくお待ちいただいています");
    }
}
