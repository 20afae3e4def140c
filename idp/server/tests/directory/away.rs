//! A directory that is slow or away: nobody waits long, nobody loses a try, and it is left in peace for a while.

use std::time::Duration;

use sekisho_idp::directory::Failure;

use crate::browser::Browser;
use crate::fake::{Fake, Mood};
use crate::house::{House, Site};
use crate::people::shoko;
use crate::walk::{SHOKO, to_identity};

const AWAY: &str = "組合の記録にいま問い合わせられません。しばらくしてから、もう一度お試しください。";

/// Long enough for a busy machine, and far shorter than what hangs.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn d35_while_the_directory_is_away_no_try_is_counted_and_the_journey_stays_where_it_is() {
    let fake = Fake::of(&[shoko()]).await;
    let site = Site { throttle: "claims_per_record = 2", ..Site::minato(&fake) };
    let house = House::with(site).await;
    let mut browser = Browser::at(&house);
    let mut page = to_identity(&house, &mut browser).await;
    fake.becomes(Mood::Status(503));
    for _ in 0..7 {
        page = browser.press(&page, &SHOKO).await.saying(AWAY);
        assert!(page.says("03-0000-0490") && page.says("登録済みの方は、いつもどおりログインできます"));
        assert!(page.says("value=\"けんぽ\""), "what was typed stays: {}", page.body);
    }
    fake.becomes(Mood::Right);
    browser.press(&page, &SHOKO).await.saying("accept_terms");
    let proofing = "select count(*) as n from audit_events where event like 'proofing%'";
    assert_eq!(house.count(proofing).await, 1, "what was not asked is no proofing");
}

#[tokio::test]
async fn d35_it_is_said_in_the_readers_language() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::asking(&fake).await;
    let mut browser = Browser::at(&house);
    let page = to_identity(&house, &mut browser).await;
    fake.becomes(Mood::Status(500));
    browser.language = "en";
    let page = browser.press(&page, &SHOKO).await.saying("We cannot reach your society’s records right now.");
    assert!(page.says("03-0000-0490"), "{}", page.body);
}

#[tokio::test]
async fn ss_05_a_directory_that_hangs_or_drips_is_given_up() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "timeout_ms = 200")).await;
    for mood in [Mood::Late(Duration::from_mins(1)), Mood::Drips] {
        fake.becomes(mood);
        assert!(tokio::time::timeout(SOON, house.is_away()).await.unwrap());
    }
    assert_eq!(fake.count(), 2, "what is slow is not asked twice");
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_tried_once_more() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::asking(&fake).await;
    fake.goes_through([Mood::BreaksOff, Mood::Right]);
    assert_eq!(house.ask().await.unwrap().len(), 1);
    fake.becomes(Mood::BreaksOff);
    assert!(house.is_away().await);
    assert_eq!(fake.count(), 4);
}

#[tokio::test]
async fn a_closed_port_is_away_at_once() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let fake = Fake::at(listener.local_addr().unwrap(), &[]);
    drop(listener);
    let house = House::asking(&fake).await;
    assert!(tokio::time::timeout(SOON, house.is_away()).await.unwrap());
}

#[tokio::test]
async fn after_failures_in_a_row_it_is_left_in_peace_and_one_question_brings_it_back() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "failures = 3\npause_seconds = 30")).await;
    fake.becomes(Mood::Status(502));
    for _ in 0..3 {
        assert!(house.is_away().await);
    }
    for passed in [0, 29] {
        house.later(passed);
        let Err(Failure::Away { retry_after }) = house.ask().await else { panic!("it was asked") };
        assert_eq!(retry_after, Duration::from_secs(30 - passed));
    }
    assert_eq!(fake.count(), 3, "an open breaker asks nothing");
    house.later(1);
    assert!(house.is_away().await);
    assert_eq!(fake.count(), 4, "one question tries again");
    assert!(house.is_away().await);
    assert_eq!(fake.count(), 4, "and its failure opens the breaker anew");
    house.later(30);
    fake.becomes(Mood::Right);
    for _ in 0..3 {
        assert_eq!(house.ask().await.unwrap().len(), 1);
    }
    fake.goes_through([Mood::Status(502), Mood::Status(502), Mood::Right]);
    assert!(house.is_away().await && house.is_away().await && !house.is_away().await);
}

#[tokio::test]
async fn while_one_question_tries_again_the_others_wait_for_nothing() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "failures = 1\npause_seconds = 30")).await;
    fake.becomes(Mood::Status(502));
    assert!(house.is_away().await);
    house.later(30);
    fake.becomes(Mood::Late(Duration::from_millis(300)));
    let (first, second) = tokio::join!(house.ask(), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        house.ask().await
    });
    assert!(first.is_ok() && second.is_err());
    assert_eq!(fake.count(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_one_record_keeps_nobody_else_from_theirs() {
    let fake = Fake::of(&[shoko()]).await;
    let house = House::with(Site::minato_with(&fake, "failures = 1")).await;
    let wrong = crate::people::with(shoko(), &[("sex", "robot".into())]);
    fake.goes_through([Mood::json(&serde_json::json!({ "records": [wrong] })), Mood::Right]);
    assert!(house.is_away().await);
    assert!(house.ask().await.is_ok());
}
