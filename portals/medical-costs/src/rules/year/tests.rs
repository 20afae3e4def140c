//! Years of two persons, whole and in part.

use super::*;
use crate::rules::amounts::Yen;
use crate::rules::bill::tests::bill;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 21);

fn person(key: &str, is_own: bool) -> Person {
    Person { key: key.to_owned(), name: format!("健保 {key}"), is_own, relationship: None }
}

fn delivered(since: i64, until: i64) -> Option<Delivered> {
    Month::from_number(since).zip(Month::from_number(until)).map(|(since, until)| Delivered { since, until })
}

/// A year of two persons.
pub fn material() -> Material {
    Material {
        year: 2026,
        persons: vec![person("A1", true), person("A2", false)],
        bills: vec![
            bill("A1", 202_609, Kind::Pharmacy, 1_000),
            bill("A1", 202_602, Kind::MedicalOutpatient, 10_000),
            bill("A2", 202_602, Kind::DentalOutpatient, 5_000),
        ],
        delivered: delivered(202_501, 202_609),
        revision: 3,
        today: TODAY,
    }
}

fn of(filter: Filter) -> Year {
    Year::of(material(), filter, &Calendar::default())
}

#[test]
fn a_year_is_the_sum_of_its_bills_and_says_which_months_have_not_come() {
    let year = of(Filter::default());
    assert_eq!((year.total.total, year.total.paid, year.bills.len()), (Yen(16_000), Yen(4_800), 3));
    let paid: Vec<Option<i64>> =
        year.months.iter().map(|column| column.state.split().map(|split| split.paid.get())).collect();
    let none = None;
    assert_eq!(
        paid,
        [
            Some(0),
            Some(4_500),
            Some(0),
            Some(0),
            Some(0),
            Some(0),
            Some(0),
            Some(0),
            Some(300),
            none,
            none,
            none
        ]
    );
    assert!(year.months[1].is_highest && !year.months[8].is_highest);
    let next = Expected { month: Month::new(2026, 10).unwrap(), on: date(2027, 1, 15) };
    assert_eq!(year.coverage.missing, Missing::NotYet(next));
    assert_eq!(year.coverage.to.unwrap().to_string(), "2026-09");
    assert_eq!(year.kinds, [Kind::MedicalOutpatient, Kind::DentalOutpatient, Kind::Pharmacy]);
}

#[test]
fn a_year_is_filtered_by_person_month_and_kind_and_its_chart_keeps_all_months() {
    let own = of(Filter { person: Some("A1".into()), ..Filter::default() });
    assert_eq!((own.total.total, own.bills.len()), (Yen(11_000), 2));
    let february = of(Filter { month: Some(2), ..Filter::default() });
    assert_eq!((february.total.total, february.bills.len()), (Yen(15_000), 2));
    assert_eq!(february.months[8].state.split().unwrap().total, Yen(1_000));
    let pharmacy = of(Filter { kind: Some(Kind::Pharmacy), ..Filter::default() });
    assert_eq!((pharmacy.total.total, pharmacy.kinds.len()), (Yen(1_000), 3));
    assert!(of(Filter { person: Some("A3".into()), ..Filter::default() }).is_empty());
}

#[test]
fn rp_08_who_is_not_seen_is_in_no_sum() {
    let mut material = material();
    material.persons.truncate(1);
    let year = Year::of(material, Filter::default(), &Calendar::default());
    assert_eq!((year.total.total, year.bills.len()), (Yen(11_000), 2));
}

#[test]
fn a_year_that_has_come_whole_misses_nothing_and_one_before_the_first_delivery_everything() {
    let whole = Material { year: 2025, bills: Vec::new(), ..material() };
    let whole = Year::of(whole, Filter::default(), &Calendar::default());
    assert_eq!(whole.coverage.missing, Missing::Nothing);
    assert!(whole.months.iter().all(|column| column.state == State::Arrived(Split::default())));
    assert!(whole.months.iter().all(|column| !column.is_highest));
    let new = Material { delivered: None, bills: Vec::new(), revision: 0, ..material() };
    let new = Year::of(new, Filter::default(), &Calendar::default());
    assert_eq!((new.coverage.missing, new.coverage.to), (Missing::Everything, None));
    assert!(new.months.iter().all(|column| column.state == State::NotYet));
}

#[test]
fn months_before_the_first_delivery_are_not_promised() {
    let late = Material { delivered: delivered(202_604, 202_609), ..material() };
    let late = Year::of(late, Filter::default(), &Calendar::default());
    assert_eq!(late.months[2].state, State::NotKept);
    assert_eq!(late.coverage.from.unwrap().to_string(), "2026-04");
    let before = Material { year: 2025, delivered: delivered(202_604, 202_609), ..material() };
    let before = Year::of(before, Filter::default(), &Calendar::default());
    assert!(before.months.iter().all(|column| column.state == State::NotKept));
}

#[test]
fn a_year_of_which_nothing_has_come_yet_expects_its_january() {
    let next = Material { year: 2027, today: date(2027, 1, 4), ..material() };
    let next = Year::of(next, Filter::default(), &Calendar::default());
    let Missing::NotYet(expected) = next.coverage.missing else { panic!("it is not whole") };
    assert_eq!((expected.month.to_string().as_str(), expected.on), ("2027-01", date(2027, 4, 15)));
    assert!(next.months.iter().all(|column| column.state == State::NotYet));
}
