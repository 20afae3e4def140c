//! Signing keys.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::jose::{Alg, SigningKey};
use sekisho_site::db::Db;
use sekisho_store::keys::{self, StoredKey};

use super::clients::now;
use crate::both;

fn key(alg: Alg, ordinal: i64) -> StoredKey {
    StoredKey {
        public: SigningKey::generate(alg).unwrap().public().jwk().clone(),
        private: vec![1, 2, 3],
        ordinal,
        published_at: now(),
        signs_from: now(),
        signs_until: None,
        served_until: None,
    }
}

async fn insert(db: &Db, key: &StoredKey) -> bool {
    let mut tx = db.begin().await.unwrap();
    let inserted = keys::insert(&mut tx, key).await.unwrap();
    tx.commit().await.unwrap();
    inserted
}

fn later(hours: u64) -> Timestamp {
    now() + Duration::from_hours(hours)
}

#[tokio::test]
async fn a_key_reads_back_as_it_was_written() {
    for trial in both().await {
        let (first, second) = (key(Alg::Es256, 1), key(Alg::EdDsa, 1));
        assert!(insert(&trial.db, &first).await && insert(&trial.db, &second).await);
        assert_eq!(keys::served(&trial.db, now()).await.unwrap(), [first, second]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_nodes_that_start_at_once_one_makes_the_first_key() {
    for trial in both().await {
        let racing = (0..20).map(|_| {
            let (db, key) = (trial.db.clone(), key(Alg::Es256, 1));
            tokio::spawn(async move { insert(&db, &key).await })
        });
        let mut made = 0;
        for task in racing.collect::<Vec<_>>() {
            made += usize::from(task.await.unwrap());
        }
        assert_eq!(made, 1);
        assert_eq!(keys::served(&trial.db, now()).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn f_14_a_retired_key_is_served_until_its_time_and_never_lives_longer_again() {
    for trial in both().await {
        let (old, other) = (key(Alg::Es256, 1), key(Alg::Rs256, 1));
        insert(&trial.db, &old).await;
        insert(&trial.db, &other).await;
        insert(&trial.db, &key(Alg::Es256, 2)).await;
        for (signs, serves) in [(1, 25), (5, 50)] {
            let mut tx = trial.db.begin().await.unwrap();
            keys::retire_before(&mut tx, Alg::Es256, 2, (later(signs), later(serves))).await.unwrap();
            tx.commit().await.unwrap();
        }
        let served = keys::served(&trial.db, later(24)).await.unwrap();
        let retired = served.iter().find(|key| key.public.kid == old.public.kid).unwrap();
        assert_eq!((retired.signs_until, retired.served_until), (Some(later(1)), Some(later(25))));
        assert_eq!(served.iter().filter(|key| key.signs_until.is_none()).count(), 2);
        let served = keys::served(&trial.db, later(25)).await.unwrap();
        assert!(served.iter().all(|key| key.public.kid != old.public.kid));
        assert!(served.contains(&other));
    }
}
