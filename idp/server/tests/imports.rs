//! Imports of whole extracts, with every trap they are known for, on both databases.

#![cfg(test)]

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::{Date, date};
use sekisho_base::{Timestamp, era};
use sekisho_domain::audit::MacKey;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::kana;
use sekisho_domain::member::{
    Claimed, Counts, Cover, Excess, Limits, Marks, Proof, ProofRules, Record, RowRules, cover, proof,
};
use sekisho_idp::flows::import::{Error, Findings, Outcome, Place, Plan, Progress, Report, import};
use sekisho_site::clock::{Door, MovableClock};
use sekisho_site::db::trial::Trial;
use sekisho_site::db::{Db, sql};
use sekisho_store::members;

mod imports {
    mod given;
}

const TODAY: Date = Date::constant(2026, 11, 21);

struct House {
    db: Db,
    door: Door,
    clock: MovableClock,
    key: MacKey,
    _trial: Trial,
}

impl House {
    async fn both() -> [Self; 2] {
        let [sqlite, postgres] = Trial::both().await.unwrap();
        [Self::on(sqlite).await, Self::on(postgres).await]
    }

    async fn on(trial: Trial) -> Self {
        let db = trial.db.clone();
        db.migrate(&sekisho_store::MIGRATIONS).await.unwrap();
        let clock = MovableClock::at(Timestamp::from_seconds(1_795_224_276));
        let key = MacKey::new("k1", [7; 32]);
        Self { db, door: Door::new(clock.clone()), clock, key, _trial: trial }
    }

    /// Imports `file`; gives what came of it and the list of findings.
    async fn import(&self, plan: &Plan, file: impl Read + Send + 'static) -> (Result<Report, Error>, String) {
        self.clock.advance(Duration::from_secs(1));
        let place = Place { db: &self.db, door: &self.door, audit_key: &self.key };
        let mut findings = Findings::new(Vec::new());
        let report = import(place, plan, file, &mut findings, &mut |_| {}).await;
        (report, String::from_utf8(findings.into_inner()).unwrap())
    }

    async fn merged(&self, plan: &Plan, file: impl Read + Send + 'static) -> (Report, String) {
        let (report, findings) = self.import(plan, file).await;
        let report = report.unwrap();
        assert_eq!(report.outcome, Outcome::Merged);
        (report, findings)
    }

    async fn record(&self, person: &str) -> Option<Record> {
        members::get(&self.db, &aoba(), &person.parse().unwrap()).await.unwrap()
    }

    async fn prove(&self, symbol: &str, number: &str, name: &str, birth: Date) -> Proof {
        let claimed = Claimed {
            symbol: Marks::new(symbol),
            number: Marks::new(number),
            branch: None,
            kana: kana::fold(name, kana::Options::default()).unwrap(),
            birth_date: Some(birth),
        };
        let records = members::candidates(&self.db, &aoba(), &claimed.symbol, &claimed.number).await.unwrap();
        proof(&claimed, &records, &ProofRules::default(), TODAY)
    }

    async fn events(&self) -> Vec<String> {
        let rows = self.db.fetch_all(sql("select result from audit_events order by at, id")).await.unwrap();
        rows.iter().map(|row| row.get("result").unwrap()).collect()
    }
}

fn aoba() -> InsurerCode {
    "aoba".parse().unwrap()
}

fn plan() -> Plan {
    let rules = RowRules {
        insurer_numbers: vec!["06999015".parse().unwrap()],
        era_codes: era::Codes::Receipt,
        kana: kana::Options::default(),
        today: TODAY,
    };
    let limits = Limits::default();
    Plan { insurer: aoba(), rules, given_ids: None, limits, dry_run: false, force: false }
}

fn sample() -> File {
    open("../../config/sample/members-aoba.csv")
}

fn trap(name: &str) -> File {
    open(&format!("tests/extracts/{name}.csv"))
}

fn open(path: &str) -> File {
    File::open(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A sound row of `person`, whose number is `number`.
fn row(person: &str, number: u64, change: &str) -> String {
    format!(
        "1,06999015,0101,91,{number},00,{person},{person},1,1,01,ﾔﾏﾀﾞ ﾀﾛｳ,山田　太郎,1,19800401,20200401,\
         {change},,3,,,,,,,,,ja,0,0,1,,,,20261101030000\r\n"
    )
}

#[tokio::test]
async fn the_sample_is_imported_once_and_again_without_a_change() {
    for house in House::both().await {
        let (first, findings) = house.merged(&plan(), sample()).await;
        assert_eq!(first.counts, Counts { read: 12, added: 12, ..Counts::default() });
        assert_eq!(findings, "");
        let (again, _) = house.merged(&plan(), sample()).await;
        assert_eq!(again.counts, Counts { read: 12, unchanged: 12, covered: 10, ..Counts::default() });
        assert_eq!(house.events().await, ["ok", "ok"]);
        let shoko = house.prove("91", "200001", "けんぽ しょうこ", date(2000, 1, 21)).await;
        assert_eq!(shoko, Proof::Found("A0000001".parse().unwrap()));
        let gone = house.prove("91", "200009", "アオキ ハル", date(1990, 5, 5)).await;
        assert_eq!(gone, Proof::CoverEnded(date(2026, 4, 1)));
        let rehired = house.prove("61", "888", "スズキ ジロウ", date(1970, 1, 1)).await;
        assert_eq!(rehired, Proof::Found("A0000012".parse().unwrap()));
    }
}

#[tokio::test]
async fn a_try_merges_nothing_and_says_the_same() {
    for house in House::both().await {
        let tried = Plan { dry_run: true, ..plan() };
        let report = house.import(&tried, sample()).await.0.unwrap();
        assert_eq!(report.outcome, Outcome::Tried);
        assert_eq!(report.counts, Counts { read: 12, added: 12, ..Counts::default() });
        assert!(house.record("A0000001").await.is_none());
        let left = house.db.fetch_one(sql("select count(*) as n from member_staging")).await.unwrap();
        assert_eq!(left.get::<i64>("n").unwrap(), 0);
    }
}

#[tokio::test]
async fn one_bad_row_loses_nothing_else_and_the_list_names_line_column_and_reason() {
    let expected = "\u{FEFF}line,result,column,name,reason,理由\r\n\
        8,kept,12,氏名カナ,not kana; nobody can register by this name,カナではないため、本人確認に使えません\r\n\
        9,kept,13,氏名漢字,a character is missing (〓),外字が〓になっています\r\n\
        17,refused,17,資格喪失日,lost before acquired,資格取得日より前の日付です\r\n\
        24,kept,15,生年月日,an era that had ended; read on,終わった元号の年です。読み替えました\r\n\
        43,refused,25,住所4,a My Number; these are never taken,マイナンバーは受け取れません\r\n\
        44,refused,5,番号,a My Number; these are never taken,マイナンバーは受け取れません\r\n\
        45,refused,2,保険者番号,the number of another insurer,ほかの保険者の番号です\r\n\
        46,refused,15,生年月日,no such day,暦にない日付です\r\n\
        47,refused,15,生年月日,a birth date that lies ahead,生年月日が先の日付です\r\n\
        48,refused,7,個人キー,characters that keys do not have,キーに使えない文字があります\r\n\
        49,refused,9,本人家族区分,not one of the column's values,決められた値ではありません\r\n\
        50,refused,,,the row cannot be decoded,文字コードを読み取れません\r\n\
        51,refused,,,the row does not have 35 columns,列が35個ではありません\r\n";
    for house in House::both().await {
        let (report, findings) = house.merged(&plan(), trap("traps")).await;
        assert_eq!(findings, expected);
        let counts = Counts { read: 52, refused: 10, repeated: 1, added: 41, ..Counts::default() };
        assert_eq!((report.counts, report.noted), (counts, 3));
        let (again, _) = house.merged(&plan(), trap("traps")).await;
        assert_eq!((again.counts.unchanged, again.counts.added, again.counts.changed), (41, 0, 0));
        assert!(house.record("T59").await.is_some(), "the last row has no line end");
    }
}

#[tokio::test]
async fn what_the_traps_hold_is_read_as_it_was_meant() {
    let [house, _] = House::both().await;
    house.merged(&plan(), trap("traps")).await;
    let record = async |person: &str| house.record(person).await.unwrap();
    let lines = record("T07").await.address.unwrap().lines;
    assert_eq!(lines[2], "例町１,２\"３");
    assert_eq!(record("T22").await.birth_date, date(1989, 1, 7));
    assert_eq!(record("T23").await.birth_date, date(1989, 1, 8));
    assert_eq!(record("T24").await.birth_date, date(1990, 1, 1));
    assert!(record("T25").await.address.is_none());
    assert_eq!(record("T28").await.email.unwrap().as_str(), "a..b@docomo.example");
    assert_eq!(cover(&record("T29").await, TODAY), Cover::Ended(date(2026, 11, 1)));
    let household = members::household(&house.db, &aoba(), &"T30".parse().unwrap()).await.unwrap();
    assert_eq!(household.len(), 10);
}

#[tokio::test]
async fn persons_behind_traps_are_found_or_not_as_the_rules_say() {
    let [house, _] = House::both().await;
    house.merged(&plan(), trap("traps")).await;
    let found = |person: &str| Proof::Found(person.parse().unwrap());
    let usual = date(1980, 4, 1);
    for (symbol, number, name, birth, expected) in [
        ("91", "300001", "ヤマダ カヅコ", usual, found("T01")),
        ("91", "300001", "ヤマダ カズコ", usual, Proof::NoMatch),
        ("91", "300003", "サトー アキラ", usual, found("T03")),
        ("91", "300004", "さとー あきら", usual, found("T04")),
        ("91", "300006", "マリアルイサ カルロス", usual, found("T06")),
        ("91", "300007", "ヤマダ ハナコ", usual, found("T07")),
        ("関1", "７７", "セキ イチロウ", usual, found("T10")),
        ("700", "12345", "ハットリ ハンゾウ", usual, found("T11")),
        ("91", "300012", "モリ サクラ", usual, found("T12")),
        ("91", "300013", "アオキ ハル", date(1950, 5, 5), Proof::CoverEnded(date(2015, 5, 6))),
        ("91", "300013", "アオヤマ フユ", usual, found("T14")),
        ("91", "300015", "スズキ ジロウ", date(1970, 1, 1), found("T15")),
        ("91", "300018", "イトウ ナツ", usual, found("T18")),
        ("91", "300029", "ナガイ トシ", date(1951, 11, 1), Proof::CoverEnded(date(2026, 11, 1))),
        ("91", "300040", "タナカ ハルキ", date(2015, 7, 7), Proof::Ambiguous),
    ] {
        assert_eq!(house.prove(symbol, number, name, birth).await, expected, "{symbol} {number} {name}");
    }
}

#[tokio::test]
async fn a_later_file_changes_ends_forgets_and_adds_and_an_older_row_changes_nothing() {
    for house in House::both().await {
        house.merged(&plan(), trap("traps")).await;
        let (report, findings) = house.merged(&plan(), trap("changes")).await;
        let counts = Counts {
            read: 6,
            refused: 1,
            added: 1,
            changed: 2,
            older: 1,
            lost: 2,
            deleted: 1,
            covered: report.counts.covered,
            ..Counts::default()
        };
        assert_eq!(report.counts, counts);
        assert!(findings.contains("6,refused,17,資格喪失日,a loss without its day"), "{findings}");
        assert_eq!(house.record("T02").await.unwrap().name, "鈴木　和子");
        assert_eq!(cover(&house.record("T18").await.unwrap(), TODAY), Cover::Ended(date(2026, 11, 10)));
        assert!(house.record("T08").await.is_none());
        assert_eq!(house.record("T03").await.unwrap().name, "サトー　明");
        assert!(house.record("T60").await.is_some());
    }
}

#[tokio::test]
async fn a_header_is_passed_over_and_utf_8_brings_characters_cp932_lacks() {
    let [house, _] = House::both().await;
    let (report, findings) = house.merged(&plan(), trap("utf8-header")).await;
    assert_eq!((report.counts.read, report.counts.added, findings.as_str()), (2, 2, ""));
    assert_eq!(house.record("U02").await.unwrap().name, "𠮷田　髙志");
}

#[tokio::test]
async fn a_file_with_a_column_for_my_numbers_is_refused_whole() {
    for house in House::both().await {
        let (report, findings) = house.import(&plan(), trap("my-number-column")).await;
        assert!(matches!(report, Err(Error::MyNumberColumn)));
        assert_eq!(findings, "");
        assert!(house.record("V01").await.is_none());
        assert_eq!(house.events().await, ["failed"]);
        house.merged(&plan(), sample()).await;
    }
}

#[tokio::test]
async fn no_my_number_reaches_a_row_a_list_or_the_audit_trail() {
    let [house, _] = House::both().await;
    let (_, findings) = house.merged(&plan(), trap("traps")).await;
    let mut kept = findings;
    for table in ["select * from members", "select * from member_staging", "select * from audit_events"] {
        let rows = house.db.fetch_all(sql(table)).await.unwrap();
        for row in rows {
            for column in ["number", "former_marks", "address_4", "detail"] {
                kept.extend(row.get::<Option<String>>(column).ok().flatten());
            }
        }
    }
    assert!(!kept.contains("123456789018") && !kept.contains("１２３４５６７８９０１８"));
}

#[tokio::test]
async fn ad_09_too_many_refused_rows_or_losses_hold_the_import_until_somebody_says_so() {
    for house in House::both().await {
        let sound: String = (0..1_000).map(|n| row(&format!("S{n}"), n, "")).collect();
        let bad: String = (0..21).map(|n| row(&format!("B{n}"), n, "soon")).collect();
        let file = || std::io::Cursor::new(format!("{sound}{bad}").into_bytes());
        let held = house.import(&plan(), file()).await.0.unwrap();
        assert_eq!(held.outcome, Outcome::Held(vec![Excess::Refused { count: 21, of: 1_021 }]));
        assert!(house.record("S1").await.is_none());
        let forced = Plan { force: true, ..plan() };
        house.merged(&forced, file()).await;

        let losses: String = (0..31).map(|n| row(&format!("S{n}"), n, "20261101")).collect();
        let file = || std::io::Cursor::new(losses.clone().into_bytes());
        let held = house.import(&plan(), file()).await.0.unwrap();
        assert_eq!(held.outcome, Outcome::Held(vec![Excess::Lost { count: 31, of: 1_000 }]));
        assert_eq!(house.record("S1").await.unwrap().lost_on, None);
        house.merged(&forced, file()).await;
        assert_eq!(house.record("S1").await.unwrap().lost_on, Some(date(2026, 11, 1)));
        assert_eq!(house.events().await, ["held", "ok", "held", "ok"]);
    }
}

/// Gives some bytes, then fails.
struct BreaksOff(std::io::Cursor<Vec<u8>>);

impl Read for BreaksOff {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(std::io::Error::other("the disk is gone")),
            read => Ok(read),
        }
    }
}

#[tokio::test]
async fn ad_09_a_file_that_breaks_off_half_way_changes_nothing_and_may_come_again() {
    for house in House::both().await {
        let rows: String = (0..12_000).map(|n| row(&format!("S{n}"), n, "")).collect();
        let broken = BreaksOff(std::io::Cursor::new(rows.clone().into_bytes()));
        assert!(matches!(house.import(&plan(), broken).await.0, Err(Error::Unreadable(_))));
        assert_eq!(members::counts(&house.db, &aoba(), TODAY).await.unwrap(), (0, 0));
        house.merged(&plan(), std::io::Cursor::new(rows.into_bytes())).await;
        assert_eq!(members::counts(&house.db, &aoba(), TODAY).await.unwrap(), (12_000, 12_000));
    }
}

#[tokio::test]
async fn progress_is_told_after_each_batch() {
    let [house, _] = House::both().await;
    let rows: String = (0..25_000).map(|n| row(&format!("S{n}"), n, "")).collect();
    let length = u64::try_from(rows.len()).unwrap();
    let place = Place { db: &house.db, door: &house.door, audit_key: &house.key };
    let mut told: Vec<Progress> = Vec::new();
    let mut findings = Findings::new(std::io::sink());
    let file = std::io::Cursor::new(rows.into_bytes());
    import(place, &plan(), file, &mut findings, &mut |progress| told.push(progress)).await.unwrap();
    assert_eq!(told.iter().map(|one| one.rows).collect::<Vec<_>>(), [10_000, 20_000, 25_000]);
    assert_eq!(told.last().map(|one| one.bytes), Some(length));
    assert!(told.is_sorted_by_key(|one| one.bytes));
}
