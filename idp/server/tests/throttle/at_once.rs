//! Many tries at the same instant count as many.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::aoba_app;
use crate::tries::{WRONG, at_home, attempt, counted, second_node, waits};

/// Presses the button of so many sign-in pages at once, each in a browser of its own.
async fn at_once(browsers: Vec<Browser>, login_id: &'static str) -> Vec<Page> {
    let mut ready = JoinSet::new();
    for mut browser in browsers {
        let page = browser.open("/login?insurer=aoba").await;
        ready.spawn(
            async move { browser.submit(&page, &[("login_id", login_id), ("password", WRONG)]).await },
        );
    }
    ready.join_all().await
}

fn all_told(answers: &[Page]) -> usize {
    let waiting = answers.iter().filter(|page| waits(page)).count();
    let refused = answers.iter().filter(|page| page.status == StatusCode::OK).count();
    assert_eq!(waiting + refused, answers.len(), "nobody got anything else");
    waiting
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pw_01_of_two_hundred_parallel_tries_at_two_nodes_ten_are_judged() {
    for house in House::both().await {
        let member = aoba_app(&house).await;
        let (router, second) = second_node(&house).await;
        let before = house.state.hashing.hashed();
        let browsers = (0..200).map(|number| {
            let browser = Browser::from(&house, number);
            if number % 2 == 0 { browser } else { Browser { router: router.clone(), ..browser } }
        });
        let waiting = all_told(&at_once(browsers.collect(), member.name).await);
        let hashed = house.state.hashing.hashed() - before + second.hashing.hashed();
        // Names are counted by each node as long as they share no memory; the password is counted in the rows. What a
        // node lets pass beyond that is answered as a refusal, after a hash that judges nothing.
        assert_eq!(counted(&house).await.0, 10);
        assert_eq!((hashed, waiting), (20, 180));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pw_01_of_a_hundred_parallel_tries_on_the_owners_device_ten_are_judged() {
    for house in House::both().await {
        let member = aoba_app(&house).await;
        let home = at_home(&house, &member).await;
        at_once((0..100).map(|_| home.clone()).collect(), member.name).await;
        assert_eq!(house.count("select failures as n from devices where failures > 0").await, 10);
        assert_eq!(counted(&house).await.0, 0, "no stranger tried");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pw_15_a_hundred_streams_of_one_source_get_no_more_than_one_after_the_other_would() {
    let house = House::new().await;
    let member = aoba_app(&house).await;
    let before = house.state.hashing.hashed();
    let browsers = (0..100).map(|_| Browser::at(&house)).collect();
    assert_eq!(all_told(&at_once(browsers, member.name).await), 90);
    assert_eq!(house.state.hashing.hashed() - before, 10);
    let other = House::new().await;
    aoba_app(&other).await;
    let mut waiting = 0;
    for _ in 0..100 {
        waiting += usize::from(waits(&attempt(&mut Browser::at(&other), member.name, WRONG).await));
    }
    assert_eq!(waiting, 90);
}
