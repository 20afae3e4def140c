//! Ages as the law counts them.

use jiff::civil::Date;

/// The day on which a person born on `birth` is `years` old for its whole length.
///
/// The law reaches the age at the end of the day before (年齢計算ニ関スル法律; Civil Code 143), so in a year without
/// 29 February who was born on it is older on 1 March.
pub fn birthday(birth: Date, years: i16) -> Date {
    let year = birth.year().saturating_add(years);
    Date::new(year, birth.month(), birth.day()).or_else(|_| Date::new(year, 3, 1)).unwrap_or(Date::MAX)
}

/// The age in whole years on `day`; zero before birth.
pub fn age_on(birth: Date, day: Date) -> i16 {
    let years = day.year().saturating_sub(birth.year());
    let reached = if birthday(birth, years) <= day { years } else { years.saturating_sub(1) };
    reached.max(0)
}

/// The first day of the burden ratio of the elderly: the month after the 70th birthday, the same month when
/// born on the 1st, since the age is reached on the day before (domain 2.3).
pub fn elderly_from(birth: Date) -> Date {
    let reached = birthday(birth, 70).yesterday().unwrap_or(birth);
    reached.last_of_month().tomorrow().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn birthdays_on_the_29th_of_february_fall_on_the_1st_of_march_in_other_years() {
        assert_eq!(birthday(date(1964, 2, 29), 75), date(2039, 3, 1));
        assert_eq!(birthday(date(1964, 2, 29), 76), date(2040, 2, 29));
        assert_eq!(birthday(date(1951, 11, 21), 75), date(2026, 11, 21));
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        let birth = date(2000, 1, 21);
        for (day, age) in [
            (date(2026, 1, 20), 25),
            (date(2026, 1, 21), 26),
            (date(2000, 1, 21), 0),
            (date(1999, 12, 31), 0),
        ] {
            assert_eq!(age_on(birth, day), age, "{day}");
        }
        assert_eq!(age_on(date(2004, 2, 29), date(2026, 2, 28)), 21);
        assert_eq!(age_on(date(2004, 2, 29), date(2026, 3, 1)), 22);
    }

    #[test]
    fn the_burden_of_the_elderly_begins_the_month_after_unless_born_on_the_1st() {
        assert_eq!(elderly_from(date(1956, 3, 1)), date(2026, 3, 1));
        assert_eq!(elderly_from(date(1956, 3, 2)), date(2026, 4, 1));
        assert_eq!(elderly_from(date(1956, 12, 31)), date(2027, 1, 1));
        assert_eq!(elderly_from(date(1957, 1, 1)), date(2027, 1, 1));
    }
}
