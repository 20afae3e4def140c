//! The outbox on both databases: races, a server that is away, messages that expire or cannot be delivered.

mod fakes;
mod hanging;
mod later;
mod real_smtp;

use std::collections::HashSet;
use std::time::Duration;

use fakes::{House, Mode, eventually};

use super::bounds::Room;
use super::*;
use crate::db::sql;

#[tokio::test]
async fn twenty_workers_claim_one_row_and_exactly_one_gets_it() {
    for house in House::both().await {
        house.put(Lane::Mail, 60).await;
        let tries = (0..20_u64).map(|seed| {
            let (db, now) = (house.trial.db.clone(), house.now());
            tokio::spawn(async move {
                rows::claim(&db, Lane::Mail, &Room::default(), &mut Cx::seeded(now, seed)).await
            })
        });
        let mut winners = 0;
        for done in tries.collect::<Vec<_>>() {
            winners += usize::from(done.await.unwrap().unwrap().is_some());
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn several_workers_deliver_every_row_once_and_erase_it() {
    for house in House::both().await {
        let mut ids = HashSet::new();
        for _ in 0..60 {
            ids.insert(house.put(Lane::Mail, 600).await.to_string());
        }
        let workers: Vec<_> = (0..4).map(|_| house.start()).collect();
        eventually(|| house.mail.delivered() >= 60, "all mails are delivered").await;
        house.until_empty().await;
        drop(workers);
        let sent = house.mail.sent();
        assert_eq!(sent.len(), 60, "none was sent twice");
        for id in ids {
            assert!(sent.contains(&format!("<{id}@aoba.example.jp>")), "{id}");
        }
    }
}

#[tokio::test]
async fn a_change_that_is_rolled_back_sends_nothing() {
    for house in House::both().await {
        let mut tx = house.trial.db.begin().await.unwrap();
        put(&mut tx, &house.ring, &mut house.cx(), house.intent(Lane::Mail, 60)).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(house.rows().await, 0);
    }
}

#[tokio::test]
async fn lo_09_what_a_message_says_is_sealed_at_rest_and_bound_to_its_row() {
    for house in House::both().await {
        let id = house.put(Lane::Mail, 60).await;
        let row = house.trial.db.fetch_one(sql("select payload from outbox")).await.unwrap();
        let payload: Vec<u8> = row.get("payload").unwrap();
        assert!(!payload.windows(6).any(|window| window == b"123456"));
        assert!(house.ring.open(&rows::place(id), &payload).is_ok());
        assert!(house.ring.open("outbox.payload:out_other", &payload).is_err());
    }
}

#[tokio::test]
async fn f_09_while_the_server_is_away_nothing_is_lost_and_its_return_delivers_everything() {
    for house in House::both().await {
        house.mail.set(Mode::Away);
        let worker = house.start();
        for _ in 0..30 {
            house.put(Lane::Mail, 7 * 3_600).await;
        }
        eventually(|| house.mail.tried() >= 30, "each was tried").await;
        // Six hours away: every pause runs out several times.
        for _ in 0..6 {
            house.clock.advance(Duration::from_hours(1));
            let seen = house.mail.tried();
            eventually(|| house.mail.tried() > seen, "tried again").await;
        }
        assert_eq!((house.mail.delivered(), house.rows().await), (0, 30));
        house.mail.set(Mode::Open);
        house.clock.advance(Duration::from_mins(2));
        eventually(|| house.mail.delivered() >= 30, "all mails are delivered").await;
        house.until_empty().await;
        assert_eq!(house.mail.sent().len(), 30);
        drop(worker);
    }
}

#[tokio::test]
async fn f_09_what_has_expired_is_dropped_and_never_sent_late() {
    for house in House::both().await {
        house.mail.set(Mode::Away);
        let worker = house.start();
        house.put(Lane::Mail, 600).await;
        house.put(Lane::Mail, 7 * 3_600).await;
        eventually(|| house.mail.tried() >= 2, "both were tried").await;
        house.clock.advance(Duration::from_mins(11));
        house.mail.set(Mode::Open);
        eventually(|| house.mail.delivered() >= 1, "the one that has not expired").await;
        let swept = house.worker().sweep().await.unwrap();
        assert!(swept <= 1);
        house.until_empty().await;
        assert_eq!(house.mail.delivered(), 1);
        drop(worker);
    }
}

#[tokio::test]
async fn f_09_a_worker_that_dies_between_sending_and_erasing_repeats_under_the_same_message_id() {
    for house in House::both().await {
        house.put(Lane::Mail, 3_600).await;
        let claimed = rows::claim(&house.trial.db, Lane::Mail, &Room::default(), &mut house.cx())
            .await
            .unwrap()
            .unwrap();
        house.worker().send(&claimed).await.unwrap();
        let worker = house.start();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(house.mail.delivered(), 1, "a claim is respected until it runs out");
        house.clock.advance(rows::CLAIM);
        eventually(|| house.mail.delivered() >= 2, "the second was taken").await;
        house.until_empty().await;
        assert_eq!(house.mail.sent().len(), 1, "both times it was the same mail");
        // Whoever lost the claim changes nothing any more.
        let later = house.put(Lane::Mail, 3_600).await;
        claimed.delivered(&house.trial.db).await.unwrap();
        eventually(|| house.mail.delivered() >= 3, "the later one is delivered too").await;
        assert!(house.mail.sent().iter().any(|id| id.contains(&later.to_string())));
        drop(worker);
    }
}

#[tokio::test]
async fn f_09_a_mail_that_is_refused_again_and_again_becomes_a_dead_letter_and_holds_up_nobody() {
    for house in House::both().await {
        house.mail.set(Mode::RefusesFirst);
        let poison = house.put(Lane::Mail, 24 * 3_600).await;
        house.mail.poison(poison);
        let worker = house.start();
        house.put(Lane::Mail, 24 * 3_600).await;
        eventually(|| house.mail.delivered() >= 1, "the other one is delivered").await;
        for _ in 0..Lane::Mail.tries_when_refused() {
            house.clock.advance(Duration::from_mins(2));
            tokio::time::sleep(Duration::from_millis(120)).await;
            house.trial.db.wake().notify();
        }
        let dead = house.until_dead().await;
        assert_eq!((dead.id, dead.attempts, dead.reason.as_str()), (poison, 5, "SMTP 550"));

        assert!(requeue(&house.trial.db, poison, house.now()).await.unwrap());
        house.mail.set(Mode::Open);
        eventually(|| house.mail.delivered() >= 2, "after the operator's word").await;
        drop(worker);
    }
}

#[tokio::test]
async fn f_10_a_text_message_is_tried_twice_under_one_key_and_then_given_up() {
    for house in House::both().await {
        house.sms.set(Mode::Away);
        let id = house.put(Lane::Sms, 600).await;
        let worker = house.start();
        eventually(|| house.sms.tried() >= 1, "the first try").await;
        house.clock.advance(Duration::from_secs(5));
        let dead = house.until_dead().await;
        assert_eq!((dead.id, house.sms.tried()), (id, 2));
        assert_eq!(house.sms.keys(), HashSet::from([id.to_string()]));
        drop(worker);
    }
}

#[tokio::test]
async fn an_intent_that_has_no_message_is_a_dead_letter_at_once() {
    for house in House::both().await {
        let worker = house.start();
        let mut intent = house.intent(Lane::Mail, 24 * 3_600);
        intent.kind = "unknown";
        house.put_intent(intent).await;
        let dead = house.until_dead().await;
        assert_eq!((dead.attempts, dead.reason.as_str()), (1, "no such kind"));
        drop(worker);
    }
}

#[tokio::test]
async fn a_sender_that_falls_over_takes_nobody_with_it() {
    let [house, _] = House::both().await;
    let worker = house.start();
    let mut intent = house.intent(Lane::Mail, 24 * 3_600);
    intent.kind = "panic";
    house.put_intent(intent).await;
    house.put(Lane::Mail, 600).await;
    eventually(|| house.mail.delivered() >= 1, "the other one is delivered").await;
    for _ in 0..Lane::Mail.tries_when_refused() {
        tokio::time::sleep(Duration::from_millis(120)).await;
        house.clock.advance(Duration::from_mins(2));
        house.trial.db.wake().notify();
    }
    assert_eq!(house.until_dead().await.reason, "the sender fell over");
    drop(worker);
}

#[tokio::test]
async fn other_nodes_hear_of_a_new_row() {
    let [_, house] = House::both().await;
    let mut listener = house.trial.db.listen("outbox").await.unwrap().unwrap();
    house.put(Lane::Mail, 600).await;
    tokio::time::timeout(Duration::from_secs(5), listener.heard()).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_dead_letter_loses_its_content_when_it_expires_and_goes_after_a_month() {
    for house in House::both().await {
        let id = house.put(Lane::Mail, 600).await;
        let claimed = rows::claim(&house.trial.db, Lane::Mail, &Room::default(), &mut house.cx())
            .await
            .unwrap()
            .unwrap();
        claimed.dead(&house.trial.db, house.now(), "SMTP 550").await.unwrap();
        house.clock.advance(Duration::from_mins(11));
        house.worker().sweep().await.unwrap();
        assert!(!requeue(&house.trial.db, id, house.now()).await.unwrap(), "it has expired");
        let row = house.trial.db.fetch_one(sql("select payload from outbox")).await.unwrap();
        assert_eq!(row.get::<Option<Vec<u8>>>("payload").unwrap(), None);
        house.clock.advance(Duration::from_hours(31 * 24));
        house.worker().sweep().await.unwrap();
        assert_eq!(house.rows().await, 0);
    }
}

#[tokio::test]
async fn ss_09_a_target_that_is_full_is_passed_over() {
    for house in House::both().await {
        house.put(Lane::Call, 600).await;
        let mut other = house.intent(Lane::Call, 600);
        other.target = "Other.example.jp".to_owned();
        house.put_intent(other).await;
        let mut cx = house.cx();
        let full = Room { full: "|carrier.example.jp|".to_owned(), ..Room::default() };
        let claimed = rows::claim(&house.trial.db, Lane::Call, &full, &mut cx).await.unwrap().unwrap();
        assert_eq!(claimed.target, "other.example.jp");
        assert!(rows::claim(&house.trial.db, Lane::Call, &full, &mut cx).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn f_21_the_end_of_the_process_waits_for_what_is_on_its_way() {
    for house in House::both().await {
        house.mail.set(Mode::Slow);
        house.put(Lane::Mail, 600).await;
        let worker = house.start();
        eventually(|| house.mail.tried() >= 1, "it is on its way").await;
        worker.stop().await;
        assert_eq!((house.mail.delivered(), house.rows().await), (1, 0));
    }
}

#[test]
fn pauses_double_up_to_a_minute_and_differ_by_chance() {
    for (attempts, least, most) in
        [(1, 500, 1_000), (2, 1_000, 2_000), (4, 4_000, 8_000), (50, 30_000, 60_000)]
    {
        for chance in [0, 100, 255] {
            let pause = lane::pause(attempts, chance).as_millis();
            assert!((least..=most).contains(&pause), "{attempts} {chance} {pause}");
        }
    }
}

#[test]
fn both_services_have_the_same_outbox() {
    assert_eq!(fakes::MIGRATION, include_str!("../../../../migrations/certificate/0002_outbox.sql"));
}
