use std::time::Duration;

use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::FactorId;
use sekisho_store::Error;
use sekisho_store::factors::{self, HARD_STOP, NEVER, Reserved};

use super::house::{House, NOW, race, wins};

const REST: Duration = Duration::from_mins(15);

#[tokio::test]
async fn a_factor_rests_after_its_limit_and_each_rest_is_twice_as_long() {
    for mut house in House::both().await {
        let id = house.member("hanako", "aoba", "P1").await.joining.factors[0].id;
        let reserve = |now| factors::reserve_attempt(&house.db, id, now, 3, REST);
        let mut now = NOW;
        for rest in [1, 2, 4, 8, 16, 32, 64, 64] {
            for _ in 0..3 {
                assert_eq!(reserve(now).await.unwrap(), Reserved::Go);
            }
            let until = now + REST * rest;
            assert_eq!(reserve(now).await.unwrap(), Reserved::Blocked(until));
            assert_eq!(reserve(until - Duration::from_micros(1)).await.unwrap(), Reserved::Blocked(until));
            now = until;
        }
    }
}

#[tokio::test]
async fn a_right_answer_forgets_the_failures() {
    for mut house in House::both().await {
        let id = house.member("hanako", "aoba", "P1").await.joining.factors[0].id;
        for _ in 0..3 {
            for _ in 0..3 {
                let reserved = factors::reserve_attempt(&house.db, id, NOW, 3, REST).await.unwrap();
                assert_eq!(reserved, Reserved::Go);
            }
            let mut tx = house.db.begin().await.unwrap();
            factors::succeed(&mut tx, id, NOW).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
}

#[tokio::test]
async fn mf_03_a_hundred_failures_in_a_row_end_a_factor_and_fewer_do_not() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let id = account.joining.factors[2].id;
        let mut now = NOW;
        for _ in 1..HARD_STOP {
            if let Reserved::Blocked(until) =
                factors::reserve_attempt(&house.db, id, now, 10, REST).await.unwrap()
            {
                assert_ne!(until, NEVER);
                now = until;
                assert_eq!(
                    factors::reserve_attempt(&house.db, id, now, 10, REST).await.unwrap(),
                    Reserved::Go
                );
            }
        }
        assert_eq!(factors::reserve_attempt(&house.db, id, now, 10, REST).await.unwrap(), Reserved::Go);
        let blocked = factors::reserve_attempt(&house.db, id, now, 10, REST).await.unwrap();
        assert_eq!(blocked, Reserved::Blocked(NEVER));
        let other =
            factors::reserve_attempt(&house.db, account.joining.factors[0].id, now, 10, REST).await.unwrap();
        assert_eq!(other, Reserved::Go, "another factor of the account is not touched");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_11_of_twenty_parallel_guesses_five_are_judged() {
    for mut house in House::both().await {
        let id = house.member("hanako", "aoba", "P1").await.joining.factors[0].id;
        let results = race(&house.db, |db, _| async move {
            factors::reserve_attempt(&db, id, NOW, 5, REST).await.unwrap() == Reserved::Go
        })
        .await;
        assert_eq!(wins(&results), 5);
    }
}

#[tokio::test]
async fn mf_01_a_step_of_an_app_only_grows() {
    for mut house in House::both().await {
        let id = house.member("hanako", "aoba", "P1").await.joining.factors[2].id;
        for (step, accepted) in [(100, false), (101, true), (101, false), (100, false), (102, true)] {
            let mut tx = house.db.begin().await.unwrap();
            assert_eq!(factors::use_totp_step(&mut tx, id, step).await.unwrap(), accepted, "{step}");
            tx.commit().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mf_02_of_twenty_at_once_exactly_one_uses_a_step() {
    for mut house in House::both().await {
        let id = house.member("hanako", "aoba", "P1").await.joining.factors[2].id;
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = factors::use_totp_step(&mut tx, id, 200).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn there_is_one_live_password_and_it_may_be_restated() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (id, second) = (account.joining.factors[0].id, FactorId::draw(&mut house.cx));
        let new = factors::New {
            id: second,
            account: account.id,
            kind: FactorKind::Password,
            secret: b"$argon2id$b",
            last_step: None,
            at: NOW,
        };
        let mut tx = house.db.begin().await.unwrap();
        let refused = factors::insert(&mut tx, new.clone()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict { what: "factors.account" }), "{refused}");
        assert!(factors::restate(&mut tx, id, b"$argon2id$a", b"$argon2id$c").await.unwrap());
        assert!(!factors::restate(&mut tx, id, b"$argon2id$a", b"$argon2id$d").await.unwrap());
        assert!(factors::end(&mut tx, id, NOW).await.unwrap());
        assert!(!factors::end(&mut tx, id, NOW).await.unwrap());
        factors::insert(&mut tx, new).await.unwrap();
        tx.commit().await.unwrap();

        let rows = factors::of_account(&house.db, account.id).await.unwrap();
        let passwords: Vec<_> = rows.iter().filter(|row| row.kind == FactorKind::Password).collect();
        assert_eq!(passwords.len(), 1);
        assert_eq!((passwords[0].id, passwords[0].secret.as_slice()), (second, b"$argon2id$b".as_slice()));
        let reserved = factors::reserve_attempt(&house.db, id, NOW, 5, REST).await.unwrap();
        assert_eq!(reserved, Reserved::Blocked(NEVER), "an ended factor is never tried");
    }
}
