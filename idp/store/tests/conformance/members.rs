//! Member records: found, shown, staged and merged.

use jiff::civil::{Date, date};
use sekisho_base::{Cx, Timestamp, era};
use sekisho_domain::ids::{ImportId, InsurerCode, PersonKey};
use sekisho_domain::kana;
use sekisho_domain::member::{Counts, Marks, Record, Row, RowRules, parse_row};
use sekisho_site::db::{Db, sql};
use sekisho_store::Error;
use sekisho_store::members::staging::{Ask, Import, Staged};
use sekisho_store::members::{self, staging};

use super::house::{House, race, wins};

const TODAY: Date = Date::constant(2026, 11, 21);
const ROW: &str = "1,06999015,0101,91,200001,00,P1,P1,1,1,01,ｹﾝﾎﾟ ｼｮｳｺ,健保　翔子,2,20000121,20220401,,,3,,\
    1000000,架空県,見本市,例町１－２－３,,09000001111,shoko@example.jp,ja,0,0,1,,,,20261101030000";

pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_224_276)
}

pub fn aoba() -> InsurerCode {
    "aoba".parse().unwrap()
}

/// The sample's record with some columns (from 1) replaced.
pub fn record(changes: &[(usize, &str)]) -> Record {
    let mut row: Vec<String> = ROW.split(',').map(str::to_owned).collect();
    for (column, value) in changes {
        (*value).clone_into(&mut row[column - 1]);
    }
    let rules = RowRules {
        insurer_numbers: vec!["06999015".parse().unwrap()],
        era_codes: era::Codes::Receipt,
        kana: kana::Options::default(),
        today: TODAY,
    };
    match parse_row(&row, &rules).unwrap() {
        Row::Keep { record, .. } => *record,
        Row::Delete(_) => panic!("the sample adds"),
    }
}

fn person(key: &str) -> PersonKey {
    key.parse().unwrap()
}

pub fn keep(record: Record) -> Ask {
    Ask::Keep(Box::new(record), None)
}

async fn begin<'a>(db: &Db, insurer: &'a InsurerCode, at: Timestamp) -> Import<'a> {
    let import =
        Import { id: ImportId::draw(&mut Cx::seeded(at, 1)), insurer, kana: kana::Options::default() };
    assert!(staging::begin(db, import, at).await.unwrap());
    import
}

/// Imports batches of what rows ask for; gives what the merge was weighed at.
pub async fn import(db: &Db, insurer: &InsurerCode, batches: Vec<Vec<Ask>>, at: Timestamp) -> Counts {
    let import = begin(db, insurer, at).await;
    let mut line = 0;
    for batch in batches {
        let staged = batch.into_iter().map(|ask| {
            line += 1;
            Staged { line, ask }
        });
        staging::stage(db, import, staged.collect(), at).await.unwrap();
    }
    let counts = staging::weigh(db, import, TODAY).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    staging::merge(&mut tx, import, at).await.unwrap();
    staging::end(&mut tx, import.id, ("ok", &counts), at).await.unwrap();
    tx.commit().await.unwrap();
    staging::clear(db, import.id).await.unwrap();
    assert_eq!(staging::staged(db, import.id).await.unwrap(), 0);
    counts
}

pub fn later(minutes: u64) -> Timestamp {
    now() + std::time::Duration::from_mins(minutes)
}

#[tokio::test]
async fn a_record_reads_back_as_it_was_imported() {
    let full = record(&[
        (18, "01"),
        (17, "20991231"),
        (20, "20260401"),
        (32, "20260101"),
        (33, "20301231"),
        (34, "60-5"),
    ]);
    let bare = record(&[
        (3, ""),
        (4, "関１"),
        (5, "００７７"),
        (6, ""),
        (7, "P2"),
        (8, ""),
        (9, "2"),
        (11, ""),
        (12, "SMITH JOHN"),
        (13, ""),
        (14, ""),
        (19, ""),
        (26, ""),
        (27, ""),
        (28, "en"),
        (29, "1"),
        (30, "1"),
        (31, ""),
        (35, ""),
    ]);
    for house in House::both().await {
        let asks = vec![keep(full.clone()), keep(bare.clone())];
        import(&house.db, &aoba(), vec![asks], now()).await;
        for record in [&full, &bare] {
            let read = members::get(&house.db, &aoba(), &record.person).await.unwrap().unwrap();
            assert!(read == *record, "{record:?}");
        }
        assert!(members::get(&house.db, &aoba(), &person("P3")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn candidates_are_found_by_numbers_in_any_writing_and_within_their_insurer_only() {
    let other: InsurerCode = "minato".parse().unwrap();
    for house in House::both().await {
        let zeros = record(&[(4, "0091"), (5, "0200001"), (7, "P2")]);
        let kanji = record(&[(4, "関１"), (5, "77"), (7, "P3")]);
        let asks = vec![keep(record(&[])), keep(zeros), keep(kanji)];
        import(&house.db, &aoba(), vec![asks], now()).await;
        import(&house.db, &other, vec![vec![keep(record(&[(7, "M1")]))]], later(1)).await;
        for (symbol, number, found) in [
            ("91", "200001", &["P1", "P2"][..]),
            ("０９１", "２００００１", &["P1", "P2"]),
            ("関1", "077", &["P3"]),
            ("91", "200002", &[]),
            ("", "", &[]),
        ] {
            let records = members::candidates(&house.db, &aoba(), &Marks::new(symbol), &Marks::new(number))
                .await
                .unwrap();
            let keys: Vec<&str> = records.iter().map(|record| record.person.as_str()).collect();
            assert_eq!(keys, found, "{symbol} {number}");
        }
        assert!(members::get(&house.db, &other, &person("P1")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_household_begins_with_the_insured_person() {
    for house in House::both().await {
        let child = |key, branch| record(&[(7, key), (8, "P1"), (9, "2"), (6, branch)]);
        let elsewhere = record(&[(7, "P7"), (8, "P7")]);
        let asks = vec![keep(child("A3", "02")), keep(child("A2", "01")), keep(record(&[])), keep(elsewhere)];
        import(&house.db, &aoba(), vec![asks], now()).await;
        let household = members::household(&house.db, &aoba(), &person("P1")).await.unwrap();
        let keys: Vec<&str> = household.iter().map(|record| record.person.as_str()).collect();
        assert_eq!(keys, ["P1", "A2", "A3"]);
    }
}

#[tokio::test]
async fn importing_again_changes_nothing_and_changes_are_counted() {
    for house in House::both().await {
        // Enough for several statements of many rows and some of one.
        let many = || (0..123).map(|n| record(&[(7, &format!("Q{n:03}")), (5, &n.to_string())]));
        let asks = || vec![many().map(keep).collect::<Vec<_>>()];
        let first = import(&house.db, &aoba(), asks(), now()).await;
        assert_eq!(first, Counts { added: 123, ..Counts::default() });
        let again = import(&house.db, &aoba(), asks(), later(1)).await;
        assert_eq!(again, Counts { unchanged: 123, covered: 123, ..Counts::default() });
        assert_eq!(members::counts(&house.db, &aoba(), TODAY).await.unwrap(), (123, 123));
        let changes = vec![
            keep(record(&[(7, "Q000"), (5, "0"), (13, "健保　祥子")])),
            keep(record(&[(1, "3"), (7, "Q001"), (5, "1"), (17, "20261101")])),
            keep(record(&[(7, "Q002"), (5, "2"), (35, "20251101030000")])),
            keep(record(&[(7, "Q200")])),
            Ask::Delete(person("Q003")),
            Ask::Delete(person("Q999")),
        ];
        let counts = import(&house.db, &aoba(), vec![changes], later(2)).await;
        let expected =
            Counts { added: 1, changed: 2, older: 1, lost: 2, deleted: 1, covered: 123, ..Counts::default() };
        assert_eq!(counts, expected);
        assert_eq!(members::counts(&house.db, &aoba(), TODAY).await.unwrap(), (123, 122));
        let name = members::get(&house.db, &aoba(), &person("Q000")).await.unwrap().unwrap().name;
        assert_eq!(name, "健保　祥子");
        assert!(members::get(&house.db, &aoba(), &person("Q003")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn of_a_person_hired_again_the_later_cover_counts_in_whatever_order_it_comes() {
    let ended = || keep(record(&[(16, "20000401"), (17, "20200401")]));
    let live = || keep(record(&[(16, "20240401")]));
    for house in House::both().await {
        let orders = [
            vec![vec![ended(), live()]],
            vec![vec![live(), ended()]],
            vec![vec![ended()], vec![live()]],
            vec![vec![live()], vec![ended()]],
        ];
        for (round, order) in orders.into_iter().enumerate() {
            let at = later(u64::try_from(round).unwrap());
            import(&house.db, &aoba(), order, at).await;
            let read = members::get(&house.db, &aoba(), &person("P1")).await.unwrap().unwrap();
            assert_eq!((read.acquired_on, read.lost_on), (date(2024, 4, 1), None), "{round}");
            import(
                &house.db,
                &aoba(),
                vec![vec![Ask::Delete(person("P1"))]],
                at + std::time::Duration::from_secs(1),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn a_deletion_and_an_addition_of_one_person_go_by_their_order() {
    for house in House::both().await {
        let keys = |db: Db| async move { members::get(&db, &aoba(), &person("P1")).await.unwrap().is_some() };
        let (delete, add) = (|| Ask::Delete(person("P1")), || keep(record(&[])));
        for (round, (batches, stays)) in [
            (vec![vec![delete(), add()]], true),
            (vec![vec![add(), delete()]], false),
            (vec![vec![delete()], vec![add()]], true),
            (vec![vec![add()], vec![delete()]], false),
        ]
        .into_iter()
        .enumerate()
        {
            import(&house.db, &aoba(), batches, later(u64::try_from(round).unwrap())).await;
            assert_eq!(keys(house.db.clone()).await, stays, "{round}");
        }
    }
}

#[tokio::test]
async fn twenty_imports_of_one_insurer_at_once_have_exactly_one_that_runs() {
    for house in House::both().await {
        let results = race(&house.db, |db, racer| async move {
            let insurer = aoba();
            let id = ImportId::draw(&mut Cx::seeded(now(), u64::try_from(racer).unwrap()));
            let import = Import { id, insurer: &insurer, kana: kana::Options::default() };
            staging::begin(&db, import, now()).await.unwrap()
        });
        assert_eq!(wins(&results.await), 1);
        let minato: InsurerCode = "minato".parse().unwrap();
        let id = ImportId::draw(&mut Cx::seeded(now(), 99));
        let other = Import { id, insurer: &minato, kana: kana::Options::default() };
        assert!(staging::begin(&house.db, other, now()).await.unwrap());
    }
}

#[tokio::test]
async fn an_import_whose_process_was_lost_gives_way_and_leaves_nothing() {
    for house in House::both().await {
        let insurer = aoba();
        let lost = begin(&house.db, &insurer, now()).await;
        staging::stage(&house.db, lost, vec![Staged { line: 1, ask: keep(record(&[])) }], later(5))
            .await
            .unwrap();
        let id = ImportId::draw(&mut Cx::seeded(later(14), 2));
        let next = Import { id, ..lost };
        assert!(!staging::begin(&house.db, next, later(14)).await.unwrap());
        assert!(staging::begin(&house.db, next, later(16)).await.unwrap());
        assert_eq!(staging::staged(&house.db, lost.id).await.unwrap(), 0);
        assert!(members::get(&house.db, &insurer, &person("P1")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_merge_that_is_not_committed_leaves_the_records_as_they_were() {
    for house in House::both().await {
        let insurer = aoba();
        import(&house.db, &insurer, vec![vec![keep(record(&[]))]], now()).await;
        let next = begin(&house.db, &insurer, later(1)).await;
        let changed = record(&[(13, "健保　祥子")]);
        staging::stage(&house.db, next, vec![Staged { line: 1, ask: keep(changed) }], later(1))
            .await
            .unwrap();
        let mut tx = house.db.begin().await.unwrap();
        staging::merge(&mut tx, next, later(1)).await.unwrap();
        drop(tx);
        let read = members::get(&house.db, &insurer, &person("P1")).await.unwrap().unwrap();
        assert_eq!(read.name, "健保　翔子");
    }
}

#[tokio::test]
async fn a_damaged_record_is_named() {
    for house in House::both().await {
        import(&house.db, &aoba(), vec![vec![keep(record(&[]))]], now()).await;
        house.db.execute(sql("update members set birth_date = 'soon'")).await.unwrap();
        let error = members::get(&house.db, &aoba(), &person("P1")).await.unwrap_err();
        assert!(
            matches!(&error, Error::Damaged { table: "members", id, column } if id == "P1" && column == "birth_date")
        );
    }
}
