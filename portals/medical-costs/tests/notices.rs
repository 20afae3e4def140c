//! Who is told of new bills, and who is not, on `SQLite` and on `PostgreSQL`, races included.

#![cfg(test)]

use std::io::Cursor;
use std::time::Duration;

use jiff::civil::Date;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_medical_costs::import::{Findings, Outcome, Place, Plan, import};
use sekisho_medical_costs::notices::{Keeper, Said, Settings, TOPIC, announce, follow};
use sekisho_medical_costs::rows::MIGRATIONS;
use sekisho_medical_costs::rows::imports::{self, Import};
use sekisho_medical_costs::rows::subscribers::{self, Contact, Wisher};
use sekisho_medical_costs::rules::calendar::Calendar;
use sekisho_portal_kit::claims::Insurance;
use sekisho_site::clock::{Clock as _, Door, MovableClock};
use sekisho_site::db::trial::Trial;
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;

const START: Timestamp = Timestamp::from_seconds(1_795_224_276);
const FIRST: Import<'static> = Import { insurer: "aoba", number: 1 };

struct House {
    db: Db,
    ring: Ring,
    clock: MovableClock,
    _trial: Trial,
}

impl House {
    async fn both() -> [Self; 2] {
        let [sqlite, postgres] = Trial::both().await.unwrap();
        [Self::on(sqlite).await, Self::on(postgres).await]
    }

    async fn on(trial: Trial) -> Self {
        let db = trial.db.clone();
        db.migrate(&MIGRATIONS).await.unwrap();
        Self {
            db,
            ring: Ring::generate(&mut Cx::seeded(START, 1)),
            clock: MovableClock::at(START),
            _trial: trial,
        }
    }

    /// What the provider says of a person now, at a visit.
    async fn visit(&self, claims: &Insurance) {
        let said = Said { insurer: "aoba", claims, at: self.clock.now() };
        let mut cx = Cx::seeded(self.clock.now(), 2);
        follow((&self.db, &self.ring), said, Language::Ja, &mut cx).await.unwrap();
    }

    /// Delivers a bill for each person.
    async fn deliver(&self, rows: &[(&str, i64)]) {
        let text: Vec<String> = rows
            .iter()
            .map(|(person, total)| {
                let patient = total * 3 / 10;
                let insurer = total - patient;
                format!("06999015,{person},202609,見本クリニック,,医科外来,1,{total},0,{insurer},0,{patient},0,0,0,,")
            })
            .collect();
        let door = Door::new(self.clock.clone());
        let place = Place { db: &self.db, door: &door };
        let plan = Plan::new(("aoba", "06999015"), Calendar::default(), Date::constant(2026, 11, 21));
        let file = Cursor::new(text.join("\n").into_bytes());
        let report = import(place, &plan, file, &mut Findings::new(Vec::new()), &mut |_| {}).await.unwrap();
        assert_eq!(report.outcome, Outcome::Merged);
    }

    async fn announce(&self, import: Import<'_>) -> u64 {
        let mut cx = Door::new(self.clock.clone()).cx();
        announce((&self.db, &self.ring), import, &Settings::default(), &mut cx).await.unwrap()
    }

    async fn waiting(&self) -> i64 {
        let row = self.db.fetch_one(sql("select count(*) as count from outbox")).await.unwrap();
        row.get("count").unwrap()
    }

    fn keeper(&self, notices: Option<Settings>) -> Keeper {
        Keeper {
            db: self.db.clone(),
            ring: self.ring.clone(),
            door: Door::new(self.clock.clone()),
            notices,
            calendar: Calendar::default(),
            insurers: vec!["aoba".into()],
        }
    }
}

/// The claims of a person who wishes to be told.
fn claims(person: &str) -> Insurance {
    serde_json::from_value(serde_json::json!({
        "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
        "membership": {
            "person_key": person, "symbol": "91", "number": "1", "name": "健保", "name_kana": "ケンポ",
            "birth_date": "2000-01-21", "acquired_on": "2022-04-01"
        },
        "household": [{ "person_key": "A9", "name": "健保", "purposes": ["medical_costs"] }],
        "opt_ins": [TOPIC],
        "email": format!("{}@example.jp", person.to_lowercase())
    }))
    .unwrap()
}

#[tokio::test]
async fn whoever_wishes_so_is_told_once_of_each_delivery_that_has_something_new_of_them() {
    for house in House::both().await {
        for person in ["A1", "A2", "A3"] {
            house.visit(&claims(person)).await;
        }
        let quiet = Insurance { opt_ins: vec![], ..claims("A4") };
        house.visit(&quiet).await;
        house.deliver(&[("A1", 1_000), ("A2", 2_000), ("A4", 1_000), ("A9", 1_000)]).await;
        assert_eq!(house.announce(FIRST).await, 2, "nobody is told of others' bills, and only who wishes so");
        assert_eq!((house.announce(FIRST).await, house.waiting().await), (0, 2));
        house.deliver(&[("A1", 1_000), ("A2", 3_000)]).await;
        assert_eq!(house.announce(Import { number: 2, ..FIRST }).await, 1, "what is known is no news");
        assert!(imports::unannounced(&house.db, START).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn nodes_that_announce_together_tell_everybody_once() {
    for house in House::both().await {
        for person in 0..30 {
            house.visit(&claims(&format!("P{person}"))).await;
        }
        let persons: Vec<String> = (0..30).map(|person| format!("P{person}")).collect();
        let rows: Vec<(&str, i64)> = persons.iter().map(|person| (person.as_str(), 1_000)).collect();
        house.deliver(&rows).await;
        let nodes: Vec<_> = (0..4)
            .map(|_| {
                let keeper = house.keeper(Some(Settings::default()));
                tokio::spawn(async move { keeper.announce_all().await })
            })
            .collect();
        for node in nodes {
            // A node that met another gives up and would look again.
            let _ = node.await.unwrap();
        }
        house.keeper(Some(Settings::default())).announce_all().await.unwrap();
        assert_eq!(house.waiting().await, 30);
    }
}

#[tokio::test]
async fn a_wish_that_ends_calls_back_what_is_on_its_way() {
    for house in House::both().await {
        house.visit(&claims("A1")).await;
        house.visit(&claims("A2")).await;
        house.deliver(&[("A1", 1_000), ("A2", 1_000)]).await;
        assert_eq!(house.announce(FIRST).await, 2);
        house.clock.advance(Duration::from_mins(6));
        house.visit(&Insurance { opt_ins: vec![], ..claims("A1") }).await;
        assert_eq!(house.waiting().await, 1);
        house.deliver(&[("A1", 2_000)]).await;
        assert_eq!(house.announce(Import { number: 2, ..FIRST }).await, 0);
    }
}

#[tokio::test]
async fn rp_12_nobody_is_told_after_the_cover_has_ended_or_when_no_visit_confirmed_the_wish_for_long() {
    for house in House::both().await {
        let mut ending = claims("A1");
        ending.membership.lost_on = Some(Date::constant(2026, 11, 22));
        house.visit(&ending).await;
        house.visit(&claims("A2")).await;
        house.deliver(&[("A1", 1_000), ("A2", 1_000)]).await;
        house.clock.advance(Duration::from_hours(24));
        assert_eq!(house.announce(FIRST).await, 1, "the cover of one has ended");
        house.deliver(&[("A2", 2_000)]).await;
        house.clock.advance(Duration::from_hours(401 * 24));
        assert_eq!(house.announce(Import { number: 2, ..FIRST }).await, 0);
        house.keeper(None).forget().await.unwrap();
        let known = Wisher { insurer: "aoba", person: "A2", said_at: START };
        assert_eq!(subscribers::known(&house.db, known).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_older_claims_say_does_not_undo_what_newer_ones_said() {
    for house in House::both().await {
        let (db, ring) = (&house.db, &house.ring);
        let mut cx = Cx::seeded(START, 4);
        let contact = Contact { email: "a1@example.jp".into(), language: Language::En };
        let at =
            |minutes| Wisher { insurer: "aoba", person: "A1", said_at: START + Duration::from_mins(minutes) };
        subscribers::put(db, ring, at(5), (&contact, None), &mut cx).await.unwrap();
        subscribers::end(db, at(3)).await.unwrap();
        assert_eq!(subscribers::known(db, at(0)).await.unwrap(), Some((at(5).said_at, true)));
        subscribers::end(db, at(6)).await.unwrap();
        subscribers::put(db, ring, at(4), (&contact, None), &mut cx).await.unwrap();
        assert_eq!(subscribers::known(db, at(0)).await.unwrap(), Some((at(6).said_at, false)));
        house.deliver(&[("A1", 1_000)]).await;
        let moments = ("", START - Duration::from_mins(1), START);
        assert!(subscribers::to_be_told(db, ring, FIRST, moments).await.unwrap().is_empty());
        subscribers::put(db, ring, at(7), (&contact, None), &mut cx).await.unwrap();
        let told = subscribers::to_be_told(db, ring, FIRST, moments).await.unwrap();
        assert_eq!(told[0].contact, contact);
    }
}

#[tokio::test]
async fn a_delivery_of_long_ago_is_no_news_and_without_mail_nobody_is_told() {
    for house in House::both().await {
        house.visit(&claims("A1")).await;
        house.deliver(&[("A1", 1_000)]).await;
        assert_eq!(house.keeper(None).announce_all().await.unwrap(), 0);
        house.clock.advance(Duration::from_hours(8 * 24));
        assert_eq!(house.keeper(Some(Settings::default())).announce_all().await.unwrap(), 0);
        assert_eq!(house.waiting().await, 0);
    }
}

#[tokio::test]
async fn addresses_are_sealed_at_rest() {
    for house in House::both().await {
        house.visit(&claims("A1")).await;
        house.deliver(&[("A1", 1_000)]).await;
        house.announce(FIRST).await;
        for query in
            [sql("select body as sealed from subscribers"), sql("select payload as sealed from outbox")]
        {
            let sealed: Vec<u8> = house.db.fetch_one(query).await.unwrap().get("sealed").unwrap();
            assert!(!String::from_utf8_lossy(&sealed).contains("example"));
        }
    }
}
