//! Pre-issued IDs: made of the numbers of each record at its import (rows B7–B11, B14).

use std::io::Cursor;

use jiff::civil::date;
use sekisho_domain::member::{Counts, GivenIds, Proof, given};
use sekisho_idp::flows::import::{Outcome, Plan};
use sekisho_store::members;

use crate::{House, TODAY, aoba, plan};

/// A row of `person`: symbol, number, branch, position, class.
fn row(person: &str, [symbol, number, branch, position, class]: [&str; 5]) -> String {
    format!(
        "1,06999015,0101,{symbol},{number},{branch},{person},P,{position},{class},01,ｹﾝﾎﾟ ｼｮｳｺ,健保　翔子,2,20000121,\
         20200401,,,3,,,,,,,,,ja,0,0,1,,,,20261101030000\r\n"
    )
}

fn members_of_all_kinds() -> Cursor<Vec<u8>> {
    let rows = [
        row("B10", ["91", "200001", "00", "1", "1"]),
        row("B11", ["123", "4567", "00", "1", "1"]),
        row("WIDE", ["００７", "００１２３４５", "00", "1", "1"]),
        row("DEP", ["91", "200001", "01", "2", "1"]),
        row("VOL", ["999", "200002", "00", "1", "2"]),
        row("RET", ["998", "200003", "00", "1", "3"]),
        row("LONG", ["1234", "200004", "00", "1", "1"]),
        row("KANJI", ["関１", "200005", "00", "1", "1"]),
        row("SEVEN", ["91", "1234567", "00", "1", "1"]),
    ];
    Cursor::new(rows.concat().into_bytes())
}

fn giving(template: &str) -> Plan {
    let ids: GivenIds = toml::from_str(&format!("template = \"{template}\"")).unwrap();
    Plan { given_ids: Some(ids), ..plan() }
}

async fn found(house: &House, id: &str) -> Vec<String> {
    let records = members::by_given_id(&house.db, &aoba(), id).await.unwrap();
    records.iter().map(|record| record.person.to_string()).collect()
}

#[tokio::test]
async fn b10_b11_the_insured_have_the_id_of_the_vectors_and_nobody_else_has_one() {
    for house in House::both().await {
        house.merged(&giving("7132-{symbol:0>3}{number:0>6}"), members_of_all_kinds()).await;
        for (id, person) in [("7132-091200001", "B10"), ("7132-123004567", "B11"), ("7132-007012345", "WIDE")]
        {
            assert_eq!(found(&house, id).await, [person], "{id}");
        }
        let given_out = "select count(*) as n from members where given_id is not null";
        let count = house.db.fetch_one(sekisho_site::db::sql(given_out)).await.unwrap();
        assert_eq!(count.get::<i64>("n").unwrap(), 3, "dependents and continued members have none");
        let records = members::by_given_id(&house.db, &aoba(), "7132-091200001").await.unwrap();
        assert_eq!(given(&records, "20000121", TODAY), Proof::Found("B10".parse().unwrap()));
        assert_eq!(given(&records, "20000122", TODAY), Proof::NoMatch);
        assert_eq!(records[0].birth_date, date(2000, 1, 21));
    }
}

#[tokio::test]
async fn b11_numbers_that_do_not_fit_are_reported_and_the_person_is_kept_without_an_id() {
    let expected = "\u{FEFF}line,result,column,name,reason,理由\r\n\
        7,kept,4,記号,no pre-issued ID: the numbers do not fit the template,配布IDの形式に合わないため、IDを作れません\r\n\
        8,kept,4,記号,no pre-issued ID: the numbers do not fit the template,配布IDの形式に合わないため、IDを作れません\r\n\
        9,kept,5,番号,no pre-issued ID: the numbers do not fit the template,配布IDの形式に合わないため、IDを作れません\r\n";
    for house in House::both().await {
        let plan = giving("7132-{symbol:0>3}{number:0>6}");
        let (report, findings) = house.merged(&plan, members_of_all_kinds()).await;
        assert_eq!(findings, expected);
        assert_eq!(report.counts, Counts { read: 9, added: 9, ..Counts::default() });
        assert_eq!(report.noted, 3);
        assert!(house.record("LONG").await.is_some());
    }
}

#[tokio::test]
async fn a_template_may_take_in_branches_and_dependents_and_a_missing_branch_is_reported() {
    let [house, _] = House::both().await;
    let ids =
        "template = \"sora-{symbol:0>3}{number:0>6}{branch:0>2}\"\npositions = [\"insured\", \"dependent\"]";
    let plan = Plan { given_ids: Some(toml::from_str(ids).unwrap()), ..plan() };
    let rows = [
        row("A", ["91", "200001", "00", "1", "1"]),
        row("B", ["91", "200001", "01", "2", "1"]),
        row("C", ["91", "200001", "", "2", "1"]),
    ];
    let (report, findings) = house.merged(&plan, Cursor::new(rows.concat().into_bytes())).await;
    assert_eq!(found(&house, "sora-09120000100").await, ["A"]);
    assert_eq!(found(&house, "sora-09120000101").await, ["B"]);
    assert!(findings.contains("3,kept,6,枝番,no pre-issued ID"), "{findings}");
    assert_eq!((report.noted, report.counts.added), (1, 3));
}

#[tokio::test]
async fn the_same_file_under_another_template_changes_those_who_have_an_id_and_under_the_same_nobody() {
    for house in House::both().await {
        let first = giving("7132-{symbol:0>3}{number:0>6}");
        house.merged(&first, members_of_all_kinds()).await;
        let (again, _) = house.merged(&first, members_of_all_kinds()).await;
        assert_eq!((again.counts.changed, again.counts.unchanged), (0, 9));
        let second = giving("8000-{symbol:0>3}{number:0>6}");
        let tried = Plan { dry_run: true, ..second.clone() };
        let report = house.import(&tried, members_of_all_kinds()).await.0.unwrap();
        assert_eq!((report.outcome, report.counts.changed), (Outcome::Tried, 3));
        assert_eq!(found(&house, "7132-091200001").await, ["B10"]);
        let (report, _) = house.merged(&second, members_of_all_kinds()).await;
        assert_eq!((report.counts.changed, report.counts.unchanged), (3, 6));
        assert_eq!(found(&house, "7132-091200001").await, Vec::<String>::new());
        assert_eq!(found(&house, "8000-091200001").await, ["B10"]);
    }
}
