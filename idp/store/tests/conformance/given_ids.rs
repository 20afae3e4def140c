//! Pre-issued IDs: a column of the records, made by whoever imports them.

use sekisho_domain::ids::InsurerCode;
use sekisho_domain::login_id::Template;
use sekisho_domain::member::Record;
use sekisho_store::members;
use sekisho_store::members::staging::Ask;

use super::house::House;
use super::members::{aoba, import, keep, later, now, record};

/// The record with the pre-issued ID that a template makes of it.
fn given(template: &str, record: Record) -> Ask {
    let template: Template = template.parse().unwrap();
    let id = template.fill(&record.symbol, &record.number, record.branch.as_ref());
    Ask::Keep(Box::new(record), id)
}

#[tokio::test]
async fn a_person_is_found_by_the_pre_issued_id_of_their_insurer_only() {
    let minato: InsurerCode = "minato".parse().unwrap();
    for house in House::both().await {
        let of = |key, number| record(&[(7, key), (5, number)]);
        let asks = vec![
            given("7132-{symbol:0>3}{number:0>6}", of("P1", "200001")),
            given("7132-{symbol:0>3}{number:0>6}", of("P2", "200002")),
            // An insurer whose template does not tell a family apart.
            given("7132-{symbol:0>3}{number:0>6}", of("P3", "200002")),
            keep(of("P4", "200004")),
            given("7132-{symbol:0>3}{number:0>6}", of("P5", "2000055")),
        ];
        import(&house.db, &aoba(), vec![asks], now()).await;
        for (id, found) in [
            ("7132-091200001", &["P1"][..]),
            ("7132-091200002", &["P2", "P3"]),
            ("7132-091200004", &[]),
            ("7132-0912000055", &[]),
            ("", &[]),
        ] {
            let records = members::by_given_id(&house.db, &aoba(), id).await.unwrap();
            let keys: Vec<&str> = records.iter().map(|record| record.person.as_str()).collect();
            assert_eq!(keys, found, "{id}");
            assert!(members::by_given_id(&house.db, &minato, id).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn another_template_changes_the_records_and_taking_it_away_does_as_well() {
    for house in House::both().await {
        let number = ["0", "1"].map(|number| record(&[(7, number), (5, number)]));
        let all = |ask: &dyn Fn(Record) -> Ask| vec![number.iter().cloned().map(ask).collect::<Vec<_>>()];
        let mut minute = 0;
        for (asks, changed, id, found) in [
            (all(&keep), 0, "abc-1", 0),
            (all(&|record| given("abc-{number:0>1}", record)), 2, "abc-1", 1),
            (all(&|record| given("abc-{number:0>1}", record)), 0, "abc-1", 1),
            (all(&|record| given("abd-{number:0>1}", record)), 2, "abc-1", 0),
            (all(&keep), 2, "abd-1", 0),
        ] {
            minute += 1;
            let counts = import(&house.db, &aoba(), asks, later(minute)).await;
            assert_eq!(counts.changed, changed, "{minute}");
            assert_eq!(members::by_given_id(&house.db, &aoba(), id).await.unwrap().len(), found, "{minute}");
        }
    }
}
