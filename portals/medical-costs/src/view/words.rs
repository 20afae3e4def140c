//! Amounts, months and years as pages say them.

use jiff::civil::Date;
use sekisho_base::{Language, Speech, era};

use crate::rules::amounts::Yen;
use crate::rules::month::Month;

/// An amount with its unit: 39,790円, ¥39,790.
pub fn yen(speech: &Speech<'_>, amount: Yen) -> String {
    speech.with("costs.year.amount", &[("amount", amount)])
}

/// A month beside the word for it: `8` before 月, or August.
pub fn month(language: Language, month: Month) -> String {
    match language {
        Language::Ja => month.month().to_string(),
        Language::En => {
            let day = era::dual(month.day(1), language);
            day.split(' ').nth(1).unwrap_or_default().to_owned()
        }
    }
}

/// A month with its year: 2026年8月, August 2026.
pub fn month_and_year(language: Language, which: Month) -> String {
    match language {
        Language::Ja => format!("{}年{}月", which.year(), which.month()),
        Language::En => format!("{} {}", month(language, which), which.year()),
    }
}

/// A year for people: 2026年（令和8年）, 2026.
pub fn year(speech: &Speech<'_>, year: i16) -> String {
    let era = era_year(year).unwrap_or_default();
    speech.with("costs.year.of_era", &[("year", year.to_string()), ("era", era)])
}

/// The year as it stands vertically beside the column, with its era: 二〇二六年, 令和八年.
pub fn upright_year(year: i16) -> (String, String) {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let kanji = |digit: char| digit.to_digit(10).and_then(|digit| DIGITS.get(usize::try_from(digit).ok()?));
    let western: String = year.to_string().chars().filter_map(kanji).collect();
    let era = era_year(year).unwrap_or_default();
    let (name, count): (String, String) = era.chars().partition(|letter| !letter.is_ascii_digit());
    let name = name.trim_end_matches('年').to_owned();
    let count = match count.parse::<u16>() {
        Ok(count) => counted(count, kanji),
        Err(_) => String::new(),
    };
    (format!("{western}年"), format!("{name}{count}年"))
}

/// 8 as 八, 11 as 十一, 23 as 二十三.
fn counted<'d>(count: u16, kanji: impl Fn(char) -> Option<&'d char>) -> String {
    let digit = |value: u16| char::from_digit(value.into(), 10).and_then(&kanji);
    let (tens, ones) = (count / 10, count % 10);
    let mut text = String::new();
    text.extend(digit(tens).filter(|_| tens > 1));
    text.extend((tens > 0).then_some('十'));
    text.extend(digit(ones).filter(|_| ones > 0));
    text
}

/// The era in which a year ends: 令和8年.
fn era_year(year: i16) -> Option<String> {
    let last = Date::new(year, 12, 31).ok()?;
    era::japanese(last).split_once('年').map(|(year, _)| format!("{year}年"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_stand_upright_with_their_era() {
        for (year, western, era) in [
            (2026, "二〇二六年", "令和八年"),
            (2019, "二〇一九年", "令和元年"),
            (2028, "二〇二八年", "令和十年"),
            (2030, "二〇三〇年", "令和十二年"),
            (2018, "二〇一八年", "平成三十年"),
        ] {
            assert_eq!(upright_year(year), (western.to_owned(), era.to_owned()));
        }
    }

    #[test]
    fn a_month_is_a_number_or_a_name() {
        let august = Month::new(2026, 8).unwrap();
        assert_eq!(month(Language::Ja, august), "8");
        assert_eq!(month(Language::En, august), "August");
        assert_eq!(month_and_year(Language::Ja, august), "2026年8月");
        assert_eq!(month_and_year(Language::En, august), "August 2026");
    }
}
