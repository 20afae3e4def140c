//! The fields of a row, each read into its type; what is wrong is gathered.

use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, offset};
use sekisho_base::{Digest, Language, Timestamp, era};

use super::super::{Address, Burden, Class, Marks, Position, Sex};
use super::{Action, COLUMNS, Column, Finding, Reason};
use crate::email::Email;
use crate::ids::PersonKey;
use crate::insurer_number::InsurerNumber;
use crate::phone::Phone;
use crate::width::narrow;
use crate::{kana, my_number};

/// Characters in one field at most.
const LONGEST: usize = 254;
/// Characters of a symbol or number at most.
const LONGEST_MARKS: usize = 19;

/// The fields of one row and what was found in them.
pub(super) struct Fields<'a> {
    row: &'a [String],
    refused: Vec<Finding>,
    notices: Vec<Finding>,
}

/// The numbers by which a row names its person.
pub(super) struct RowMarks {
    pub(super) symbol: Option<Marks>,
    pub(super) number: Option<Marks>,
    pub(super) branch: Option<Marks>,
}

impl<'a> Fields<'a> {
    /// Looks at the row as a whole: count, My Numbers, control characters, lengths.
    pub(super) fn new(row: &'a [String]) -> Result<Self, Vec<Finding>> {
        let all = || row.iter().enumerate();
        let refused: Vec<Finding> = all()
            .filter(|(_, field)| my_number::is_contained_in(field))
            .map(|(index, _)| Finding { column: Column::at(index), reason: Reason::MyNumber })
            .collect();
        if !refused.is_empty() {
            return Err(refused);
        }
        if row.len() != COLUMNS.len() {
            return Err(vec![Finding { column: Column::ROW, reason: Reason::ColumnCount }]);
        }
        let mut fields = Self { row, refused, notices: Vec::new() };
        for (index, field) in all() {
            if field.chars().any(char::is_control) {
                fields.refuse::<()>(Column::at(index), Reason::Control);
            } else if field.chars().count() > LONGEST {
                fields.refuse::<()>(Column::at(index), Reason::Long);
            }
        }
        Ok(fields)
    }

    /// What was found: what refuses the row, and what is only noted.
    pub(super) fn findings(mut self) -> (Vec<Finding>, Vec<Finding>) {
        self.refused.sort_by_key(|finding| finding.column);
        (self.refused, self.notices)
    }

    pub(super) fn refuse<T>(&mut self, column: Column, reason: Reason) -> Option<T> {
        self.refused.push(Finding { column, reason });
        None
    }

    fn note<T>(&mut self, column: Column, reason: Reason) -> Option<T> {
        self.notices.push(Finding { column, reason });
        None
    }

    /// A field without blanks around it.
    pub(super) fn text(&self, column: Column) -> String {
        let index = usize::from(column.number()).wrapping_sub(1);
        self.row.get(index).map(|field| field.trim().to_owned()).unwrap_or_default()
    }

    fn narrow(&self, column: Column) -> String {
        narrow(&self.text(column))
    }

    pub(super) fn insurer_number(&mut self, own: &[InsurerNumber]) -> Option<InsurerNumber> {
        match self.text(Column::INSURER_NUMBER).parse::<InsurerNumber>() {
            Err(_) => self.refuse(Column::INSURER_NUMBER, Reason::InsurerNumber),
            Ok(number) if own.contains(&number) => Some(number),
            Ok(_) => self.refuse(Column::INSURER_NUMBER, Reason::OtherInsurer),
        }
    }

    pub(super) fn marks(&mut self) -> RowMarks {
        let symbol = self.mark(Column::SYMBOL);
        let number = self.mark(Column::NUMBER);
        let branch = match self.narrow(Column::BRANCH).as_str() {
            "" => None,
            digits if digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(Marks::new(&format!("{digits:0>2}")))
            }
            _ => self.refuse(Column::BRANCH, Reason::UnknownValue),
        };
        RowMarks { symbol, number, branch }
    }

    fn mark(&mut self, column: Column) -> Option<Marks> {
        let marks = Marks::new(&self.text(column));
        match marks.norm().chars().count() {
            0 => self.refuse(column, Reason::Missing),
            1..=LONGEST_MARKS => Some(marks),
            _ => self.refuse(column, Reason::Long),
        }
    }

    /// The personal key; where the extract has none, one made of numbers and birth date, so that a number given
    /// out again is another person.
    pub(super) fn person_key(&mut self, marks: &RowMarks, birth_date: Date) -> Option<PersonKey> {
        let branch = marks.branch.as_ref().map_or("", Marks::norm_nz);
        let parts = format!("{branch}\n{birth_date}");
        self.key(Column::PERSON_KEY, marks, &parts)
    }

    /// The household's key; where the extract has none, one made of symbol and number.
    pub(super) fn household_key(&mut self, marks: &RowMarks) -> Option<PersonKey> {
        self.key(Column::HOUSEHOLD_KEY, marks, "")
    }

    fn key(&mut self, column: Column, marks: &RowMarks, parts: &str) -> Option<PersonKey> {
        let written = self.narrow(column);
        if written.is_empty() {
            let (symbol, number) = (marks.symbol.as_ref()?, marks.number.as_ref()?);
            let text = format!("{}\n{}\n{parts}", symbol.norm_nz(), number.norm_nz());
            return format!("~{}", Digest::of_content(text.as_bytes()).short_hex(12)).parse().ok();
        }
        // The tilde marks keys made here.
        match written.parse() {
            Ok(key) if written.len() <= 20 && !written.starts_with('~') => Some(key),
            _ => self.refuse(column, Reason::Key),
        }
    }

    pub(super) fn position(&mut self) -> Option<Position> {
        let digit = self.narrow(Column::POSITION);
        Position::of_digit(&digit).or_else(|| self.unknown(Column::POSITION, &digit))
    }

    pub(super) fn class(&mut self) -> Option<Class> {
        let digit = self.narrow(Column::CLASS);
        Class::of_digit(&digit).or_else(|| self.unknown(Column::CLASS, &digit))
    }

    pub(super) fn sex(&mut self) -> Option<Sex> {
        match self.narrow(Column::SEX).as_str() {
            // Codes of the online eligibility check and of host systems for "not stated".
            "0" | "3" | "9" => Some(Sex::Unstated),
            digit => Sex::of_digit(digit).or_else(|| self.unknown(Column::SEX, digit)),
        }
    }

    fn unknown<T>(&mut self, column: Column, value: &str) -> Option<T> {
        self.refuse(column, if value.is_empty() { Reason::Missing } else { Reason::UnknownValue })
    }

    /// The name in kana as sent. One that does not fold is kept: the person exists, but cannot register by it.
    pub(super) fn kana(&mut self, options: kana::Options) -> Option<String> {
        let name = self.text(Column::KANA);
        if name.is_empty() {
            return self.refuse(Column::KANA, Reason::Missing);
        }
        if kana::fold(&name, options).is_err() {
            self.note::<()>(Column::KANA, Reason::KanaUnreadable);
        }
        Some(name)
    }

    pub(super) fn name(&mut self) -> String {
        let name = self.text(Column::NAME);
        if name.contains('〓') {
            self.note::<()>(Column::NAME, Reason::MissingCharacter);
        }
        name
    }

    /// A date; none when the field is empty or filled with one digit, as host systems do.
    pub(super) fn date(&mut self, column: Column, codes: era::Codes) -> Option<Date> {
        let text = self.narrow(column);
        if matches!(text.as_str(), "" | "0" | "00000000" | "99999999" | "0000000" | "9999999") {
            return None;
        }
        match era::parse_extract_date(&text, codes) {
            Err(error) => self.refuse(column, Reason::Date(error)),
            Ok(read) => {
                if read.overran {
                    self.note::<()>(column, Reason::EraOverran);
                }
                Some(read.date)
            }
        }
    }

    pub(super) fn required_date(&mut self, column: Column, codes: era::Codes) -> Option<Date> {
        if self.text(column).is_empty() {
            return self.refuse(column, Reason::Missing);
        }
        let refused = self.refused.len();
        let date = self.date(column, codes);
        if date.is_none() && self.refused.len() == refused {
            return self.refuse(column, Reason::Missing);
        }
        date
    }

    pub(super) fn birth_date(&mut self, codes: era::Codes, today: Date) -> Option<Date> {
        let date = self.required_date(Column::BIRTH_DATE, codes)?;
        if date > today { self.refuse(Column::BIRTH_DATE, Reason::BirthAhead) } else { Some(date) }
    }

    pub(super) fn check_order(
        &mut self,
        action: Action,
        birth: Option<Date>,
        acquired: Option<Date>,
        lost: Option<Date>,
    ) {
        if let (Some(birth), Some(acquired)) = (birth, acquired)
            && acquired < birth
        {
            self.refuse::<()>(Column::ACQUIRED_ON, Reason::BeforeBirth);
        }
        if let (Some(acquired), Some(lost)) = (acquired, lost)
            && lost < acquired
        {
            self.refuse::<()>(Column::LOST_ON, Reason::LostBeforeAcquired);
        }
        let refused = self.refused.iter().any(|finding| finding.column == Column::LOST_ON);
        if action == Action::Loss && lost.is_none() && !refused {
            self.refuse::<()>(Column::LOST_ON, Reason::LossWithoutDate);
        }
    }

    pub(super) fn burden(&mut self, codes: era::Codes) -> Option<Burden> {
        let from = self.date(Column::BURDEN_FROM, codes);
        let tenths = match self.narrow(Column::BURDEN).as_str() {
            "" => return None,
            "1" => 1,
            "2" => 2,
            "3" => 3,
            _ => return self.refuse(Column::BURDEN, Reason::UnknownValue),
        };
        Some(Burden { tenths, from })
    }

    pub(super) fn address(&mut self, suppressed: bool) -> Option<Address> {
        if suppressed {
            return None;
        }
        let mut postal_code = self.narrow(Column::POSTAL_CODE).replace('-', "");
        if !postal_code.is_empty()
            && (postal_code.len() != 7 || !postal_code.bytes().all(|byte| byte.is_ascii_digit()))
        {
            self.note::<()>(Column::POSTAL_CODE, Reason::LeftOut);
            postal_code.clear();
        }
        let lines = [Column::ADDRESS_1, Column::ADDRESS_2, Column::ADDRESS_3, Column::ADDRESS_4]
            .map(|column| self.text(column));
        let empty = postal_code.is_empty() && lines.iter().all(String::is_empty);
        (!empty).then_some(Address { postal_code, lines })
    }

    pub(super) fn phone(&mut self) -> Option<Phone> {
        match self.text(Column::PHONE).as_str() {
            "" => None,
            typed => Phone::parse(typed).ok().or_else(|| self.note(Column::PHONE, Reason::LeftOut)),
        }
    }

    pub(super) fn email(&mut self) -> Option<Email> {
        match self.text(Column::EMAIL).as_str() {
            "" => None,
            typed => Email::parse(typed).ok().or_else(|| self.note(Column::EMAIL, Reason::LeftOut)),
        }
    }

    pub(super) fn language(&mut self) -> Language {
        match self.narrow(Column::LANGUAGE).as_str() {
            "" => Language::Ja,
            tag => {
                tag.parse().ok().or_else(|| self.note(Column::LANGUAGE, Reason::LeftOut)).unwrap_or_default()
            }
        }
    }

    /// A flag; empty is no. A flag that cannot be read refuses the row: it may protect somebody.
    pub(super) fn flag(&mut self, column: Column) -> bool {
        self.known_flag(column).unwrap_or(false)
    }

    pub(super) fn known_flag(&mut self, column: Column) -> Option<bool> {
        match self.narrow(column).as_str() {
            "" => None,
            "0" => Some(false),
            "1" => Some(true),
            _ => self.refuse(column, Reason::UnknownValue),
        }
    }

    /// A moment, written in the time of Tokyo.
    pub(super) fn updated_at(&mut self) -> Option<Timestamp> {
        let digits = self.narrow(Column::UPDATED_AT);
        if digits.is_empty() {
            return None;
        }
        let read = digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let civil = read.then(|| DateTime::strptime("%Y%m%d%H%M%S", &digits).ok()).flatten();
        let moment = civil.and_then(|civil| civil.to_zoned(TimeZone::fixed(offset(9))).ok());
        match moment {
            Some(moment) => Some(Timestamp::from_micros(moment.timestamp().as_microsecond())),
            None => self.note(Column::UPDATED_AT, Reason::LeftOut),
        }
    }
}
