//! Many at the same instant: one success.

use axum::http::StatusCode;
use tokio::task::JoinSet;

use crate::authenticator::{Tweaks, create_with};
use crate::browser::{Browser, Page};
use crate::house::House;
use crate::people::{aoba, kaede};
use crate::visit::{Asked, asked, fresh_holder, holder, listed};

/// Sends all at once.
async fn at_once(sent: Vec<(Browser, Asked, String)>) -> Vec<Page> {
    let mut racers = JoinSet::new();
    for (mut browser, asked, answer) in sent {
        racers.spawn(async move { asked.send(&mut browser, &answer).await });
    }
    racers.join_all().await
}

fn led_on(answers: &[Page], to: &str) -> usize {
    for answer in answers {
        assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
    }
    answers.iter().filter(|page| page.status == StatusCode::SEE_OTHER && page.location() == to).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wa_01_of_a_hundred_times_the_same_answer_one_signs_in() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let (_, mut passkey) = holder(&house, &member, &Tweaks::default()).await;
        for racers in [50, 100] {
            let sessions = "select count(*) as n from sessions";
            let before = house.count(sessions).await;
            let mut browser = Browser::at(&house);
            let asked = asked(&mut browser, "/login").await;
            let answer = passkey.get(&asked.options).to_string();
            let all = (0..racers).map(|_| (browser.clone(), asked.clone(), answer.clone())).collect();
            assert_eq!(led_on(&at_once(all).await, "/"), 1, "of {racers}");
            assert_eq!(house.count(sessions).await, before + 1, "of {racers}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wa_05_of_twenty_answers_with_one_count_one_signs_in() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let counted = Tweaks { counter: Some(3), ..Tweaks::default() };
        let (_, mut passkey) = holder(&house, &member, &counted).await;
        let mut all = Vec::new();
        for number in 0..20 {
            let mut browser = Browser::from(&house, number);
            let asked = asked(&mut browser, "/login").await;
            let counted = Tweaks { counter: Some(4), ..Tweaks::default() };
            let answer = passkey.get_with(&asked.options, &counted).to_string();
            all.push((browser, asked, answer));
        }
        assert_eq!(led_on(&at_once(all).await, "/"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wa_08_of_twenty_times_the_same_new_passkey_one_is_kept() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
        let asked = asked(&mut browser, "/account/passkeys/new").await;
        let (_, answer) = create_with(&asked.options, &Tweaks::default());
        let all = (0..20).map(|_| (browser.clone(), asked.clone(), answer.to_string())).collect();
        assert_eq!(led_on(&at_once(all).await, "/account/passkeys?done=added"), 1);
        assert_eq!(listed(&mut browser).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wa_07_of_twenty_passkeys_with_one_id_one_is_kept() {
    for house in House::both().await {
        let member = aoba(&house).await;
        let (mut browser, _) = holder(&house, &member, &Tweaks::default()).await;
        let tweaks = Tweaks { id: Some(vec![9; 32]), ..Tweaks::default() };
        let mut all = Vec::new();
        for _ in 0..20 {
            let asked = asked(&mut browser, "/account/passkeys/new").await;
            let (_, answer) = create_with(&asked.options, &tweaks);
            all.push((browser.clone(), asked, answer.to_string()));
        }
        assert_eq!(led_on(&at_once(all).await, "/account/passkeys?done=added"), 1);
        assert_eq!(listed(&mut browser).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wa_11_of_the_last_two_removed_at_once_one_stays() {
    for house in House::both().await {
        let member = kaede(&house).await;
        let (mut browser, _) = fresh_holder(&house, &member).await;
        let (_, answered) = crate::visit::add(&mut browser, &Tweaks::default()).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER);
        house.change("update factors set ended_at = 1 where kind = 'password'").await;
        let mut racers = JoinSet::new();
        for id in listed(&mut browser).await {
            let mut browser = browser.clone();
            let page = browser.open(&format!("/account/passkeys/{id}/remove")).await;
            racers.spawn(async move { browser.submit(&page, &[]).await });
        }
        let answers = racers.join_all().await;
        assert_eq!(led_on(&answers, "/account/passkeys?done=removed"), 1);
        assert_eq!(listed(&mut browser).await.len(), 1);
    }
}
