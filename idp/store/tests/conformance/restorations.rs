use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::account::NewAccount;
use sekisho_domain::ids::RestorationId;
use sekisho_store::restorations::{self, New, Restoration};

use super::house::{House, NOW, RACERS, race, wins};

const DAY: Duration = Duration::from_hours(24);
const READY: Timestamp = Timestamp::from_seconds(1_800_000_000 + 86_400);

fn wish(house: &mut House, account: &NewAccount, at: Timestamp) -> New {
    New {
        id: RestorationId::draw(&mut house.cx),
        insurer: account.joining.membership.insurer.clone(),
        account: account.id,
        stop: house.digest(),
        start: house.digest(),
        letter: "out_1".to_owned(),
        asked_at: at,
        ready_at: at + DAY,
        expires_at: at + DAY * 8,
    }
}

fn open(wish: &New) -> Restoration {
    Restoration {
        id: wish.id,
        insurer: wish.insurer.clone(),
        account: wish.account,
        letter: wish.letter.clone(),
        ready_at: wish.ready_at,
    }
}

async fn insert(house: &House, wish: &New) -> Vec<Restoration> {
    let mut tx = house.db.begin().await.unwrap();
    let older = restorations::insert(&mut tx, wish).await.unwrap();
    tx.commit().await.unwrap();
    older
}

async fn stop(house: &House, wish: &New, now: Timestamp) -> Option<Restoration> {
    let mut tx = house.db.begin().await.unwrap();
    let stopped = restorations::stop(&mut tx, wish.stop, now).await.unwrap();
    tx.commit().await.unwrap();
    stopped
}

async fn spend(house: &House, wish: &New, now: Timestamp) -> bool {
    let mut tx = house.db.begin().await.unwrap();
    let spent = restorations::spend(&mut tx, wish.id, now).await.unwrap();
    tx.commit().await.unwrap();
    spent
}

#[tokio::test]
async fn a_wish_is_found_by_its_two_tokens_each_in_its_time() {
    let micro = Duration::from_micros(1);
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        assert_eq!(insert(&house, &wish).await, []);
        let found = Some(open(&wish));
        let (end, before) = (wish.expires_at, READY - micro);
        assert_eq!(restorations::find_stop(&house.db, wish.stop, NOW).await.unwrap(), found);
        assert_eq!(restorations::find_start(&house.db, wish.start, before).await.unwrap(), None);
        assert_eq!(restorations::find_start(&house.db, wish.start, READY).await.unwrap(), found);
        assert_eq!(restorations::find_start(&house.db, wish.start, end - micro).await.unwrap(), found);
        for dead in [end, end + DAY] {
            assert_eq!(restorations::find_start(&house.db, wish.start, dead).await.unwrap(), None);
            assert_eq!(restorations::find_stop(&house.db, wish.stop, dead).await.unwrap(), None);
        }
        // Neither token stands for the other.
        assert_eq!(restorations::find_stop(&house.db, wish.start, READY).await.unwrap(), None);
        assert_eq!(restorations::find_start(&house.db, wish.stop, READY).await.unwrap(), None);
    }
}

#[tokio::test]
async fn rc_06_looking_at_a_wish_changes_nothing() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        insert(&house, &wish).await;
        for _ in 0..3 {
            restorations::find_stop(&house.db, wish.stop, READY).await.unwrap();
            restorations::find_start(&house.db, wish.start, READY).await.unwrap();
        }
        assert_eq!(stop(&house, &wish, READY).await, Some(open(&wish)));
    }
}

#[tokio::test]
async fn a_stopped_wish_is_neither_begun_nor_used_nor_stopped_again() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        insert(&house, &wish).await;
        assert_eq!(stop(&house, &wish, NOW).await, Some(open(&wish)));
        assert_eq!(stop(&house, &wish, NOW).await, None);
        assert_eq!(restorations::find_stop(&house.db, wish.stop, NOW).await.unwrap(), None);
        assert_eq!(restorations::find_start(&house.db, wish.start, READY).await.unwrap(), None);
        assert!(!spend(&house, &wish, READY).await);
    }
}

#[tokio::test]
async fn a_wish_is_used_once_and_not_before_its_time() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        insert(&house, &wish).await;
        assert!(!spend(&house, &wish, READY - Duration::from_micros(1)).await);
        assert!(spend(&house, &wish, READY).await);
        assert!(!spend(&house, &wish, READY).await);
        assert_eq!(stop(&house, &wish, READY).await, None, "what is done cannot be stopped");
    }
}

#[tokio::test]
async fn a_newer_wish_of_an_account_stops_the_older_and_gives_it_back() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let other = house.member("taro", "aoba", "P2").await;
        let (first, theirs) = (wish(&mut house, &account, NOW), wish(&mut house, &other, NOW));
        insert(&house, &first).await;
        assert_eq!(insert(&house, &theirs).await, [], "another account's is not touched");
        let second = wish(&mut house, &account, NOW + DAY);
        assert_eq!(insert(&house, &second).await, [open(&first)]);
        assert_eq!(restorations::find_start(&house.db, first.start, READY).await.unwrap(), None);
        assert!(!spend(&house, &first, READY).await);
        assert!(spend(&house, &theirs, READY).await);
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(restorations::stop_all(&mut tx, account.id, READY).await.unwrap(), [open(&second)]);
        assert_eq!(restorations::stop_all(&mut tx, account.id, READY).await.unwrap(), []);
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_stop_a_wish_at_once_exactly_one_does() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        insert(&house, &wish).await;
        let token = wish.stop;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = restorations::stop(&mut tx, token, NOW).await.unwrap().is_some();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_who_use_a_wish_at_once_exactly_one_does() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let wish = wish(&mut house, &account, NOW);
        insert(&house, &wish).await;
        let id = wish.id;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = restorations::spend(&mut tx, id, READY).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_stop_and_those_who_use_a_wish_at_once_exactly_one_succeeds() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        for round in 0..5 {
            let wish = wish(&mut house, &account, NOW);
            insert(&house, &wish).await;
            let (id, token) = (wish.id, wish.stop);
            let results = race(&house.db, |db, racer| async move {
                let mut tx = db.begin().await.unwrap();
                let won = if (racer + round) % 2 == 0 {
                    restorations::stop(&mut tx, token, READY).await.unwrap().is_some()
                } else {
                    restorations::spend(&mut tx, id, READY).await.unwrap()
                };
                tx.commit().await.unwrap();
                won
            })
            .await;
            assert_eq!((wins(&results), results.len()), (1, RACERS));
        }
    }
}
