//! A month of treatment.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// A calendar month, 診療年月.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month of the form YYYYMM")]
pub struct NoMonth;

impl Month {
    /// The month of a year, from 1 to 12; the years of four digits only.
    pub const fn new(year: i16, month: i8) -> Option<Self> {
        if year >= 1000 && year <= 9999 && month >= 1 && month <= 12 {
            Some(Self { year, month })
        } else {
            None
        }
    }

    /// The month in which a day lies.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// All months of a year, January first; none of a year that has no four digits.
    pub fn all_of(year: i16) -> impl Iterator<Item = Self> {
        (1..=12).filter_map(move |month| Self::new(year, month))
    }

    /// The year.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month's number, 1 to 12.
    pub const fn month(self) -> i8 {
        self.month
    }

    /// As rows keep it: 202609.
    pub fn number(self) -> i64 {
        i64::from(self.year) * 100 + i64::from(self.month)
    }

    /// The month that rows keep as `number`.
    pub fn from_number(number: i64) -> Option<Self> {
        let year = i16::try_from(number / 100).ok()?;
        let month = i8::try_from(number % 100).ok()?;
        Self::new(year, month)
    }

    /// The month so many months later, or earlier where `months` is negative; the last that exists where it would
    /// leave the calendar.
    #[must_use]
    pub fn plus(self, months: i16) -> Self {
        let count = i32::from(self.year) * 12 + i32::from(self.month) - 1 + i32::from(months);
        let year = i16::try_from(count.div_euclid(12)).ok();
        let month = i8::try_from(count.rem_euclid(12) + 1).ok();
        year.zip(month).and_then(|(year, month)| Self::new(year, month)).unwrap_or(self)
    }

    /// A day of the month; the last where it has no such day.
    pub fn day(self, day: i8) -> Date {
        let first = Date::constant(self.year, self.month, 1);
        Date::new(self.year, self.month, day.max(1)).unwrap_or_else(|_| first.last_of_month())
    }
}

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let digits = match text.split_once('-') {
            Some((year, month)) if year.len() == 4 && month.len() == 2 => format!("{year}{month}"),
            Some(_) => return Err(NoMonth),
            None => text.to_owned(),
        };
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoMonth);
        }
        digits.parse().ok().and_then(Self::from_number).ok_or(NoMonth)
    }
}

/// As `2026-09`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_are_read_in_the_two_forms_of_extracts_and_nothing_else() {
        let september = Month::new(2026, 9).unwrap();
        for (text, expected) in [
            ("202609", Some(september)),
            ("2026-09", Some(september)),
            ("202600", None),
            ("202613", None),
            ("20269", None),
            ("2026-9", None),
            ("-202609", None),
            ("202609-", None),
            ("+20269", None),
            ("", None),
            ("令和8年9月", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        assert_eq!((september.number(), september.to_string()), (202_609, "2026-09".to_owned()));
        assert_eq!(Month::from_number(202_609), Some(september));
        assert_eq!(Month::from_number(9_999_999), None);
    }

    #[test]
    fn months_are_counted_across_years() {
        let november = Month::new(2026, 11).unwrap();
        assert_eq!(november.plus(3).to_string(), "2027-02");
        assert_eq!(november.plus(-11).to_string(), "2025-12");
        assert_eq!(Month::new(9999, 12).unwrap().plus(1).to_string(), "9999-12");
        assert_eq!(Month::new(2026, 2).unwrap().day(31), date(2026, 2, 28));
        assert_eq!(november.day(15), date(2026, 11, 15));
        assert_eq!(Month::all_of(2026).count(), 12);
    }
}
