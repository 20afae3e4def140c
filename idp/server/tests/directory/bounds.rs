//! Many questions at once.

use std::sync::Arc;
use std::time::Duration;

use crate::browser::Browser;
use crate::fake::{Fake, Mood};
use crate::house::{House, Site};
use crate::people::shoko;

async fn crowd(house: &Arc<House>, size: usize) -> usize {
    let asking = (0..size).map(|_| {
        let house = Arc::clone(house);
        tokio::spawn(async move { usize::from(!house.is_away().await) })
    });
    let asking: Vec<_> = asking.collect();
    let mut answered = 0;
    for one in asking {
        answered += one.await.unwrap();
    }
    answered
}

#[tokio::test]
async fn so_many_are_asked_at_once_and_no_more() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "parallel = 4\ntimeout_ms = 10000")).await;
    fake.becomes(Mood::Late(Duration::from_millis(20)));
    assert_eq!(crowd(&Arc::new(house), 64).await, 64, "all are answered in their turn");
    assert!((2..=4).contains(&fake.peak()), "{}", fake.peak());
}

#[tokio::test]
async fn a_directory_that_hangs_holds_up_its_own_questions_only_and_those_not_long() {
    let fake = Fake::of(&[shoko()]).await;
    let lines = "parallel = 2\ntimeout_ms = 300\nfailures = 2";
    let house = Arc::new(House::with(Site::minato_with(&fake, lines)).await);
    fake.becomes(Mood::Late(Duration::from_mins(1)));
    let waiting = tokio::spawn({
        let house = Arc::clone(&house);
        async move { crowd(&house, 200).await }
    });
    let mut browser = Browser::at(&house);
    browser.open("/login?insurer=minato").await.saying("ログイン");
    let answered = tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    assert_eq!((answered, fake.peak()), (0, 2));
    assert!(fake.count() <= 4, "the breaker spares it the rest: {}", fake.count());
}
