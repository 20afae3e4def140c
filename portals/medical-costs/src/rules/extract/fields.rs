//! The fields of a row, each read into its type; what is wrong is gathered.

use jiff::civil::Date;

use super::{COLUMNS, Column, Finding, Reason};
use crate::rules::amounts::{Amounts, Yen};
use crate::rules::kind::Kind;
use crate::rules::month::Month;
use crate::rules::width::narrow;

/// Characters of an institution's name at most.
const LONGEST_NAME: usize = 80;
/// Characters of any field at most.
const LONGEST: usize = 254;
/// Yen of one amount at most: less than nine digits.
const MOST: i64 = 99_999_999;
/// Days of a month, or times at a pharmacy.
const MOST_DAYS: i64 = 99;
/// Originals of one person, month, place and kind.
const MOST_ORIGINALS: i64 = 999;

/// The fields of one row and what was found in them.
pub(super) struct Fields<'a> {
    row: &'a [String],
    refused: Vec<Finding>,
}

impl<'a> Fields<'a> {
    /// Looks at the row as a whole: count, control characters, lengths.
    pub(super) fn new(row: &'a [String]) -> Result<Self, Vec<Finding>> {
        if row.len() != COLUMNS.len() {
            return Err(vec![Finding { column: Column::ROW, reason: Reason::ColumnCount }]);
        }
        let mut fields = Self { row, refused: Vec::new() };
        for (index, field) in row.iter().enumerate() {
            if field.chars().any(char::is_control) {
                fields.refuse::<()>(Column::at(index), Reason::Control);
            } else if field.chars().count() > LONGEST {
                fields.refuse::<()>(Column::at(index), Reason::Long);
            }
        }
        Ok(fields)
    }

    /// What was found, in the order of the columns.
    pub(super) fn findings(mut self) -> Vec<Finding> {
        self.refused.sort_by_key(|finding| finding.column);
        self.refused
    }

    fn refuse<T>(&mut self, column: Column, reason: Reason) -> Option<T> {
        self.refused.push(Finding { column, reason });
        None
    }

    fn text(&self, column: Column) -> &'a str {
        let index = usize::from(column.number()).wrapping_sub(1);
        self.row.get(index).map_or("", |field| field.trim())
    }

    fn narrow(&self, column: Column) -> String {
        narrow(self.text(column))
    }

    pub(super) fn insurer_number(&mut self, own: &str) {
        if self.narrow(Column::INSURER_NUMBER) != own {
            self.refuse::<()>(Column::INSURER_NUMBER, Reason::OtherInsurer);
        }
    }

    /// The insurer's key of the patient: 1 to 64 printable ASCII characters, as in extracts of members.
    pub(super) fn person_key(&mut self) -> Option<String> {
        let key = self.narrow(Column::PERSON_KEY);
        match key.len() {
            0 => self.refuse(Column::PERSON_KEY, Reason::Missing),
            1..=64 if key.bytes().all(|byte| byte.is_ascii_graphic()) => Some(key),
            _ => self.refuse(Column::PERSON_KEY, Reason::UnknownValue),
        }
    }

    pub(super) fn month(&mut self, this: Month) -> Option<Month> {
        match self.narrow(Column::MONTH).parse::<Month>() {
            Err(_) => self.refuse(Column::MONTH, Reason::Month),
            Ok(month) if month > this => self.refuse(Column::MONTH, Reason::MonthAhead),
            Ok(month) => Some(month),
        }
    }

    pub(super) fn kind(&mut self) -> Option<Kind> {
        match Kind::of_word(self.text(Column::KIND)) {
            None if self.text(Column::KIND).is_empty() => self.refuse(Column::KIND, Reason::Missing),
            None => self.refuse(Column::KIND, Reason::UnknownValue),
            kind => kind,
        }
    }

    /// The institution's name: the fourth legal item. Practitioners outside the system of institutions may have none.
    pub(super) fn institution(&mut self, kind: Option<Kind>) -> Option<String> {
        let name = self.text(Column::INSTITUTION).to_owned();
        let may_lack = matches!(kind, Some(Kind::Judo | Kind::Acupuncture | Kind::OtherCare | Kind::Meals));
        match name.chars().count() {
            0 if !may_lack => self.refuse(Column::INSTITUTION, Reason::Missing),
            0..=LONGEST_NAME => Some(name),
            _ => self.refuse(Column::INSTITUTION, Reason::Long),
        }
    }

    pub(super) fn institution_code(&mut self) -> Option<String> {
        let code = self.narrow(Column::INSTITUTION_CODE);
        if (code.is_empty() || code.len() == 10) && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(code);
        }
        self.refuse(Column::INSTITUTION_CODE, Reason::UnknownValue)
    }

    pub(super) fn amounts(&mut self) -> Option<Amounts> {
        let total = self.yen(Column::TOTAL, true);
        let meal_total = self.yen(Column::MEAL_TOTAL, false);
        let insurer = self.yen(Column::INSURER, true);
        let public = self.yen(Column::PUBLIC, false);
        let patient = self.yen(Column::PATIENT, true);
        let meal_copay = self.yen(Column::MEAL_COPAY, false);
        let refund = self.yen(Column::REFUND, false);
        let additional = self.yen(Column::ADDITIONAL, false);
        Some(Amounts {
            total: total?,
            meal_total: meal_total?,
            insurer: insurer?,
            public: public?,
            patient: patient?,
            meal_copay: meal_copay?,
            refund: refund?,
            additional: additional?,
        })
    }

    /// What is neither meals nor somebody else's money may not be left out.
    fn yen(&mut self, column: Column, needed: bool) -> Option<Yen> {
        match self.number(column) {
            Ok(None) if needed => self.refuse(column, Reason::Missing),
            Ok(None) => Some(Yen::ZERO),
            Ok(Some(yen)) if yen.abs() <= MOST => Some(Yen(yen)),
            _ => self.refuse(column, Reason::Number),
        }
    }

    /// Digits, after a minus where it is taken from something; `None` for an empty field.
    fn number(&self, column: Column) -> Result<Option<i64>, ()> {
        let text = self.narrow(column);
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if text.is_empty() {
            return Ok(None);
        }
        if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(());
        }
        text.parse().map(Some).map_err(|_| ())
    }

    pub(super) fn days(&mut self, takes: bool) -> Option<i64> {
        let least = if takes { -MOST_DAYS } else { 0 };
        match self.number(Column::DAYS) {
            Ok(None) => self.refuse(Column::DAYS, Reason::Missing),
            Ok(Some(days)) if (least..=MOST_DAYS).contains(&days) => Some(days),
            _ => self.refuse(Column::DAYS, Reason::Number),
        }
    }

    pub(super) fn corrects(&mut self) -> Option<i64> {
        match self.number(Column::CORRECTS) {
            Ok(None) => None,
            Ok(Some(number)) if (1..=MOST_ORIGINALS).contains(&number) => Some(number),
            _ => self.refuse(Column::CORRECTS, Reason::Number),
        }
    }

    pub(super) fn paid_on(&mut self) -> Option<Date> {
        let text = self.narrow(Column::PAID_ON);
        if text.is_empty() || text == "99999999" || text == "00000000" {
            return None;
        }
        let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let date = digits.then(|| Date::strptime("%Y%m%d", &text).ok()).flatten();
        date.or_else(|| self.refuse(Column::PAID_ON, Reason::Date))
    }

    /// What no column shows by itself.
    pub(super) fn check(&mut self, amounts: &Amounts, corrects: Option<i64>) {
        if !amounts.is_balanced() {
            self.refuse::<()>(Column::TOTAL, Reason::Unbalanced);
        }
        if amounts.takes() && corrects.is_none() && self.text(Column::CORRECTS).is_empty() {
            self.refuse::<()>(Column::CORRECTS, Reason::TakesFromNothing);
        }
    }
}
