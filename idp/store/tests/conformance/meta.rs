use std::time::Duration;

use sekisho_site::db::sql;
use sekisho_store::{Error, leases, meta};

use super::house::{House, NOW, race, wins};

const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn what_was_set_first_stands() {
    for house in House::both().await {
        assert_eq!(meta::get(&house.db, "issuer").await.unwrap(), None);
        assert_eq!(
            meta::set_once(&house.db, "issuer", "https://a.example.jp").await.unwrap(),
            "https://a.example.jp"
        );
        assert_eq!(
            meta::set_once(&house.db, "issuer", "https://b.example.jp").await.unwrap(),
            "https://a.example.jp"
        );
        assert_eq!(meta::get(&house.db, "issuer").await.unwrap().as_deref(), Some("https://a.example.jp"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_nodes_that_start_together_one_decides_and_all_agree() {
    for house in House::both().await {
        let results = race(&house.db, |db, racer| async move {
            meta::set_once(&db, "issuer", &racer.to_string()).await.unwrap()
        })
        .await;
        assert!(results.iter().all(|value| *value == results[0]), "{results:?}");
    }
}

#[tokio::test]
async fn the_epoch_begins_at_nought_and_is_raised_by_one() {
    for house in House::both().await {
        for epoch in 0..3 {
            assert_eq!(meta::epoch(&house.db).await.unwrap(), epoch);
            let mut tx = house.db.begin().await.unwrap();
            meta::raise_epoch(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        house.db.execute(sql("update meta set value = 'x'")).await.unwrap();
        assert!(matches!(meta::epoch(&house.db).await, Err(Error::Damaged { table: "meta", .. })));
    }
}

#[tokio::test]
async fn a_lease_is_held_renewed_given_back_and_taken_over_when_it_ran_out() {
    for house in House::both().await {
        let take = |holder, seconds| {
            leases::take(&house.db, "sealer", holder, NOW + Duration::from_secs(seconds), LONG)
        };
        assert!(take("a", 0).await.unwrap());
        assert!(!take("b", 5).await.unwrap());
        assert!(take("a", 5).await.unwrap());
        assert!(!take("b", 14).await.unwrap());
        assert!(take("b", 15).await.unwrap());
        assert!(!take("a", 16).await.unwrap());
        leases::give_back(&house.db, "sealer", "a").await.unwrap();
        assert!(!take("a", 16).await.unwrap());
        leases::give_back(&house.db, "sealer", "b").await.unwrap();
        assert!(take("a", 16).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_nodes_exactly_one_takes_a_lease() {
    for house in House::both().await {
        let results = race(&house.db, |db, racer| async move {
            leases::take(&db, "sealer", &racer.to_string(), NOW, LONG).await.unwrap()
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}
