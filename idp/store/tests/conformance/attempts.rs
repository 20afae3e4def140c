use std::time::Duration;

use sekisho_domain::ids::InsurerCode;
use sekisho_store::attempts::{self, Window};
use sekisho_store::factors::Reserved;

use super::house::{House, NOW, race, wins};

const HOUR: Duration = Duration::from_hours(1);
const WINDOW: Window = Window { limit: 3, within: HOUR };

fn aoba() -> InsurerCode {
    "aoba".parse().unwrap()
}

#[tokio::test]
async fn tries_on_a_subject_are_bounded_and_forgotten_after_a_pause() {
    for house in House::both().await {
        let aoba = aoba();
        let reserve = |now| attempts::reserve(&house.db, &aoba, ("proofing", "s"), WINDOW, now);
        for minutes in [0, 10, 20] {
            assert_eq!(reserve(NOW + Duration::from_mins(minutes)).await.unwrap(), Reserved::Go);
        }
        let until = NOW + Duration::from_mins(80);
        assert_eq!(reserve(NOW + Duration::from_mins(79)).await.unwrap(), Reserved::Blocked(until));
        for _ in 0..3 {
            assert_eq!(reserve(until).await.unwrap(), Reserved::Go);
        }
        assert_eq!(reserve(until).await.unwrap(), Reserved::Blocked(until + HOUR));
    }
}

#[tokio::test]
async fn pw_13_no_hour_sees_more_than_the_limit() {
    for house in House::both().await {
        let mut passed = Vec::new();
        for minute in 0..400 {
            let now = NOW + Duration::from_mins(minute * 7);
            if attempts::reserve(&house.db, &aoba(), ("proofing", "s"), WINDOW, now).await.unwrap()
                == Reserved::Go
            {
                passed.push(now);
            }
        }
        assert!(passed.windows(4).all(|four| four[3].since(four[0]) >= HOUR));
        assert!(passed.len() > 100);
    }
}

#[tokio::test]
async fn tn_03_subjects_kinds_and_insurers_are_counted_apart_and_cleared_apart() {
    for house in House::both().await {
        let (aoba, kaede): (InsurerCode, InsurerCode) = (aoba(), "kaede".parse().unwrap());
        let window = Window { limit: 1, within: HOUR };
        let cells = [
            (&aoba, ("proofing", "s")),
            (&kaede, ("proofing", "s")),
            (&aoba, ("other", "s")),
            (&aoba, ("proofing", "t")),
        ];
        for (insurer, cell) in cells {
            assert_eq!(attempts::reserve(&house.db, insurer, cell, window, NOW).await.unwrap(), Reserved::Go);
        }
        let mut tx = house.db.begin().await.unwrap();
        attempts::clear(&mut tx, &aoba, ("proofing", "s")).await.unwrap();
        tx.commit().await.unwrap();
        let mut go = Vec::new();
        for (insurer, cell) in cells {
            go.push(attempts::reserve(&house.db, insurer, cell, window, NOW).await.unwrap() == Reserved::Go);
        }
        assert_eq!(go, [true, false, false, false]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pw_01_of_twenty_parallel_tries_the_limit_goes_ahead() {
    for house in House::both().await {
        let results = race(&house.db, |db, _| async move {
            attempts::reserve(&db, &aoba(), ("proofing", "s"), WINDOW, NOW).await.unwrap() == Reserved::Go
        })
        .await;
        assert_eq!(wins(&results), 3);
    }
}
