//! Whether a person is covered on a day.

use jiff::civil::Date;
use sekisho_base::era;

use super::Record;

/// A person's cover on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Covered.
    Live,
    /// No longer covered; this was the first day without.
    Ended(Date),
    /// Not yet covered; this will be the first day.
    NotYet(Date),
}

/// The age at which everybody moves to the medical system of the very old, on the birthday itself (domain 2.3).
const LEAVING_AGE: i16 = 75;

/// The cover of a record on `today`. The loss day is the first day without cover; cover also ends on the 75th
/// birthday, whether the extract says so already or not.
pub fn cover(record: &Record, today: Date) -> Cover {
    let leaving = era::birthday(record.birth_date, LEAVING_AGE);
    let ends = record.lost_on.map_or(leaving, |lost| lost.min(leaving));
    if today >= ends {
        Cover::Ended(ends)
    } else if today < record.acquired_on {
        Cover::NotYet(record.acquired_on)
    } else {
        Cover::Live
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::sample::record;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn cover_runs_from_its_first_day_to_the_day_before_its_loss() {
        let today = date(2026, 11, 21);
        for (acquired, lost, birth, expected) in [
            (date(2022, 4, 1), None, date(2000, 1, 21), Cover::Live),
            (date(2026, 11, 21), None, date(2000, 1, 21), Cover::Live),
            (date(2026, 11, 22), None, date(2000, 1, 21), Cover::NotYet(date(2026, 11, 22))),
            (date(2022, 4, 1), Some(date(2026, 11, 22)), date(2000, 1, 21), Cover::Live),
            (date(2022, 4, 1), Some(today), date(2000, 1, 21), Cover::Ended(today)),
            (date(2022, 4, 1), Some(date(2026, 4, 1)), date(2000, 1, 21), Cover::Ended(date(2026, 4, 1))),
            (date(2022, 4, 1), Some(date(2099, 12, 31)), date(2000, 1, 21), Cover::Live),
            (date(2022, 4, 1), None, date(1951, 11, 22), Cover::Live),
            (date(2022, 4, 1), None, date(1951, 11, 21), Cover::Ended(today)),
            (
                date(2022, 4, 1),
                Some(date(2099, 12, 31)),
                date(1951, 11, 20),
                Cover::Ended(date(2026, 11, 20)),
            ),
        ] {
            let mut record = record("P1", "91", "200001");
            (record.acquired_on, record.lost_on, record.birth_date) = (acquired, lost, birth);
            assert_eq!(cover(&record, today), expected, "{acquired} {lost:?} {birth}");
        }
    }
}
