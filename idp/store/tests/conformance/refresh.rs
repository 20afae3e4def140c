//! Refresh tokens: of any number at once, one step and one live token.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::oidc::grant::Grant;
use sekisho_site::db::{Db, sql};
use sekisho_store::refresh::{self, Family, Turn};

use super::clients::now;
use super::grants::{code, scene, spend};
use super::house::race;
use crate::both;

async fn family(db: &Db) -> Grant {
    let grant = scene(db, 1, "openid offline_access").await;
    spend(db, &grant, code("a")).await;
    grant
}

async fn rotate(db: &Db, grant: &Grant, shown: i64, at: Timestamp) -> Turn {
    let mut tx = db.begin().await.unwrap();
    let turn = refresh::rotate(&mut tx, grant.id, shown, at).await.unwrap();
    tx.commit().await.unwrap();
    turn
}

async fn keep(db: &Db, grant: &Grant, shown: i64, at: Timestamp) -> Turn {
    let mut tx = db.begin().await.unwrap();
    let turn = refresh::keep(&mut tx, grant.id, shown, at).await.unwrap();
    tx.commit().await.unwrap();
    turn
}

fn days(count: u64) -> Timestamp {
    now() + Duration::from_hours(24 * count)
}

#[tokio::test]
async fn a_family_is_known_by_its_grant() {
    for trial in both().await {
        let grant = family(&trial.db).await;
        let mut expected = Family {
            client: grant.client.clone(),
            account: grant.account,
            insurer: grant.membership.insurer.clone(),
            generation: 0,
            salt: vec![7; 16],
        };
        assert_eq!(refresh::family(&trial.db, grant.id).await.unwrap(), Some(expected.clone()));
        assert_eq!(rotate(&trial.db, &grant, 0, now()).await, Turn::To(1));
        expected.generation = 1;
        assert_eq!(refresh::family(&trial.db, grant.id).await.unwrap(), Some(expected));
        trial.db.execute(sql("update grants set salt = null")).await.unwrap();
        assert_eq!(refresh::family(&trial.db, grant.id).await.unwrap(), None);
        assert_eq!(rotate(&trial.db, &grant, 1, now()).await, Turn::Over);
        assert_eq!(keep(&trial.db, &grant, 1, now()).await, Turn::Over);
    }
}

#[tokio::test]
async fn rt_01_an_old_token_ends_the_family_and_the_one_before_is_forgiven_for_a_minute() {
    for trial in both().await {
        let grant = family(&trial.db).await;
        assert_eq!(rotate(&trial.db, &grant, 0, now()).await, Turn::To(1));
        let soon = now() + Duration::from_secs(59);
        assert_eq!(rotate(&trial.db, &grant, 0, soon).await, Turn::To(1), "the answer was lost");
        assert_eq!(rotate(&trial.db, &grant, 1, soon).await, Turn::To(2));
        assert_eq!(rotate(&trial.db, &grant, 0, soon).await, Turn::Replayed);
        assert_eq!(rotate(&trial.db, &grant, 0, soon).await, Turn::Over, "it is told once");
        assert_eq!(rotate(&trial.db, &grant, 2, soon).await, Turn::Over);

        let late = family_again(&trial.db, 2).await;
        assert_eq!(rotate(&trial.db, &late, 0, now()).await, Turn::To(1));
        assert_eq!(rotate(&trial.db, &late, 0, now() + Duration::from_mins(1)).await, Turn::Replayed);
    }
}

async fn family_again(db: &Db, seed: u64) -> Grant {
    let grant = scene(db, seed, "openid offline_access").await;
    spend(db, &grant, code(&seed.to_string())).await;
    grant
}

#[tokio::test]
async fn rt_05_a_family_rests_thirty_days_and_lives_a_year() {
    for trial in both().await {
        let grant = family(&trial.db).await;
        assert_eq!(rotate(&trial.db, &grant, 0, days(30)).await, Turn::Over);
        assert_eq!(keep(&trial.db, &grant, 0, days(30)).await, Turn::Over);
        for (generation, month) in (0..13).enumerate() {
            let shown = i64::try_from(generation).unwrap();
            let expected = if month * 29 < 365 { Turn::To(shown + 1) } else { Turn::Over };
            assert_eq!(rotate(&trial.db, &grant, shown, days(month * 29)).await, expected, "{month}");
        }
    }
}

#[tokio::test]
async fn a_kept_token_stays_what_it_is() {
    for trial in both().await {
        let grant = family(&trial.db).await;
        for day in [0, 29, 58] {
            assert_eq!(keep(&trial.db, &grant, 0, days(day)).await, Turn::To(0));
        }
        assert_eq!(keep(&trial.db, &grant, 1, days(58)).await, Turn::Over);
        trial.db.execute(sql("update grants set ended_at = 1")).await.unwrap();
        assert_eq!(keep(&trial.db, &grant, 0, days(58)).await, Turn::Over);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rt_02_of_twenty_at_once_one_steps_and_all_hear_of_the_same_successor() {
    for trial in both().await {
        let grant = family(&trial.db).await;
        for shown in 0..5 {
            let grant = grant.clone();
            let turns = race(&trial.db, move |db, _| {
                let grant = grant.clone();
                async move { rotate(&db, &grant, shown, now()).await }
            })
            .await;
            assert!(turns.iter().all(|turn| *turn == Turn::To(shown + 1)), "{turns:?}");
        }
        let row = trial.db.fetch_one(sql("select generation from grants")).await.unwrap();
        assert_eq!(row.get::<i64>("generation").unwrap(), 5);
    }
}
