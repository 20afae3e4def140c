use std::time::Duration;

use sekisho_store::attempts::{self, Window};
use sekisho_store::{sessions, spent, sweep};

use super::house::{House, NOW};

#[tokio::test]
async fn what_expired_long_ago_is_cleared_away_and_the_rest_stays() {
    for mut house in House::both().await {
        let account = house.member("hanako", "aoba", "P1").await;
        let (session, _) = house.session(&account).await;
        let (old, live) = (house.digest(), house.digest());
        let mut tx = house.db.begin().await.unwrap();
        spent::once(&mut tx, "k", old, NOW).await.unwrap();
        spent::once(&mut tx, "k", live, NOW + Duration::from_hours(10 * 24)).await.unwrap();
        tx.commit().await.unwrap();
        let hours = Duration::from_hours;
        let window = Window { limit: 5, rest: hours(1), longest: hours(2), forget_after: hours(24) };
        attempts::reserve(&house.db, &"aoba".parse().unwrap(), ("proofing", "s"), window, NOW).await.unwrap();

        assert_eq!(sweep::expired(&house.db, NOW + Duration::from_hours(24)).await.unwrap(), 0);
        assert_eq!(sweep::expired(&house.db, NOW + Duration::from_hours(25)).await.unwrap(), 1);
        assert_eq!(sweep::expired(&house.db, NOW + Duration::from_hours(7 * 24 + 1)).await.unwrap(), 1);
        let mut tx = house.db.begin().await.unwrap();
        assert!(!spent::once(&mut tx, "k", live, NOW).await.unwrap());
        drop(tx);
        assert!(sessions::find(&house.db, session.id, NOW).await.unwrap().is_some());
        assert_eq!(sweep::expired(&house.db, NOW + Duration::from_hours(92 * 24)).await.unwrap(), 2);
        assert!(sessions::find(&house.db, session.id, NOW).await.unwrap().is_none());
    }
}
