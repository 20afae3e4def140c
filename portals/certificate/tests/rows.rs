//! Every function of the portal's rows, on `SQLite` and on `PostgreSQL`, races included.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use sekisho_base::{Cx, Timestamp};
use sekisho_certificate::rows::{
    self, ApplicationId, Issued, MIGRATIONS, NewCertificate, Revocation, TakenBack, Whose,
};
use sekisho_certificate::rules::address::Address;
use sekisho_certificate::rules::person::Person;
use sekisho_certificate::rules::validity::{LIFETIME, State};
use sekisho_site::db::trial::Trial;
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;

const START: Timestamp = Timestamp::from_seconds(1_795_224_276);
const OWN: Whose<'static> =
    Whose { insurer: "aoba", applicant: "https://id.example.jp sub-1", own_key: "A1" };

struct House {
    trials: [Trial; 2],
    ring: Ring,
}

async fn house() -> House {
    let trials = Trial::both().await.unwrap();
    for trial in &trials {
        trial.db.migrate(&MIGRATIONS).await.unwrap();
    }
    House { trials, ring: Ring::generate(&mut cx(START, 1)) }
}

fn cx(now: Timestamp, seed: u64) -> Cx {
    Cx::seeded(now, seed)
}

fn person(key: &str) -> Person {
    serde_json::from_value(serde_json::json!({
        "key": key, "standing": "insured", "symbol": "91", "number": "200001", "branch": "00",
        "name": "健保　翔子", "kana": "ケンポ ショウコ", "birth_date": "2000-01-21", "sex": "female",
        "acquired_on": "2022-04-01"
    }))
    .unwrap()
}

async fn issue(db: &Db, ring: &Ring, new: NewCertificate<'_>, cx: &mut Cx) -> Result<Issued, rows::Error> {
    let mut tx = db.begin().await?;
    let issued = rows::issue(&mut tx, ring, &new, cx).await?;
    tx.commit().await?;
    Ok(issued)
}

fn new(application: ApplicationId, person: &Person) -> NewCertificate<'_> {
    NewCertificate { application, whose: OWN, person, reason: "card-lost", lifetime: LIFETIME, address: None }
}

#[tokio::test]
async fn what_is_issued_is_read_back_sealed_at_rest_and_a_form_applies_once() {
    let House { trials, ring } = house().await;
    let address = Address {
        postal_code: "1000001".into(),
        prefecture: "架空県".into(),
        city: "見本市".into(),
        street: "例町1".into(),
        building: String::new(),
        phone: "09000001111".into(),
    };
    for trial in &trials {
        let db = &trial.db;
        let mut cx = cx(START, 2);
        let application = ApplicationId::draw(&mut cx);
        let person = person("A1");
        let asked = || NewCertificate { address: Some(&address), ..new(application, &person) };
        assert_eq!(issue(db, &ring, asked(), &mut cx).await.unwrap(), Issued::Now);
        assert_eq!(issue(db, &ring, asked(), &mut cx).await.unwrap(), Issued::Before);
        let list = rows::of_person(db, &ring, OWN, "A1").await.unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].person, person);
        assert_eq!(list[0].reason, "card-lost");
        assert!(list[0].span.state(START).is_valid());
        let span = rows::span_of(db, &list[0].serial.parse().unwrap()).await.unwrap();
        assert_eq!(span, Some(list[0].span));
        assert_eq!(rows::span_of(db, &"22222222".parse().unwrap()).await.unwrap(), None);

        let row = db
            .fetch_one(sql(
                "select c.body, a.address from certificates c join applications a on a.id = c.application",
            ))
            .await
            .unwrap();
        for column in ["body", "address"] {
            let kept: Vec<u8> = row.get(column).unwrap();
            assert!(!String::from_utf8_lossy(&kept).contains("見本市"), "{column}");
            assert!(!String::from_utf8_lossy(&kept).contains("翔子"), "{column}");
        }
    }
}

#[tokio::test]
async fn applying_again_supersedes_and_one_certificate_stands() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        let db = &trial.db;
        let person = person("A1");
        for hours in [0, 1, 60] {
            let now = START + Duration::from_hours(hours);
            let mut cx = cx(now, 10 + hours);
            let application = ApplicationId::draw(&mut cx);
            issue(db, &ring, new(application, &person), &mut cx).await.unwrap();
        }
        let later = START + Duration::from_hours(60);
        let states: Vec<State> = rows::of_person(db, &ring, OWN, "A1")
            .await
            .unwrap()
            .iter()
            .map(|row| row.span.state(later))
            .collect();
        assert!(
            matches!(states[..], [State::Valid { .. }, State::Expired { .. }, State::Superseded { .. }]),
            "{states:?}"
        );
        assert_eq!(rows::standing(db, &ring, OWN, later).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn rp_08_nobody_else_sees_a_certificate() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        let db = &trial.db;
        let mut cx = cx(START, 3);
        let child = person("A2");
        let application = ApplicationId::draw(&mut cx);
        issue(db, &ring, new(application, &child), &mut cx).await.unwrap();
        let cases = [
            (OWN, 1),
            // The child's own account sees what was asked for them.
            (Whose { applicant: "https://id.example.jp sub-2", own_key: "A2", ..OWN }, 1),
            (Whose { applicant: "https://id.example.jp sub-3", own_key: "A3", ..OWN }, 0),
            (Whose { applicant: "https://other.example.jp sub-1", ..OWN }, 0),
            (Whose { insurer: "minato", ..OWN }, 0),
        ];
        for (whose, seen) in cases {
            assert_eq!(rows::of_person(db, &ring, whose, "A2").await.unwrap().len(), seen, "{whose:?}");
            assert_eq!(rows::standing(db, &ring, whose, START).await.unwrap().len(), seen, "{whose:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_is_taken_back_once_and_the_end_of_cover_is_noted_and_forgotten() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        let db = &trial.db;
        let mut cx = cx(START, 4);
        let person = person("A1");
        let application = ApplicationId::draw(&mut cx);
        issue(db, &ring, new(application, &person), &mut cx).await.unwrap();
        let id = rows::of_person(db, &ring, OWN, "A1").await.unwrap()[0].id;
        let hour = |hours| START + Duration::from_hours(hours);
        let state = async |at| rows::of_person(db, &ring, OWN, "A1").await.unwrap()[0].span.state(at);

        rows::note_cover_end(db, id, Some(hour(10))).await.unwrap();
        assert_eq!(state(hour(11)).await, State::Revoked { at: hour(10) });
        rows::note_cover_end(db, id, None).await.unwrap();
        assert!(state(hour(11)).await.is_valid());
        rows::revoke(db, id, &Revocation::Cover, hour(2)).await.unwrap();
        rows::revoke(db, id, &Revocation::Household, hour(3)).await.unwrap();
        assert_eq!(state(hour(11)).await, State::Revoked { at: hour(2) });
        assert!(rows::standing(db, &ring, OWN, hour(4)).await.unwrap().is_empty());
        // Whoever has cover again applies again.
        let again = ApplicationId::draw(&mut cx);
        assert_eq!(issue(db, &ring, new(again, &person), &mut cx).await.unwrap(), Issued::Now);
    }
}

#[tokio::test]
async fn the_office_takes_back_what_is_valid_once_and_its_words_are_sealed() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        let db = &trial.db;
        let mut cx = cx(START, 6);
        let person = person("A1");
        let application = ApplicationId::draw(&mut cx);
        issue(db, &ring, new(application, &person), &mut cx).await.unwrap();
        let serial = rows::of_person(db, &ring, OWN, "A1").await.unwrap()[0].serial.parse().unwrap();
        let unknown = "22222222".parse().unwrap();
        let word = ("窓口 一係", "住所を確かめるためです。");
        assert_eq!(rows::take_back(db, &ring, &unknown, word, &mut cx).await.unwrap(), TakenBack::Unknown);
        assert!(rows::of_serial(db, &ring, &unknown).await.unwrap().is_none());
        assert_eq!(rows::take_back(db, &ring, &serial, word, &mut cx).await.unwrap(), TakenBack::Now);
        assert_eq!(
            rows::take_back(db, &ring, &serial, ("x", "y"), &mut cx).await.unwrap(),
            TakenBack::Before
        );
        let found = rows::of_serial(db, &ring, &serial).await.unwrap().unwrap();
        let office = Revocation::Office { by: word.0.into(), note: word.1.into() };
        assert_eq!(found.revoked_for(START), Some(&office));
        let row = db.fetch_one(sql("select revoked_note from certificates")).await.unwrap();
        let kept: Vec<u8> = row.get("revoked_note").unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("住所"));
    }
}

#[tokio::test]
async fn the_office_cannot_take_back_what_is_over() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        let db = &trial.db;
        let mut cx = cx(START, 7);
        let person = person("A1");
        let application = ApplicationId::draw(&mut cx);
        let short = NewCertificate { lifetime: Duration::from_hours(1), ..new(application, &person) };
        issue(db, &ring, short, &mut cx).await.unwrap();
        let serial = rows::of_person(db, &ring, OWN, "A1").await.unwrap()[0].serial.parse().unwrap();
        let mut later = self::cx(START + Duration::from_hours(1), 8);
        let back = rows::take_back(db, &ring, &serial, ("窓口", "理由"), &mut later).await.unwrap();
        assert_eq!(back, TakenBack::Before);
        let found = rows::of_serial(db, &ring, &serial).await.unwrap().unwrap();
        assert!(matches!(found.span.state(later.now), State::Expired { .. }) && found.revoked.is_none());
    }
}

#[tokio::test]
async fn of_twenty_forms_at_the_same_instant_one_certificate_stands() {
    let House { trials, ring } = house().await;
    for trial in &trials {
        for same_form in [true, false] {
            let key = if same_form { "S1" } else { "D1" };
            let shared = ApplicationId::draw(&mut cx(START, 5));
            let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(20));
            let tasks: Vec<_> = (0..20)
                .map(|seed| {
                    let (db, ring, barrier) = (trial.db.clone(), ring.clone(), barrier.clone());
                    tokio::spawn(async move {
                        let mut cx = cx(START, 100 + seed);
                        let id = if same_form { shared } else { ApplicationId::draw(&mut cx) };
                        let person = person(key);
                        barrier.wait().await;
                        match issue(&db, &ring, new(id, &person), &mut cx).await {
                            Ok(issued) => issued,
                            Err(rows::Error::Db(error)) if error.is_unique_violation() => Issued::Before,
                            Err(error) => panic!("{error}"),
                        }
                    })
                })
                .collect();
            let mut now = 0;
            for task in tasks {
                now += usize::from(task.await.unwrap() == Issued::Now);
            }
            let standing = trial
                .db
                .fetch_all(
                    sql("select id from certificates where person_key = $1 and superseded_at is null")
                        .bind(key),
                )
                .await
                .unwrap();
            assert_eq!(standing.len(), 1);
            assert!(now >= 1 && (!same_form || now == 1), "{now} were issued");
        }
    }
}
