//! Reading one row of an extract of claims (domain 3.2, 8.1).
//!
//! A row is taken or refused as a whole, and every column that is wrong is named, never its value. A My Number anywhere
//! refuses not the row but the file.
//!
//! What makes a row the row it is: who, when, where, what, for how long, and every amount of the bill, together with the
//! number of the original it corrects. What was paid back is not part of it: insurers fill it in months later, and the row
//! is then the same row, changed.

use jiff::civil::Date;
use sekisho_base::Digest;

use super::amounts::Amounts;
use super::bill::Bill;
use super::month::Month;

mod columns;
mod fields;
mod finding;
#[cfg(test)]
mod tests;

pub use columns::{COLUMNS, Column, Header, header};
pub use finding::{Finding, Reason};

use fields::Fields;

/// What an insurer's rows are read by.
#[derive(Clone, Debug)]
pub struct RowRules {
    /// 保険者番号 of the insurer: rows of others are refused.
    pub insurer_number: String,
    /// The day of the import: nobody was treated after it.
    pub today: Date,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The bill, or what is taken from one.
    pub bill: Bill,
    /// 医療機関コード; may be empty.
    pub institution_code: String,
    /// Which original of its person, month, place and kind it corrects; none for an original.
    pub corrects: Option<i64>,
}

impl Row {
    /// What corrections go by: the institution's code, or its name where it has none.
    pub fn place(&self) -> &str {
        if self.institution_code.is_empty() { &self.bill.institution } else { &self.institution_code }
    }

    /// Whether it takes from an original instead of replacing it.
    pub fn takes(&self) -> bool {
        self.bill.amounts.takes()
    }

    /// What makes it the row it is, in sixteen bytes.
    pub fn content(&self) -> [u8; 16] {
        let Bill { person_key, month, institution, kind, days, amounts, .. } = &self.bill;
        let Amounts { total, meal_total, insurer, public, patient, meal_copay, .. } = amounts;
        let amounts =
            [total, meal_total, insurer, public, patient, meal_copay].map(|yen| yen.get().to_string());
        let corrects = self.corrects.map_or_else(String::new, |number| number.to_string());
        let text = [
            person_key.as_str(),
            &month.to_string(),
            &self.institution_code,
            institution,
            kind.code(),
            &days.to_string(),
            &amounts.join(" "),
            &corrects,
        ]
        .join("\n");
        let digest = Digest::of_content(text.as_bytes());
        digest.as_bytes().first_chunk::<16>().copied().unwrap_or_default()
    }
}

/// Reads a row of 17 columns.
///
/// # Errors
/// Every column that is wrong.
pub fn parse_row(row: &[String], rules: &RowRules) -> Result<Row, Vec<Finding>> {
    let mut fields = Fields::new(row)?;
    fields.insurer_number(&rules.insurer_number);
    let person_key = fields.person_key();
    let month = fields.month(Month::of(rules.today));
    let kind = fields.kind();
    let institution = fields.institution(kind);
    let institution_code = fields.institution_code();
    let amounts = fields.amounts();
    let corrects = fields.corrects();
    let days = fields.days(amounts.is_some_and(|amounts| amounts.takes()));
    let paid_on = fields.paid_on();
    if let Some(amounts) = &amounts {
        fields.check(amounts, corrects);
    }
    let read = (|| {
        let bill = Bill {
            person_key: person_key?,
            month: month?,
            institution: institution?,
            kind: kind?,
            days: days?,
            amounts: amounts?,
            paid_on,
            corrected: false,
        };
        Some(Row { bill, institution_code: institution_code?, corrects })
    })();
    let findings = fields.findings();
    match read {
        Some(row) if findings.is_empty() => Ok(row),
        _ => Err(findings),
    }
}
