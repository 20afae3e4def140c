use std::time::Duration;

use sekisho_base::Digest;
use sekisho_domain::ids::JourneyId;
use sekisho_store::links::{self, Link, New};

use super::house::{House, NOW, race, wins};

async fn mailed(house: &mut House, journey: JourneyId, purpose: &str) -> (Digest, Link) {
    let (digest, expires_at) = (house.digest(), NOW + Duration::from_mins(30));
    let mut tx = house.db.begin().await.unwrap();
    links::insert(&mut tx, New { digest, journey, purpose, subject: None, expires_at }).await.unwrap();
    tx.commit().await.unwrap();
    (digest, Link { journey, purpose: purpose.to_owned(), expires_at })
}

#[tokio::test]
async fn rc_06_looking_at_a_link_spends_nothing_and_spending_it_does() {
    for mut house in House::both().await {
        let journey = JourneyId::draw(&mut house.cx);
        let (digest, link) = mailed(&mut house, journey, "address").await;
        for _ in 0..2 {
            assert_eq!(links::find(&house.db, digest, NOW).await.unwrap(), Some(link.clone()));
        }
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(links::spend(&mut tx, digest, NOW).await.unwrap(), Some(link));
        assert_eq!(links::spend(&mut tx, digest, NOW).await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(links::find(&house.db, digest, NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn rc_02_an_old_link_and_one_before_the_newest_do_not_work() {
    for mut house in House::both().await {
        let journey = JourneyId::draw(&mut house.cx);
        let (older, _) = mailed(&mut house, journey, "address").await;
        let (other, _) = mailed(&mut house, journey, "reset").await;
        let (newest, link) = mailed(&mut house, journey, "address").await;
        assert_eq!(links::find(&house.db, older, NOW).await.unwrap(), None);
        assert!(links::find(&house.db, other, NOW).await.unwrap().is_some());
        assert_eq!(links::find(&house.db, newest, link.expires_at).await.unwrap(), None);
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(links::spend(&mut tx, older, NOW).await.unwrap(), None);
        assert_eq!(links::spend(&mut tx, newest, link.expires_at).await.unwrap(), None);
        assert_eq!(links::spend(&mut tx, newest, NOW).await.unwrap(), Some(link));
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rc_02_of_twenty_at_once_exactly_one_spends_a_link() {
    for mut house in House::both().await {
        let journey = JourneyId::draw(&mut house.cx);
        let (digest, _) = mailed(&mut house, journey, "address").await;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = links::spend(&mut tx, digest, NOW).await.unwrap().is_some();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}
