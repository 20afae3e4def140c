//! Imports of extracts of claims, on `SQLite` and on `PostgreSQL`, with what goes wrong on the way.

#![cfg(test)]

use std::io::{Cursor, Read};
use std::time::Duration;

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use sekisho_base::Timestamp;
use sekisho_medical_costs::import::{Error, Findings, Outcome, Place, Plan, Progress, Report, import};
use sekisho_medical_costs::rows::{self, MIGRATIONS, bills, staging};
use sekisho_medical_costs::rules::bill::{self, Bill};
use sekisho_medical_costs::rules::calendar::Calendar;
use sekisho_medical_costs::rules::extract::COLUMNS;
use sekisho_medical_costs::rules::intake::{Counts, Excess};
use sekisho_medical_costs::rules::month::Month;
use sekisho_site::clock::{Clock as _, Door, MovableClock};
use sekisho_site::db::trial::Trial;
use sekisho_site::db::{Db, sql};

mod imports {
    mod corrections;
}

const TODAY: Date = Date::constant(2026, 11, 21);

struct House {
    db: Db,
    door: Door,
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
        let clock = MovableClock::at(Timestamp::from_seconds(1_795_224_276));
        Self { db, door: Door::new(clock.clone()), clock, _trial: trial }
    }

    async fn import(&self, plan: &Plan, file: impl Read + Send + 'static) -> (Result<Report, Error>, String) {
        self.clock.advance(Duration::from_secs(1));
        let mut findings = Findings::new(Vec::new());
        let place = Place { db: &self.db, door: &self.door };
        let report = import(place, plan, file, &mut findings, &mut |_: Progress| {}).await;
        (report, String::from_utf8(findings.into_inner()).unwrap())
    }

    /// Imports rows as UTF-8 without a header, and expects them to be merged.
    async fn merged(&self, rows: &[&str]) -> Report {
        let (report, findings) = self.import(&plan(), text(rows)).await;
        let report = report.unwrap();
        assert_eq!(report.outcome, Outcome::Merged, "{findings}");
        report
    }

    async fn bills(&self, person: &str) -> Vec<Bill> {
        bill::stand(self.rows(person).await.entries)
    }

    async fn rows(&self, person: &str) -> bills::Rows {
        let months = (Month::new(2025, 1).unwrap(), Month::new(2026, 12).unwrap());
        bills::of_person(&self.db, "aoba", person, months).await.unwrap()
    }

    async fn totals(&self, person: &str) -> Vec<i64> {
        self.bills(person).await.iter().map(|bill| bill.amounts.total.get()).collect()
    }

    async fn count(&self, table: &'static str) -> i64 {
        let row = self.db.fetch_one(sql(table)).await.unwrap();
        row.get("count").unwrap()
    }
}

const BILLS: &str = "select count(*) as count from bills";
const STAGED: &str = "select count(*) as count from staging";

fn plan() -> Plan {
    Plan::new(("aoba", "06999015"), Calendar::default(), TODAY)
}

fn text(rows: &[&str]) -> Cursor<Vec<u8>> {
    Cursor::new(rows.join("\r\n").into_bytes())
}

/// A bill of a person in September at the same clinic.
fn row(person: &str, total: i64, corrects: &str) -> String {
    let patient = total * 3 / 10;
    let days = if total < 0 { 0 } else { 2 };
    format!(
        "06999015,{person},202609,見本クリニック,9910000001,医科外来,{days},{total},0,{},0,{patient},0,0,0,,{corrects}",
        total - patient
    )
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../config/sample/claims-{name}.csv", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[tokio::test]
async fn each_sample_is_taken_whole_and_a_second_time_changes_nothing() {
    let samples = [
        ("aoba", "06999015"),
        ("kaede", "06999023"),
        ("sora", "06999031"),
        ("minato", "06999049"),
        ("shinonome", "06999056"),
    ];
    for house in House::both().await {
        for (name, number) in samples {
            let plan = Plan::new((name, number), Calendar::default(), TODAY);
            let (first, findings) = house.import(&plan, Cursor::new(sample(name))).await;
            let first = first.unwrap();
            assert_eq!((first.outcome, findings.as_str()), (Outcome::Merged, ""), "{name}");
            assert_eq!((first.counts.added, first.counts.refused), (first.counts.read, 0), "{name}");
            let (second, _) = house.import(&plan, Cursor::new(sample(name))).await;
            let second = second.unwrap().counts;
            assert_eq!((second.added, second.changed, second.known), (0, 0, first.counts.read), "{name}");
        }
        let delivered = rows::imports::delivered(&house.db, "aoba").await.unwrap().unwrap();
        assert_eq!(
            (delivered.since.to_string(), delivered.until.to_string()),
            ("2025-01".into(), "2026-09".into())
        );
        assert_eq!(house.count(BILLS).await, 522);
        assert_eq!(house.count(STAGED).await, 0);
        assert_eq!(rows::imports::delivered(&house.db, "nobody").await.unwrap(), None);
    }
}

#[tokio::test]
async fn encodings_headers_and_line_ends_make_no_difference() {
    let header = COLUMNS.join(",");
    let rows = [row("A1", 1_000, ""), row("A2", 2_000, "")];
    let [one, other] = [&rows[0], &rows[1]];
    let utf8 = format!("\u{feff}{header}\r\n{one}\r\n{other}\r\n").into_bytes();
    let bare = format!("{one}\n\n{other}").into_bytes();
    let joined = rows.join("\r\n");
    let (cp932, ..) = SHIFT_JIS.encode(&joined);
    for house in House::both().await {
        for (bytes, added) in [(utf8.clone(), 2), (bare.clone(), 0), (cp932.to_vec(), 0)] {
            let (report, _) = house.import(&plan(), Cursor::new(bytes)).await;
            assert_eq!(
                report.unwrap().counts,
                Counts { read: 2, added, known: 2 - added, ..Counts::default() }
            );
        }
    }
}

#[tokio::test]
async fn rows_that_are_wrong_are_listed_by_line_and_column_and_the_others_are_taken() {
    let broken = row("A1", 1_000, "").replace("医科外来", "医科");
    let elsewhere = row("A1", 1_000, "").replace("06999015", "06999023");
    for house in House::both().await {
        let (report, findings) =
            house.import(&plan(), text(&[&row("A1", 700, ""), &broken, &elsewhere])).await;
        assert_eq!((report.unwrap().counts.refused, house.totals("A1").await), (2, vec![700]));
        let lines: Vec<&str> = findings.lines().collect();
        assert_eq!(lines[1], "2,6,診療区分,not one of the column's values,決められた値ではありません");
        assert!(lines[2].starts_with("3,1,保険者番号,"), "{findings}");
        assert!(!findings.contains("06999023"), "no value is repeated");
    }
}

#[tokio::test]
async fn a_file_with_a_my_number_anywhere_is_refused_whole() {
    let name = row("A1", 1_000, "").replace("見本クリニック", "患者 １２３４５６７８９０１８");
    let header = COLUMNS.join(",").replace("訂正元", "個人番号");
    for house in House::both().await {
        for (file, line) in [(vec![row("A2", 1_000, ""), name.clone()], 2), (vec![header.clone()], 1)] {
            let file: Vec<&str> = file.iter().map(String::as_str).collect();
            let (report, findings) = house.import(&plan(), text(&file)).await;
            assert!(matches!(report, Err(Error::MyNumber(at)) if at == line));
            assert!(!findings.contains("1234") && !findings.contains("１２３４"));
        }
        assert_eq!((house.count(BILLS).await, house.count(STAGED).await), (0, 0));
        assert_eq!(rows::imports::delivered(&house.db, "aoba").await.unwrap(), None);
    }
}

#[tokio::test]
async fn columns_in_another_order_are_no_extract_of_claims() {
    let header = COLUMNS.join(",").replace("医療費総額,食事総額", "食事総額,医療費総額");
    for house in House::both().await {
        let (report, _) = house.import(&plan(), text(&[&header, &row("A1", 1_000, "")])).await;
        assert!(matches!(report, Err(Error::Columns)));
        assert_eq!(house.count(BILLS).await, 0);
    }
}

#[tokio::test]
async fn ad_09_what_fails_or_is_held_or_tried_leaves_everything_as_it_was() {
    for house in House::both().await {
        house.merged(&[&row("A1", 1_000, "")]).await;
        let (tried, _) =
            house.import(&Plan { dry_run: true, ..plan() }, text(&[&row("A1", 2_000, "")])).await;
        let tried = tried.unwrap();
        assert_eq!((tried.outcome, tried.counts.added), (Outcome::Tried, 1));
        let wrong: Vec<String> = (0..30).map(|_| row("A1", 2_000, "").replace("202609", "2026")).collect();
        let mut file: Vec<&str> = wrong.iter().map(String::as_str).collect();
        let good = row("A1", 3_000, "");
        file.push(&good);
        let (held, _) = house.import(&plan(), text(&file)).await;
        assert_eq!(held.unwrap().outcome, Outcome::Held(vec![Excess::Refused { count: 30, of: 31 }]));
        let half = text(&[&row("A1", 4_000, ""), ""]).chain(Failing);
        let (failed, _) = house.import(&plan(), half).await;
        assert!(matches!(failed, Err(Error::Unreadable(_))));
        assert_eq!((house.totals("A1").await, house.count(STAGED).await), (vec![1_000], 0));
        let (forced, _) = house.import(&Plan { force: true, ..plan() }, text(&file)).await;
        assert_eq!(forced.unwrap().outcome, Outcome::Merged);
        assert_eq!(house.totals("A1").await, [1_000, 3_000]);
    }
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is gone"))
    }
}

#[tokio::test]
async fn what_is_older_than_two_years_is_passed_over_and_deleted_when_its_time_comes() {
    let old = |month: &str| row("A1", 1_000, "").replace("202609", month);
    for house in House::both().await {
        let report = house.merged(&[&old("202412"), &old("202501"), &old("202601")]).await;
        assert_eq!((report.counts.outdated, report.counts.added), (1, 2));
        let plan = Plan::new(("aoba", "06999015"), Calendar::default(), Date::constant(2027, 1, 4));
        let (next, _) = house.import(&plan, text(&[&old("202612")])).await;
        assert_eq!(next.unwrap().forgotten, 1);
        assert_eq!(house.count(BILLS).await, 2);
    }
}

#[tokio::test]
async fn one_import_of_an_insurer_runs_at_a_time_and_a_lost_one_gives_way() {
    for house in House::both().await {
        let (db, now) = (&house.db, house.clock.now());
        let running = rows::imports::begin(db, "aoba", now).await.unwrap().unwrap();
        assert_eq!(running.number, 1);
        assert!(rows::imports::begin(db, "aoba", now).await.unwrap().is_none());
        assert!(
            rows::imports::begin(db, "kaede", now).await.unwrap().is_some(),
            "others are not kept waiting"
        );
        let (report, _) = house.import(&plan(), text(&[&row("A1", 1_000, "")])).await;
        assert!(matches!(report, Err(Error::Running(insurer)) if insurer == "aoba"));
        house.clock.advance(Duration::from_mins(11));
        house.merged(&[&row("A1", 1_000, "")]).await;
        let mut tx = db.begin().await.unwrap();
        staging::merge(&mut tx, running).await.unwrap();
        let ended = rows::imports::end(&mut tx, running, ("merged", &Counts::default()), now).await.unwrap();
        assert!(!ended, "who was taken for lost may not commit");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn of_imports_that_start_together_one_runs() {
    for house in House::both().await {
        let begun: Vec<_> = (0..8)
            .map(|_| {
                let (db, now) = (house.db.clone(), house.clock.now());
                tokio::spawn(async move {
                    rows::imports::begin(&db, "aoba", now).await.map(|begun| begun.is_some())
                })
            })
            .collect();
        let mut running = 0;
        for begun in begun {
            running += usize::from(begun.await.unwrap().unwrap());
        }
        assert_eq!(running, 1);
    }
}

#[tokio::test]
async fn xs_06_what_looks_like_sql_is_a_name_like_any_other() {
    let name = r"a'b\\%_;drop table bills--";
    let hostile = row("A1", 1_000, "").replace("見本クリニック", name);
    for house in House::both().await {
        house.merged(&[&hostile, &row("A'1", 2_000, "")]).await;
        assert_eq!(house.bills("A1").await[0].institution, name);
        assert_eq!(house.totals("A'1").await, [2_000]);
        assert_eq!(house.totals("A%").await, Vec::<i64>::new());
        assert_eq!(house.totals("A_").await, Vec::<i64>::new());
    }
}
