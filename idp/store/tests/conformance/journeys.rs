use std::time::Duration;

use sekisho_base::Digest;
use sekisho_domain::ids::JourneyId;
use sekisho_domain::journey::Kind;
use sekisho_store::journeys;

use super::house::{House, NOW, race, wins};

async fn begun(house: &mut House) -> journeys::New {
    let rules = r#"{"steps":[]}"#;
    let new = journeys::New {
        id: JourneyId::draw(&mut house.cx),
        kind: Kind::Enrol,
        insurer: "aoba".parse().unwrap(),
        rules: Digest::of_content(rules.as_bytes()),
        rules_text: rules.to_owned(),
        browser: house.digest(),
        state: b"sealed".to_vec(),
        created_at: NOW,
        expires_at: NOW + Duration::from_mins(30),
    };
    let mut tx = house.db.begin().await.unwrap();
    journeys::insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test]
async fn a_journey_is_found_until_it_expires() {
    for mut house in House::both().await {
        let (one, _same_rules) = (begun(&mut house).await, begun(&mut house).await);
        let found = journeys::find(&house.db, one.id, NOW).await.unwrap().unwrap();
        assert_eq!((found.id, found.version, found.kind, found.insurer), (one.id, 1, one.kind, one.insurer));
        assert_eq!((found.rules, found.rules_text), (one.rules, one.rules_text));
        assert_eq!((found.browser, found.state), (one.browser, one.state));
        assert_eq!((found.created_at, found.expires_at), (one.created_at, one.expires_at));
        assert!(journeys::find(&house.db, one.id, one.expires_at).await.unwrap().is_none());
        let unknown = JourneyId::draw(&mut house.cx);
        assert!(journeys::find(&house.db, unknown, NOW).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_answer_to_another_turn_changes_nothing() {
    for mut house in House::both().await {
        let id = begun(&mut house).await.id;
        let mut tx = house.db.begin().await.unwrap();
        assert!(journeys::advance(&mut tx, id, 1, b"second").await.unwrap());
        assert!(!journeys::advance(&mut tx, id, 1, b"stale").await.unwrap());
        assert!(!journeys::finish(&mut tx, id, 1, "arrived", NOW).await.unwrap());
        tx.commit().await.unwrap();
        let found = journeys::find(&house.db, id, NOW).await.unwrap().unwrap();
        assert_eq!((found.version, found.state.as_slice()), (2, b"second".as_slice()));
    }
}

#[tokio::test]
async fn an_ended_journey_knows_nothing_more_than_how_it_ended() {
    for mut house in House::both().await {
        let id = begun(&mut house).await.id;
        assert_eq!(journeys::outcome(&house.db, id).await.unwrap(), None);
        let mut tx = house.db.begin().await.unwrap();
        assert!(journeys::finish(&mut tx, id, 1, "arrived", NOW).await.unwrap());
        assert!(!journeys::finish(&mut tx, id, 2, "arrived", NOW).await.unwrap());
        assert!(!journeys::advance(&mut tx, id, 2, b"more").await.unwrap());
        tx.commit().await.unwrap();
        assert!(journeys::find(&house.db, id, NOW).await.unwrap().is_none());
        assert_eq!(journeys::outcome(&house.db, id).await.unwrap().as_deref(), Some("arrived"));
        let row = house.db.fetch_one(sekisho_site::db::sql("select state from journeys")).await.unwrap();
        assert_eq!(row.get::<Vec<u8>>("state").unwrap(), b"");
    }
}

#[tokio::test]
async fn a_journey_moves_to_another_browser() {
    for mut house in House::both().await {
        let (id, browser) = (begun(&mut house).await.id, house.digest());
        let mut tx = house.db.begin().await.unwrap();
        assert!(journeys::rebind(&mut tx, id, 1, browser).await.unwrap());
        assert!(!journeys::rebind(&mut tx, id, 1, browser).await.unwrap());
        tx.commit().await.unwrap();
        let found = journeys::find(&house.db, id, NOW).await.unwrap().unwrap();
        assert_eq!((found.version, found.browser), (2, browser));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_answers_to_one_turn_exactly_one_counts() {
    for mut house in House::both().await {
        let id = begun(&mut house).await.id;
        let results = race(&house.db, |db, racer| async move {
            let mut tx = db.begin().await.unwrap();
            let won = match racer % 3 {
                0 => journeys::advance(&mut tx, id, 1, b"next").await.unwrap(),
                1 => journeys::finish(&mut tx, id, 1, "arrived", NOW).await.unwrap(),
                _ => journeys::rebind(&mut tx, id, 1, Digest::of_content(b"x")).await.unwrap(),
            };
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}
