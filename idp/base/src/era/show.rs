//! Dates as pages, cards and mails show them (the look, §3).

use jiff::civil::{Date, Weekday};

use super::Era;
use crate::{Language, Timestamp};

/// The day in its era: 平成12年1月21日, 令和元年5月1日.
pub fn japanese(date: Date) -> String {
    format!("{}{}月{}日", era_year(date), date.month(), date.day())
}

/// A birth date: the era with the Western year beside it, 平成12年（2000年）1月21日; in English 21 January 2000.
pub fn dual(date: Date, language: Language) -> String {
    match language {
        Language::Ja => {
            format!("{}（{}年）{}月{}日", era_year(date), date.year(), date.month(), date.day())
        }
        Language::En => english(date),
    }
}

/// A day for people: 2026年11月21日（土）; in English Sat 21 November 2026.
pub fn day(date: Date, language: Language) -> String {
    let (ja, en) = weekday(date);
    match language {
        Language::Ja => format!("{}年{}月{}日（{ja}）", date.year(), date.month(), date.day()),
        Language::En => format!("{en} {}", english(date)),
    }
}

/// A moment for people, in Tokyo: 2026年11月21日（土）10:24; in English Sat 21 November 2026, 10:24.
pub fn moment(at: Timestamp, language: Language) -> String {
    let day = day(at.date_in_tokyo(), language);
    match language {
        Language::Ja => format!("{day}{}", clock(at)),
        Language::En => format!("{day}, {}", clock(at)),
    }
}

/// The clock of 24 hours in Tokyo: 10:24.
pub fn clock(at: Timestamp) -> String {
    let time = at.in_tokyo().time();
    format!("{}:{:02}", time.hour(), time.minute())
}

/// A day as somebody says it on `today`: 今日, 11月21日, 2025年11月21日; in English today, 21 November, 21 November 2025.
pub fn near_day(date: Date, today: Date, language: Language) -> String {
    let is_this_year = date.year() == today.year();
    match language {
        Language::Ja if date == today => "今日".to_owned(),
        Language::En if date == today => "today".to_owned(),
        Language::Ja if is_this_year => format!("{}月{}日", date.month(), date.day()),
        Language::Ja => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Language::En if is_this_year => format!("{} {}", date.day(), month(date)),
        Language::En => english(date),
    }
}

/// A moment as somebody says it at `now`, in Tokyo: 今日 10:21, 11月18日 21:40; in English today 10:21.
pub fn near(at: Timestamp, now: Timestamp, language: Language) -> String {
    format!("{} {}", near_day(at.date_in_tokyo(), now.date_in_tokyo(), language), clock(at))
}

/// 平成12年, 令和元年; the Western year before 1873, when days were counted otherwise.
fn era_year(date: Date) -> String {
    if date.year() < 1873 {
        return format!("{}年", date.year());
    }
    let era = Era::of(date);
    match date.year().saturating_sub(era.begins().year()).saturating_add(1) {
        1 => format!("{}元年", era.name()),
        year => format!("{}{year}年", era.name()),
    }
}

fn english(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    month.copied().unwrap_or_default()
}

const fn weekday_names(weekday: Weekday) -> (&'static str, &'static str) {
    match weekday {
        Weekday::Monday => ("月", "Mon"),
        Weekday::Tuesday => ("火", "Tue"),
        Weekday::Wednesday => ("水", "Wed"),
        Weekday::Thursday => ("木", "Thu"),
        Weekday::Friday => ("金", "Fri"),
        Weekday::Saturday => ("土", "Sat"),
        Weekday::Sunday => ("日", "Sun"),
    }
}

fn weekday(date: Date) -> (&'static str, &'static str) {
    weekday_names(date.weekday())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_shown_in_their_era() {
        for (day, shown) in [
            (date(2000, 1, 21), "平成12年1月21日"),
            (date(2019, 5, 1), "令和元年5月1日"),
            (date(2019, 4, 30), "平成31年4月30日"),
            (date(1989, 1, 7), "昭和64年1月7日"),
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(1926, 12, 24), "大正15年12月24日"),
            (date(1872, 12, 31), "1872年12月31日"),
        ] {
            assert_eq!(japanese(day), shown);
        }
    }

    #[test]
    fn what_is_near_is_said_as_people_say_it() {
        let today = date(2026, 11, 21);
        for (day, ja, en) in [
            (today, "今日", "today"),
            (date(2026, 1, 2), "1月2日", "2 January"),
            (date(2025, 11, 21), "2025年11月21日", "21 November 2025"),
        ] {
            assert_eq!(near_day(day, today, Language::Ja), ja);
            assert_eq!(near_day(day, today, Language::En), en);
        }
        let now = Timestamp::from_seconds(1_795_222_800);
        assert_eq!(near(now, now, Language::Ja), "今日 10:00");
        assert_eq!(
            near(Timestamp::from_seconds(1_795_222_800 - 86_400), now, Language::En),
            "20 November 10:00"
        );
    }

    #[test]
    fn birth_dates_have_the_western_year_beside_the_era() {
        assert_eq!(dual(date(2000, 1, 21), Language::Ja), "平成12年（2000年）1月21日");
        assert_eq!(dual(date(2000, 1, 21), Language::En), "21 January 2000");
    }

    #[test]
    fn moments_are_shown_in_tokyo_with_the_weekday() {
        // 2026-11-21T01:24:36Z
        let at = Timestamp::from_seconds(1_795_224_276);
        assert_eq!(moment(at, Language::Ja), "2026年11月21日（土）10:24");
        assert_eq!(moment(at, Language::En), "Sat 21 November 2026, 10:24");
    }
}
