//! A hundred at once, at two nodes, on both databases.

use futures::future::join_all;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_site::db::sql;

use crate::house::{House, Reply, SECRET, form, redemption};
use crate::refresh::{first, text};

/// How many come at once.
const RACERS: usize = 100;
/// How often.
const ROUNDS: usize = 50;

/// Sends the same to `/token` a hundred times at once, half of it to each node.
async fn race(nodes: &[House; 2], client: Option<&'static str>, form: &str) -> Vec<Reply> {
    let calls = (0..RACERS).map(|call| {
        let (house, form) = (nodes[call % 2].clone(), form.to_owned());
        tokio::spawn(async move {
            match client {
                Some(client) => house.token((client, SECRET), &form).await,
                None => house.post("/token", &form).await,
            }
        })
    });
    join_all(calls).await.into_iter().map(Result::unwrap).collect()
}

fn statuses(replies: &[Reply]) -> Vec<u16> {
    replies.iter().map(|reply| reply.status.as_u16()).collect()
}

async fn live_grants(house: &House) -> i64 {
    house.count("select count(*) as n from grants where ended_at is null").await
}

#[tokio::test(flavor = "multi_thread")]
async fn az_02_a_code_makes_one_family_however_many_come_with_it() {
    for nodes in House::pairs().await {
        let mut browser = nodes[0].member(&[Password, Sms]).await;
        for round in 0..ROUNDS {
            let code = browser.code(&nodes[0], &[]).await;
            let replies = race(&nodes, Some("rp"), &redemption(&code)).await;
            let got = statuses(&replies);
            assert_eq!(got.iter().filter(|status| **status == 200).count(), 1, "{round} {got:?}");
            let refused = replies.iter().filter(|reply| reply.status.as_u16() != 200);
            for reply in refused {
                assert_eq!(
                    (reply.status.as_u16(), reply.json()["error"].as_str()),
                    (400, Some("invalid_grant"))
                );
            }
        }
        let families = i64::try_from(ROUNDS).unwrap();
        assert_eq!(nodes[0].count("select count(*) as n from grants").await, families);
        assert_eq!(live_grants(&nodes[0]).await, 0, "whoever came twice ended what was given");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rt_02_a_public_clients_token_makes_one_step_and_leaves_one_that_lives() {
    for nodes in House::pairs().await {
        let mut browser = nodes[0].member(&[Password, Sms]).await;
        let mut token = text(&first(&nodes[0], &mut browser, "mobile").await, "refresh_token");
        for round in 0..ROUNDS {
            let pairs = [("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", "mobile")];
            let replies = race(&nodes, None, &form(&pairs)).await;
            let got = statuses(&replies);
            assert!(got.iter().all(|status| *status == 200), "{round} {got:?}");
            let next = text(&replies[0], "refresh_token");
            assert!(replies.iter().all(|reply| text(reply, "refresh_token") == next), "{round}");
            assert_ne!(next, token);
            token = next;
        }
        let row = sql("select generation from grants where ended_at is null");
        let generation: i64 = nodes[0].state.db.fetch_one(row).await.unwrap().get("generation").unwrap();
        assert_eq!(generation, i64::try_from(ROUNDS).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rt_02_a_stolen_token_and_its_successor_at_once_end_the_family_without_a_fault() {
    for nodes in House::pairs().await {
        let mut browser = nodes[0].member(&[Password, Sms]).await;
        let stolen = text(&first(&nodes[0], &mut browser, "mobile").await, "refresh_token");
        let mut token = stolen.clone();
        for _ in 0..2 {
            let pairs = [("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", "mobile")];
            token = text(&nodes[1].post("/token", &form(&pairs)).await, "refresh_token");
        }
        let pairs = |token| {
            form(&[("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "mobile")])
        };
        let (old, new) = (pairs(&stolen), pairs(&token));
        let (old, new) = tokio::join!(race(&nodes, None, &old), race(&nodes, None, &new));
        assert!(statuses(&old).iter().all(|status| *status == 400), "{:?}", statuses(&old));
        assert!(statuses(&new).iter().all(|status| matches!(status, 200 | 400)), "{:?}", statuses(&new));
        assert_eq!(live_grants(&nodes[0]).await, 0);
        let told = "select count(*) as n from audit_events where event = 'refresh.replayed'";
        assert_eq!(nodes[0].count(told).await, 1);
    }
}
