//! A portal in several processes: they share a database and the master keys, and nothing else.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/browser.rs"]
mod browser;
#[path = "support/fake_issuer.rs"]
mod fake_issuer;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/portal.rs"]
mod portal;

use std::sync::Arc;
use std::time::Duration;

use browser::Browser;
use portal::{Portal, portal_on};
use sekisho_site::db::trial::Trial;

/// The same browser at another node.
fn moved(browser: &Browser, to: &Portal) -> Browser {
    let mut moved = to.browser();
    moved.jar.clone_from(&browser.jar);
    moved
}

#[tokio::test]
async fn a_sign_in_begun_at_one_node_ends_at_another_and_lives_at_all_of_them() {
    for trial in Trial::both().await.unwrap() {
        let first = portal_on(trial.db.clone()).await;
        first.issuer.set().refreshes = true;
        let nodes = [first.node(), first.node()];
        let mut browser = first.browser();
        let left = browser.get("/login").await;
        let answer = first.issuer.answer(left.location());
        let mut browser = moved(&browser, &nodes[0]);
        assert_eq!(browser.get(&answer).await.location(), "/secret");
        // The answer is used up everywhere.
        let mut second = moved(&browser, &nodes[1]);
        assert_eq!(second.get(&answer).await.body, "NotOurs");
        for node in [&first, &nodes[0], &nodes[1]] {
            let page = moved(&browser, node).get("/secret").await;
            assert!(page.body.ends_with("fresh=true"), "{}", page.body);
        }
        // A form shown by one is taken by another, and the session ends for all.
        let token = moved(&browser, &first).get("/logout").await.hidden("form");
        let out = moved(&browser, &nodes[1]).post("/logout", &[("form", &token)]).await;
        assert!(out.location().starts_with(&first.issuer.url));
        for node in [&first, &nodes[0], &nodes[1]] {
            assert!(moved(&browser, node).get("/secret").await.location().starts_with("/login?"));
        }
    }
}

#[tokio::test]
async fn twenty_answers_to_one_question_at_two_nodes_make_one_session() {
    for trial in Trial::both().await.unwrap() {
        let first = portal_on(trial.db.clone()).await;
        let second = first.node();
        let mut browser = first.browser();
        let left = browser.get("/login").await;
        let barrier = Arc::new(tokio::sync::Barrier::new(20));
        let tasks: Vec<_> = (0..20)
            .map(|place| {
                let node = if place % 2 == 0 { &first } else { &second };
                let (mut browser, barrier) = (moved(&browser, node), Arc::clone(&barrier));
                let answer = first.issuer.answer(left.location());
                tokio::spawn(async move {
                    barrier.wait().await;
                    browser.get(&answer).await.location() == "/secret"
                })
            })
            .collect();
        let mut arrived = 0;
        for task in tasks {
            arrived += u8::from(task.await.unwrap());
        }
        assert_eq!((arrived, first.sessions().await), (1, 1));
    }
}

#[tokio::test]
async fn twenty_pages_at_two_nodes_with_old_claims_renew_them_and_end_nothing() {
    for trial in Trial::both().await.unwrap() {
        let first = portal_on(trial.db.clone()).await;
        first.issuer.set().refreshes = true;
        let second = first.node();
        let mut browser = first.browser();
        first.sign_in(&mut browser).await;
        first.clock.advance(Duration::from_mins(6));
        let barrier = Arc::new(tokio::sync::Barrier::new(20));
        let tasks: Vec<_> = (0..20)
            .map(|place| {
                let node = if place % 2 == 0 { &first } else { &second };
                let (mut browser, barrier) = (moved(&browser, node), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    browser.get("/secret").await.body
                })
            })
            .collect();
        for task in tasks {
            let body = task.await.unwrap();
            assert!(body.ends_with("fresh=true"), "{body}");
        }
        assert_eq!(first.sessions().await, 1);
    }
}
