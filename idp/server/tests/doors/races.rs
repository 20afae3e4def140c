//! A person binds once, however many arrive at the same instant.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::browser::{Browser, Page};
use crate::house::House;
use crate::kaede;
use crate::links::follow;
use crate::shinonome::{JUNICHI, PASSWORD, to_account};

const RACERS: u32 = 20;

/// Presses the last button of all journeys at once.
async fn at_once(walks: Vec<(Browser, Page, String)>) -> Vec<Page> {
    let mut racers = JoinSet::new();
    for (mut browser, page, code) in walks {
        racers.spawn(async move { browser.press(&page, &[("code", &code)]).await });
    }
    racers.join_all().await
}

async fn one_of(house: &House, answers: &[Page]) {
    let arrived = answers.iter().filter(|page| page.status == StatusCode::SEE_OTHER).count();
    let told = answers.iter().filter(|page| page.status == StatusCode::OK && page.says("登録は")).count();
    let statuses: Vec<_> = answers.iter().map(|page| page.status).collect();
    assert_eq!((arrived, told), (1, answers.len() - 1), "{statuses:?}");
    for count in [
        "select count(*) as n from accounts",
        "select count(*) as n from memberships",
        "select count(*) as n from identifiers",
        "select count(*) as n from contacts",
    ] {
        assert_eq!(house.count(count).await, 1, "{count}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_who_claim_to_be_one_person_one_arrives() {
    for house in House::both().await {
        let mut walks = Vec::new();
        for number in 0..RACERS {
            let mut browser = Browser::from(&house, number);
            let page = to_account(&mut browser, &JUNICHI).await;
            let (login_id, email) = (format!("junichi-{number}"), format!("j{number}@example.jp"));
            let chosen = [("login_id", login_id.as_str()), ("password", PASSWORD), ("email", &email)];
            let page = browser.press(&page, &chosen).await;
            let code = house.letters.code(&email, 1).await;
            walks.push((browser, page, code));
        }
        one_of(&house, &at_once(walks).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_presses_of_the_last_button_one_arrives() {
    for house in House::both().await {
        let mut browser = Browser::at(&house);
        let page = to_account(&mut browser, &JUNICHI).await;
        let chosen = [("login_id", "junichi"), ("password", PASSWORD), ("email", "j@example.jp")];
        let page = browser.press(&page, &chosen).await;
        let code = house.letters.code("j@example.jp", 1).await;
        let mut racers = JoinSet::new();
        for _ in 0..RACERS {
            let (mut browser, code, body) = (browser.clone(), code.clone(), page.clone());
            racers.spawn(async move { browser.submit(&body, &[("code", &code)]).await });
        }
        let answers = racers.join_all().await;
        let arrived = answers.iter().filter(|page| page.location().starts_with("/signup")).count();
        assert_eq!(arrived, 1);
        for answer in &answers {
            assert!(
                !answer.status.is_server_error() && !answer.status.is_client_error(),
                "{}",
                answer.status
            );
        }
        assert_eq!(house.count("select count(*) as n from accounts").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn b39_of_ten_activations_that_go_on_at_once_one_becomes_the_account() {
    for house in House::both().await {
        let mut ready = Vec::new();
        for number in 0..10 {
            let mut browser = Browser::from(&house, number);
            // Within their time the tries of one name are few.
            house.later(120);
            let answered = kaede::sign_in(&mut browser, kaede::ID, kaede::BORN).await;
            let page = browser.follow(&answered).await;
            let page = browser.press(&page, &kaede::ACCEPTED).await;
            let email = format!("s{number}@example.jp");
            let page = browser.press(&page, &[("email", &email), ("email_again", &email)]).await;
            ready.push((browser, page, email));
        }
        let mut racers = JoinSet::new();
        for (mut browser, page, email) in ready {
            racers.spawn(async move {
                let waiting = browser.press(&page, &[]).await;
                assert_eq!(waiting.status, StatusCode::OK, "{}", waiting.body);
                (browser, email)
            });
        }
        let mut racers = racers.join_all().await;
        // Whose mail came last can go on; of those before nothing is left.
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        let mut ready = Vec::new();
        for (browser, email) in &mut racers {
            if house.letters.all_to(email).is_empty() {
                continue;
            }
            let link = house.letters.link(email, 1).await;
            let page = follow(browser, &link).await;
            if page.says("name=\"password_again\"") {
                ready.push((browser.clone(), page));
            }
        }
        assert!(!ready.is_empty(), "somebody can go on");
        let mut racers = JoinSet::new();
        for (mut browser, page) in ready {
            let chosen = [("password", kaede::PASSWORD), ("password_again", kaede::PASSWORD)];
            racers.spawn(async move { browser.press(&page, &chosen).await });
        }
        let answers = racers.join_all().await;
        one_of(&house, &answers).await;
    }
}
