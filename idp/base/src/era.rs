//! Civil dates as people and extracts write them, in Western and Japanese years.
//!
//! What a person types is read strictly: a day outside its era is refused.
//! What an extract holds may run on in an ended era, and that is told.

use jiff::civil::Date;

mod age;
mod read;
mod show;

pub use age::{age_on, birthday, elderly_from};
pub use read::{Codes, DateError, Extracted, parse_birth_date, parse_extract_date};
pub use show::{clock, day, dual, japanese, moment, near, near_day};

/// The eras since dates are kept in the Western calendar's days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Era {
    /// 明治, from 1868-01-25; days count from 1873-01-01, when the calendar of today began.
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    /// All eras, the oldest first.
    pub const ALL: [Self; 5] = [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa];

    /// The first day of the era.
    pub const fn begins(self) -> Date {
        match self {
            Self::Meiji => Date::constant(1868, 1, 25),
            Self::Taisho => Date::constant(1912, 7, 30),
            Self::Showa => Date::constant(1926, 12, 25),
            Self::Heisei => Date::constant(1989, 1, 8),
            Self::Reiwa => Date::constant(2019, 5, 1),
        }
    }

    /// The name in kanji.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter people write for it.
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The era in which `date` lies; 明治 for what is older.
    pub fn of(date: Date) -> Self {
        Self::ALL.into_iter().rev().find(|era| era.begins() <= date).unwrap_or(Self::Meiji)
    }

    /// The Western year of the era's `year` (1 is 元年).
    pub fn western(self, year: i16) -> i16 {
        self.begins().year().saturating_add(year).saturating_sub(1)
    }
}
