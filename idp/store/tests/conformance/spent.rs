use sekisho_store::spent;

use super::house::{House, NOW, race, wins};

#[tokio::test]
async fn a_value_is_spent_once_per_kind() {
    for mut house in House::both().await {
        let (one, two) = (house.digest(), house.digest());
        let mut tx = house.db.begin().await.unwrap();
        assert!(spent::once(&mut tx, "challenge", one, NOW).await.unwrap());
        assert!(!spent::once(&mut tx, "challenge", one, NOW).await.unwrap());
        assert!(spent::once(&mut tx, "other", one, NOW).await.unwrap());
        assert!(spent::once(&mut tx, "challenge", two, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert!(spent::is_spent(&house.db, "challenge", one).await.unwrap());
        assert!(!spent::is_spent(&house.db, "other", two).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_at_once_exactly_one_spends_a_value() {
    for mut house in House::both().await {
        let digest = house.digest();
        let results = race(&house.db, |db, _| async move {
            let mut tx = db.begin().await.unwrap();
            let won = spent::once(&mut tx, "challenge", digest, NOW).await.unwrap();
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}
