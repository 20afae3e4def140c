//! When bills arrive, and for how long they are kept (domain 3.1).

use jiff::civil::Date;
use serde::Deserialize;

use super::month::Month;

/// The `[calendar]` section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// For how many calendar years bills are kept, this one included. Older ones are deleted.
    pub kept_years: i16,
    /// How many months after the treatment its bill is expected here.
    pub arrives_after_months: i16,
    /// On about which day of that month.
    pub arrives_on_day: i8,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { kept_years: 2, arrives_after_months: 3, arrives_on_day: 15 }
    }
}

/// A month whose bills have not come, and when they are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The month of treatment.
    pub month: Month,
    /// About when.
    pub on: Date,
}

impl Calendar {
    /// The first month whose bills are kept on `today`.
    pub fn kept_from(&self, today: Date) -> Month {
        let first = today.year().saturating_sub(self.kept_years.max(1)).saturating_add(1);
        Month::new(first, 1).unwrap_or_else(|| Month::of(today))
    }

    /// The years that are shown on `today`, the newest first.
    pub fn years(&self, today: Date) -> Vec<i16> {
        (self.kept_from(today).year()..=today.year()).rev().collect()
    }

    /// When the bills of `month` are expected, as far as that lies ahead of `today`; what is late comes soon.
    pub fn expected(&self, month: Month, today: Date) -> Expected {
        let on = month.plus(self.arrives_after_months.max(0)).day(self.arrives_on_day);
        Expected { month, on: on.max(today) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn two_years_are_kept_and_shown_the_newest_first() {
        let calendar = Calendar::default();
        let today = date(2026, 11, 21);
        assert_eq!(calendar.kept_from(today).to_string(), "2025-01");
        assert_eq!(calendar.years(today), [2026, 2025]);
        assert_eq!(
            Calendar { kept_years: 0, ..calendar }.years(today),
            [2026],
            "the year itself is always kept"
        );
    }

    #[test]
    fn bills_are_expected_three_months_later_and_never_in_the_past() {
        let calendar = Calendar::default();
        let september = Month::new(2026, 9).unwrap();
        assert_eq!(calendar.expected(september, date(2026, 11, 21)).on, date(2026, 12, 15));
        assert_eq!(calendar.expected(september, date(2027, 1, 4)).on, date(2027, 1, 4));
    }
}
