//! Rows, each with one thing wrong.

use jiff::civil::date;

use super::*;
use crate::rules::amounts::Yen;
use crate::rules::kind::Kind;

const SOUND: &str =
    "06999015,A0000001,202601,例町病院,9910000002,医科入院,2,174940,18630,127318,0,52482,13770,0,0,,";

fn rules() -> RowRules {
    RowRules { insurer_number: "06999015".to_owned(), today: date(2026, 11, 21) }
}

fn read(line: &str) -> Result<Row, Vec<Finding>> {
    parse_row(&line.split(',').map(str::to_owned).collect::<Vec<_>>(), &rules())
}

/// The sound row with the column of a number set.
fn with(changes: &[(usize, &str)]) -> String {
    let mut fields: Vec<&str> = SOUND.split(',').collect();
    for (number, value) in changes {
        fields[number - 1] = value;
    }
    fields.join(",")
}

#[test]
fn a_sound_row_is_read_whole() {
    let row = read(SOUND).unwrap();
    assert_eq!((row.bill.person_key.as_str(), row.bill.month.number()), ("A0000001", 202_601));
    assert_eq!((row.bill.kind, row.bill.days), (Kind::MedicalInpatient, 2));
    assert_eq!(row.bill.amounts.split().paid, Yen(66_252));
    assert_eq!((row.place(), row.corrects, row.takes()), ("9910000002", None, false));
}

#[test]
fn widths_empty_amounts_and_words_are_read_as_people_mean_them() {
    let row =
        read(&with(&[(3, "２０２６０１"), (9, ""), (11, ""), (12, "47622"), (13, ""), (14, "")])).unwrap();
    assert_eq!((row.bill.month.number(), row.bill.amounts.meal_total), (202_601, Yen::ZERO));
    let judo = read("06999015,A1,202602,,,柔整,4,39600,0,27720,0,11880,0,0,0,,").unwrap();
    assert_eq!((judo.place(), judo.bill.kind), ("", Kind::Judo));
    let paid = read(&with(&[(14, "38384"), (16, "20261001")])).unwrap();
    assert_eq!(paid.bill.paid_on, Some(date(2026, 10, 1)));
}

#[test]
fn every_column_that_is_wrong_is_named() {
    let long = "あ".repeat(81);
    for (column, value, reason) in [
        (1, "06999023", Reason::OtherInsurer),
        (1, "", Reason::OtherInsurer),
        (2, "", Reason::Missing),
        (2, "A 1", Reason::UnknownValue),
        (2, "あ1", Reason::UnknownValue),
        (3, "202613", Reason::Month),
        (3, "令和8年1月", Reason::Month),
        (3, "202612", Reason::MonthAhead),
        (4, "", Reason::Missing),
        (4, long.as_str(), Reason::Long),
        (4, "例町\u{7}病院", Reason::Control),
        (5, "991000000", Reason::UnknownValue),
        (6, "", Reason::Missing),
        (6, "医科", Reason::UnknownValue),
        (7, "", Reason::Missing),
        (7, "100", Reason::Number),
        (7, "-1", Reason::Number),
        (8, "174,940", Reason::ColumnCount),
        (8, "", Reason::Missing),
        (8, "17494O", Reason::Number),
        (8, "1e5", Reason::Number),
        (8, "174950", Reason::Unbalanced),
        (12, "999999999999999999999", Reason::Number),
        (14, "100000000", Reason::Number),
        (16, "20260230", Reason::Date),
        (16, "令和8", Reason::Date),
        (17, "0", Reason::Number),
        (17, "1000", Reason::Number),
        (17, "x", Reason::Number),
    ] {
        let findings = read(&with(&[(column, value)])).unwrap_err();
        let at = if reason == Reason::ColumnCount { Column::ROW } else { Column::at(column - 1) };
        let at = if reason == Reason::Unbalanced { Column::at(7) } else { at };
        assert!(findings.contains(&Finding { column: at, reason }), "{column} {value}: {findings:?}");
    }
}

#[test]
fn rounding_of_nine_yen_is_taken_and_ten_is_not() {
    assert!(read(&with(&[(12, "52473")])).is_ok());
    assert!(read(&with(&[(12, "52472")])).is_err());
}

#[test]
fn what_is_taken_names_its_original() {
    let taken = [(7, "-1"), (8, "-1000"), (9, "0"), (10, "-700"), (12, "-300"), (13, "0")];
    let nameless = read(&with(&taken)).unwrap_err();
    assert_eq!(nameless, [Finding { column: Column::CORRECTS, reason: Reason::TakesFromNothing }]);
    let named = read(&with(&[&taken[..], &[(17, "1")]].concat())).unwrap();
    assert_eq!((named.corrects, named.takes(), named.bill.days), (Some(1), true, -1));
}

#[test]
fn a_row_is_the_same_row_when_only_what_was_paid_back_has_changed() {
    let content = |line: &str| read(line).unwrap().content();
    let sound = content(SOUND);
    assert_eq!(content(&with(&[(14, "38384"), (16, "20261001")])), sound);
    for change in [
        (2, "A0000002"),
        (3, "202602"),
        (4, "見本病院"),
        (5, "9910000003"),
        (6, "医科外来"),
        (7, "3"),
        (12, "52481"),
        (17, "1"),
    ] {
        assert_ne!(content(&with(&[change])), sound, "{change:?}");
    }
}

#[test]
fn texts_can_stand_in_a_list_without_quotes() {
    for text in Reason::ALL.into_iter().flat_map(Reason::texts) {
        assert!(!text.is_empty() && !text.contains([',', '"', '\n']), "{text}");
    }
}
