use std::time::Duration;

use sekisho_base::Digest;
use sekisho_domain::ids::{InsurerCode, JourneyId};
use sekisho_domain::journey::Kind;
use sekisho_site::db::sql;
use sekisho_store::{journeys, links};

use super::house::{House, NOW, race, wins};

async fn begun(house: &mut House) -> journeys::New {
    let browser = house.digest();
    begun_by(house, browser, Kind::Enrol, "aoba").await
}

async fn begun_by(house: &mut House, browser: Digest, kind: Kind, insurer: &str) -> journeys::New {
    let rules = r#"{"steps":[]}"#;
    let new = journeys::New {
        id: JourneyId::draw(&mut house.cx),
        kind,
        insurer: insurer.parse().unwrap(),
        rules: Digest::of_content(rules.as_bytes()),
        rules_text: rules.to_owned(),
        browser,
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
        let row = house.db.fetch_one(sql("select state from journeys")).await.unwrap();
        assert_eq!(row.get::<Vec<u8>>("state").unwrap(), b"");
    }
}

#[tokio::test]
async fn a_journey_moves_to_another_browser() {
    for mut house in House::both().await {
        let (id, browser) = (begun(&mut house).await.id, house.digest());
        let mut tx = house.db.begin().await.unwrap();
        assert!(journeys::rebind(&mut tx, id, 1, browser, b"moved").await.unwrap());
        assert!(!journeys::rebind(&mut tx, id, 1, browser, b"again").await.unwrap());
        tx.commit().await.unwrap();
        let found = journeys::find(&house.db, id, NOW).await.unwrap().unwrap();
        assert_eq!((found.version, found.browser, found.state.as_slice()), (2, browser, b"moved".as_slice()));
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
                _ => journeys::rebind(&mut tx, id, 1, Digest::of_content(b"x"), b"next").await.unwrap(),
            };
            tx.commit().await.unwrap();
            won
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

/// Mails a link of a journey about `subject`.
async fn mailed(house: &mut House, journey: JourneyId, subject: Option<Digest>, minutes: u64) -> Digest {
    let (digest, expires_at) = (house.digest(), NOW + Duration::from_mins(minutes));
    let mut tx = house.db.begin().await.unwrap();
    links::insert(&mut tx, links::New { digest, journey, purpose: "activate", subject, expires_at })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    digest
}

async fn supersede(house: &House, subject: Digest, except: JourneyId, after: Duration) -> u64 {
    let mut tx = house.db.begin().await.unwrap();
    let ended = journeys::supersede(&mut tx, subject, except, NOW + after).await.unwrap();
    tx.commit().await.unwrap();
    ended
}

async fn is_alive(house: &House, id: JourneyId) -> bool {
    journeys::find(&house.db, id, NOW).await.unwrap().is_some()
}

#[tokio::test]
async fn b39_a_repeated_sign_up_supersedes_the_one_that_waits_and_its_link() {
    for mut house in House::both().await {
        let (subject, other) = (Some(house.digest()), Some(house.digest()));
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(begun(&mut house).await.id);
        }
        let [waiting, newest, elsewhere, unnamed, followed] = ids[..] else { panic!() };
        let dead = mailed(&mut house, waiting, subject, 20).await;
        let alive = [
            mailed(&mut house, newest, subject, 20).await,
            mailed(&mut house, elsewhere, other, 20).await,
            mailed(&mut house, unnamed, None, 20).await,
        ];
        // Who followed the link already is at the password page and stays there.
        let used = mailed(&mut house, followed, subject, 20).await;
        let mut tx = house.db.begin().await.unwrap();
        links::spend(&mut tx, used, NOW).await.unwrap().unwrap();
        tx.commit().await.unwrap();

        assert_eq!(supersede(&house, subject.unwrap(), newest, Duration::ZERO).await, 1);
        assert_eq!(supersede(&house, subject.unwrap(), newest, Duration::ZERO).await, 0);
        assert!(!is_alive(&house, waiting).await);
        for id in [newest, elsewhere, unnamed, followed] {
            assert!(is_alive(&house, id).await);
        }
        assert!(links::find(&house.db, dead, NOW).await.unwrap().is_none());
        for digest in alive {
            assert!(links::find(&house.db, digest, NOW).await.unwrap().is_some());
        }
        let outcome = journeys::outcome(&house.db, waiting).await.unwrap();
        assert_eq!(outcome.as_deref(), Some("superseded"));
        let erased = "select count(*) as n from journeys where ended_at is not null and state = $1";
        let erased = house.db.fetch_one(sql(erased).bind(Vec::new())).await.unwrap();
        assert_eq!(erased.get::<i64>("n").unwrap(), 1);
    }
}

#[tokio::test]
async fn b39_a_link_that_is_too_old_supersedes_nothing() {
    for mut house in House::both().await {
        let subject = house.digest();
        let (stale, newest) = (begun(&mut house).await.id, begun(&mut house).await.id);
        mailed(&mut house, stale, Some(subject), 20).await;
        assert_eq!(supersede(&house, subject, newest, Duration::from_mins(20)).await, 0);
        assert!(is_alive(&house, stale).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b39_of_twenty_that_supersede_a_journey_exactly_one_ends_it_and_its_answer_comes_too_late() {
    for mut house in House::both().await {
        let subject = house.digest();
        let waiting = begun(&mut house).await.id;
        mailed(&mut house, waiting, Some(subject), 20).await;
        let newest: Vec<_> = (0..20).map(|_| JourneyId::draw(&mut house.cx)).collect();
        let results = race(&house.db, |db, racer| {
            let except = newest[racer];
            async move {
                let mut tx = db.begin().await.unwrap();
                let won = match racer % 4 {
                    0 => journeys::finish(&mut tx, waiting, 1, "arrived", NOW).await.unwrap(),
                    _ => journeys::supersede(&mut tx, subject, except, NOW).await.unwrap() == 1,
                };
                tx.commit().await.unwrap();
                won
            }
        })
        .await;
        assert_eq!(wins(&results), 1);
    }
}

#[tokio::test]
async fn c32_a_browser_that_begins_anew_ends_its_own_walk_of_that_kind_there_and_no_other() {
    for mut house in House::both().await {
        let (mine, theirs) = (house.digest(), house.digest());
        let mut begin = async |browser, kind, insurer| begun_by(&mut house, browser, kind, insurer).await.id;
        let older = [begin(mine, Kind::Enrol, "sora").await, begin(mine, Kind::Enrol, "sora").await];
        let newest = begin(mine, Kind::Enrol, "sora").await;
        let others = [
            begin(theirs, Kind::Enrol, "sora").await,
            begin(mine, Kind::Login, "sora").await,
            begin(mine, Kind::Enrol, "aoba").await,
        ];
        let sora: InsurerCode = "sora".parse().unwrap();
        let mut tx = house.db.begin().await.unwrap();
        let ended = journeys::end_others(&mut tx, mine, (Kind::Enrol, &sora), newest, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ended, 2);
        for id in older {
            assert!(!is_alive(&house, id).await);
            assert_eq!(journeys::outcome(&house.db, id).await.unwrap().as_deref(), Some("restarted"));
        }
        for id in others.into_iter().chain([newest]) {
            assert!(is_alive(&house, id).await);
        }
    }
}
