//! What must not leave yet, and what is taken back before it does.

use std::time::Duration;

use super::super::bounds::Room;
use super::super::*;
use super::fakes::{House, Mode, eventually};
use crate::db::sql;

const HOUR: Duration = Duration::from_hours(1);

async fn later(house: &House, hours: u32) -> OutboxId {
    let due_at = Some(house.now() + HOUR * hours);
    house.put_intent(Intent { due_at, ..house.intent(Lane::Mail, 24 * 3_600) }).await
}

async fn take_back(house: &House, id: OutboxId) -> bool {
    let mut tx = house.trial.db.begin().await.unwrap();
    let withdrawn = withdraw(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    withdrawn
}

#[tokio::test]
async fn what_is_due_later_leaves_then_and_not_before() {
    for house in House::both().await {
        let worker = house.start();
        let id = later(&house, 2).await;
        house.put(Lane::Mail, 600).await;
        eventually(|| house.mail.delivered() >= 1, "what is due at once").await;
        house.clock.advance(Duration::from_secs(7_199));
        house.trial.db.wake().notify();
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!((house.mail.tried(), house.rows().await), (1, 1));
        house.clock.advance(Duration::from_secs(1));
        house.trial.db.wake().notify();
        eventually(|| house.mail.delivered() >= 2, "its time has come").await;
        assert!(house.mail.sent().iter().any(|sent| sent.contains(&id.to_string())));
        drop(worker);
    }
}

#[tokio::test]
async fn what_is_taken_back_never_leaves() {
    for house in House::both().await {
        let (first, second) = (later(&house, 1).await, later(&house, 1).await);
        assert!(take_back(&house, first).await);
        assert!(!take_back(&house, first).await);
        let worker = house.start();
        house.clock.advance(HOUR);
        eventually(|| house.mail.delivered() >= 1, "the other leaves").await;
        house.until_empty().await;
        let sent = house.mail.sent();
        assert!(sent.iter().all(|sent| sent.contains(&second.to_string())), "{sent:?}");
        assert!(!take_back(&house, second).await, "it has left");
        drop(worker);
    }
}

#[tokio::test]
async fn a_change_that_is_rolled_back_takes_nothing_back() {
    for house in House::both().await {
        let id = later(&house, 1).await;
        let mut tx = house.trial.db.begin().await.unwrap();
        assert!(withdraw(&mut tx, id).await.unwrap());
        tx.rollback().await.unwrap();
        assert!(take_back(&house, id).await);
    }
}

#[tokio::test]
async fn what_is_on_its_way_or_was_put_off_by_the_server_can_be_taken_back_once_it_is_not() {
    for house in House::both().await {
        let id = house.put(Lane::Mail, 24 * 3_600).await;
        let claimed = rows::claim(&house.trial.db, Lane::Mail, &Room::default(), &mut house.cx())
            .await
            .unwrap()
            .unwrap();
        assert!(!take_back(&house, id).await, "somebody is just sending it");
        claimed.again(&house.trial.db, house.now() + HOUR).await.unwrap();
        assert!(take_back(&house, id).await);
        assert_eq!(house.rows().await, 0);
    }
}

#[tokio::test]
async fn what_is_due_after_it_expires_is_never_sent() {
    for house in House::both().await {
        house.mail.set(Mode::Open);
        let due_at = Some(house.now() + HOUR);
        house.put_intent(Intent { due_at, ..house.intent(Lane::Mail, 600) }).await;
        let worker = house.start();
        house.clock.advance(HOUR * 2);
        house.trial.db.wake().notify();
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(house.mail.tried(), 0);
        house.worker().sweep().await.unwrap();
        let left = house.trial.db.fetch_all(sql("select id from outbox")).await.unwrap();
        assert!(left.is_empty());
        drop(worker);
    }
}
