//! Reading one row of an extract (domain 8.2).
//!
//! A row is taken or refused as a whole, and every column that is wrong is named, never its value.
//! What a person can do without, such as an unreadable phone number, is left out and noted.

use jiff::civil::Date;
use sekisho_base::era;
use serde::Deserialize;

use super::Record;
use crate::ids::PersonKey;
use crate::insurer_number::InsurerNumber;
use crate::kana;

mod columns;
mod fields;
mod finding;
#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

pub use columns::{COLUMNS, Column, Header, header};
pub use finding::{Finding, Reason};

use fields::Fields;

/// 処理区分: what the insurer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// 1: a new person.
    Add,
    /// 2: a change.
    Change,
    /// 3: cover was lost.
    Loss,
}

/// A row that was read.
#[derive(Debug)]
pub enum Row {
    /// The record as it is now.
    Keep {
        /// What the insurer did.
        action: Action,
        /// The record.
        record: Box<Record>,
        /// What was left out or mended on the way.
        notices: Vec<Finding>,
    },
    /// 9: the record was sent in error and is to be forgotten.
    Delete(PersonKey),
}

/// How an insurer's extracts are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExtractRules {
    /// Which digits stand for eras in dates such as `4120121`.
    pub era_codes: era::Codes,
    /// Further numbers of the same insurer, such as the 63… of its special retirees.
    pub other_numbers: Vec<InsurerNumber>,
}

/// What an insurer's rows are read by.
#[derive(Clone, Debug)]
pub struct RowRules {
    /// The insurer's own numbers: rows of others are refused.
    pub insurer_numbers: Vec<InsurerNumber>,
    /// Which digits stand for eras.
    pub era_codes: era::Codes,
    /// How names are folded.
    pub kana: kana::Options,
    /// The day of the import: nobody is born after it.
    pub today: Date,
}

/// Reads a row of 35 columns.
///
/// # Errors
/// Every column that is wrong. A My Number anywhere refuses the row, whatever else stands in it.
pub fn parse_row(row: &[String], rules: &RowRules) -> Result<Row, Vec<Finding>> {
    let mut fields = Fields::new(row)?;
    let parsed = match fields.text(Column::ACTION).as_str() {
        "1" => record(&mut fields, Action::Add, rules),
        "2" => record(&mut fields, Action::Change, rules),
        "3" => record(&mut fields, Action::Loss, rules),
        "9" => deletion(&mut fields, rules),
        "" => fields.refuse(Column::ACTION, Reason::Missing),
        _ => fields.refuse(Column::ACTION, Reason::UnknownValue),
    };
    let (refused, notices) = fields.findings();
    match parsed {
        Some(Row::Keep { action, record, .. }) if refused.is_empty() => {
            Ok(Row::Keep { action, record, notices })
        }
        Some(Row::Delete(person)) if refused.is_empty() => Ok(Row::Delete(person)),
        _ => Err(refused),
    }
}

/// A deletion names its insurer and its person; the rest may be empty.
fn deletion(fields: &mut Fields<'_>, rules: &RowRules) -> Option<Row> {
    fields.insurer_number(&rules.insurer_numbers);
    let marks = fields.marks();
    let birth_date = if fields.text(Column::PERSON_KEY).is_empty() {
        fields.birth_date(rules.era_codes, rules.today)?
    } else {
        rules.today
    };
    fields.person_key(&marks, birth_date).map(Row::Delete)
}

fn record(fields: &mut Fields<'_>, action: Action, rules: &RowRules) -> Option<Row> {
    let insurer_number = fields.insurer_number(&rules.insurer_numbers);
    let marks = fields.marks();
    let position = fields.position();
    let class = fields.class();
    let kana = fields.kana(rules.kana);
    let name = fields.name();
    let sex = fields.sex();
    let birth_date = fields.birth_date(rules.era_codes, rules.today);
    let acquired_on = fields.required_date(Column::ACQUIRED_ON, rules.era_codes);
    let lost_on = fields.date(Column::LOST_ON, rules.era_codes);
    fields.check_order(action, birth_date, acquired_on, lost_on);
    let suppressed = fields.flag(Column::SUPPRESSED);
    let birth_date = birth_date?;
    let record = Record {
        person: fields.person_key(&marks, birth_date)?,
        household: fields.household_key(&marks)?,
        insurer_number: insurer_number?,
        establishment: fields.text(Column::ESTABLISHMENT),
        symbol: marks.symbol?,
        number: marks.number?,
        branch: marks.branch,
        position: position?,
        class: class?,
        relationship: fields.text(Column::RELATIONSHIP),
        kana: kana?,
        name,
        sex: sex?,
        birth_date,
        acquired_on: acquired_on?,
        lost_on,
        loss_reason: fields.text(Column::LOSS_REASON),
        burden: fields.burden(rules.era_codes),
        address: fields.address(suppressed),
        phone: fields.phone(),
        email: fields.email(),
        language: fields.language(),
        suppressed,
        household_refused: fields.flag(Column::HOUSEHOLD_REFUSED),
        card_registered: fields.known_flag(Column::CARD_REGISTERED),
        confirmation_issued_on: fields.date(Column::CONFIRMATION_ISSUED_ON, rules.era_codes),
        confirmation_valid_until: fields.date(Column::CONFIRMATION_VALID_UNTIL, rules.era_codes),
        former_marks: fields.text(Column::FORMER_MARKS),
        updated_at: fields.updated_at(),
    };
    Some(Row::Keep { action, record: Box::new(record), notices: Vec::new() })
}
