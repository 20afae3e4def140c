//! Rows and records for tests. Everybody in them is made up.

use super::{Row, RowRules, parse_row};
use crate::member::Record;
use sekisho_base::era;

/// The rules under which the samples are read.
pub(in crate::member) fn rules() -> RowRules {
    RowRules {
        insurer_numbers: vec!["06999015".parse().unwrap()],
        era_codes: era::Codes::Receipt,
        kana: crate::kana::Options::default(),
        today: jiff::civil::date(2026, 11, 21),
    }
}

/// A sound row.
pub(in crate::member) const ROW: &str = "1,06999015,0101,91,200001,00,P1,P1,1,1,01,ｹﾝﾎﾟ ｼｮｳｺ,健保　翔子,2,20000121,20220401,,,3,,1000000,架空県,見本市,例町１－２－３,,09000001111,shoko@example.jp,ja,0,0,1,,,,20261101030000";

/// The sound row with some columns (from 1) replaced.
pub(in crate::member) fn row(changes: &[(usize, &str)]) -> Vec<String> {
    let mut row: Vec<String> = ROW.split(',').map(str::to_owned).collect();
    for (column, value) in changes {
        row[column - 1] = (*value).to_owned();
    }
    row
}

/// The record of the sound row under another key and numbers.
pub(in crate::member) fn record(key: &str, symbol: &str, number: &str) -> Record {
    match parse_row(&row(&[(7, key), (8, key), (4, symbol), (5, number)]), &rules()).unwrap() {
        Row::Keep { record, .. } => *record,
        Row::Delete(_) => unreachable!("the sample adds"),
    }
}
