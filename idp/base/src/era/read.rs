//! Reading dates.

use jiff::civil::Date;

use super::Era;

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// It has none of the forms that are read.
    #[error("not written as a date")]
    Shape,
    /// It names a day the calendar does not have, such as 30 February.
    #[error("no such day")]
    NoSuchDay,
    /// It names a day outside the era it is written in.
    #[error("a day outside its era")]
    OutsideEra,
}

/// Reads a birth date as people write it: `20000121`, `2000/1/21`, `2000-1-21`, `2000年1月21日`, `H12.1.21`,
/// `H120121`, `平成12年1月21日`, `昭和元年12月25日`; full-width characters and spaces make no difference (domain 2.6).
///
/// # Errors
/// See [`DateError`]. A day outside its era, such as 昭和65年, is refused.
pub fn parse_birth_date(typed: &str) -> Result<Date, DateError> {
    let text = narrow(typed);
    let Some((era, rest)) = split_era(&text) else {
        let [year, month, day] = western(&text).ok_or(DateError::Shape)?;
        return civil(year, month, day);
    };
    let [year, month, day] = parts(rest, 2).ok_or(DateError::Shape)?;
    if year < 1 {
        return Err(DateError::Shape);
    }
    let date = civil(era.western(year), month, day)?;
    if Era::of(date) == era && date >= era.begins() { Ok(date) } else { Err(DateError::OutsideEra) }
}

/// Which digits stand for the eras in an extract (domain 2.6); set for each insurer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codes {
    /// 1 to 5, as on receipts and in the card's certificates.
    #[default]
    Receipt,
    /// 1, 3, 5, 7, 9, as the pension office writes.
    Pension,
}

impl Codes {
    fn era(self, digit: char) -> Option<Era> {
        let digits = match self {
            Self::Receipt => "12345",
            Self::Pension => "13579",
        };
        digits.chars().zip(Era::ALL).find(|(known, _)| *known == digit).map(|(_, era)| era)
    }
}

/// A date read from an extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// The day.
    pub date: Date,
    /// Whether it was written in an era that had ended (昭和65 for 平成2); the clerk is told.
    pub overran: bool,
}

/// Reads a date of an extract: `YYYYMMDD`, or `GYYMMDD` with the era's digit by `codes`.
///
/// # Errors
/// See [`DateError`]. A day before its era's first is refused; one after its last is counted on and marked.
pub fn parse_extract_date(text: &str, codes: Codes) -> Result<Extracted, DateError> {
    let text = narrow(text);
    let digits = text.chars().all(|c| c.is_ascii_digit());
    match text.len() {
        8 if digits => {
            let [year, month, day] = parts(&text, 4).ok_or(DateError::Shape)?;
            Ok(Extracted { date: civil(year, month, day)?, overran: false })
        }
        7 if digits => {
            let era = text.chars().next().and_then(|digit| codes.era(digit)).ok_or(DateError::Shape)?;
            let [year, month, day] = text.get(1..).and_then(|rest| parts(rest, 2)).ok_or(DateError::Shape)?;
            if year < 1 {
                return Err(DateError::Shape);
            }
            let date = civil(era.western(year), month, day)?;
            if date < era.begins() {
                return Err(DateError::OutsideEra);
            }
            Ok(Extracted { date, overran: Era::of(date) != era })
        }
        _ => Err(DateError::Shape),
    }
}

/// Full-width characters made narrow, era ligatures spelt out, spaces dropped.
fn narrow(text: &str) -> String {
    let mut narrow = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match c {
            '\u{FF01}'..='\u{FF5E}' => {
                narrow.extend(char::from_u32(u32::from(c) - 0xFEE0).map(|c| c.to_ascii_uppercase()));
            }
            '㍾' => narrow.push_str("明治"),
            '㍽' => narrow.push_str("大正"),
            '㍼' => narrow.push_str("昭和"),
            '㍻' => narrow.push_str("平成"),
            '㋿' => narrow.push_str("令和"),
            '元' => narrow.push('1'),
            '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | 'ｰ' => narrow.push('-'),
            '・' | '。' | '｡' => narrow.push('.'),
            c => narrow.push(c.to_ascii_uppercase()),
        }
    }
    narrow
}

fn split_era(text: &str) -> Option<(Era, &str)> {
    Era::ALL.into_iter().find_map(|era| {
        text.strip_prefix(era.name()).or_else(|| text.strip_prefix(era.letter())).map(|rest| (era, rest))
    })
}

/// Year, month and day of a Western date; the year has four digits.
fn western(text: &str) -> Option<[i16; 3]> {
    let [year, month, day] = parts(text, 4)?;
    (1000..=9999).contains(&year).then_some([year, month, day])
}

/// Three numbers: packed as `year_digits` + 2 + 2 digits, or divided by one kind of mark, or by 年月日.
fn parts(text: &str, year_digits: usize) -> Option<[i16; 3]> {
    if text.chars().all(|c| c.is_ascii_digit()) {
        if text.len() != year_digits + 4 {
            return None;
        }
        let (year, rest) = text.split_at_checked(year_digits)?;
        let (month, day) = rest.split_at_checked(2)?;
        return Some([number(year)?, number(month)?, number(day)?]);
    }
    let divided = |marks: [char; 2], last: &str| -> Option<[i16; 3]> {
        let (year, rest) = text.split_once(marks[0])?;
        let (month, day) = rest.split_once(marks[1])?;
        Some([number(year)?, number(month)?, number(day.strip_suffix(last)?)?])
    };
    divided(['年', '月'], "日")
        .or_else(|| divided(['/', '/'], ""))
        .or_else(|| divided(['-', '-'], ""))
        .or_else(|| divided(['.', '.'], ""))
}

/// One to four digits, nothing else: no sign, no space.
fn number(text: &str) -> Option<i16> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn civil(year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(DateError::NoSuchDay);
    };
    Date::new(year, month, day).map_err(|_| DateError::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_form_people_write_is_read() {
        let day = date(2000, 1, 21);
        for typed in [
            "20000121",
            "2000/1/21",
            "2000-01-21",
            "2000.1.21",
            "2000年1月21日",
            "H12.1.21",
            "h12/01/21",
            "H120121",
            "平成12年1月21日",
            "㍻12年1月21日",
            "２０００／１／２１",
            "２０００年　１月　２１日",
            " 2000 0121 ",
            "Ｈ１２．１．２１",
            "2000ー1ー21",
            "H12・1・21",
        ] {
            assert_eq!(parse_birth_date(typed), Ok(day), "{typed}");
        }
        assert_eq!(parse_birth_date("S26.1.1"), Ok(date(1951, 1, 1)));
        assert_eq!(parse_birth_date("昭和元年12月25日"), Ok(date(1926, 12, 25)));
        assert_eq!(parse_birth_date("昭和64年1月7日"), Ok(date(1989, 1, 7)));
        assert_eq!(parse_birth_date("平成元年1月8日"), Ok(date(1989, 1, 8)));
        assert_eq!(parse_birth_date("令和6年2月29日"), Ok(date(2024, 2, 29)));
    }

    #[test]
    fn what_is_no_date_is_refused_with_its_reason() {
        for (typed, error) in [
            ("", DateError::Shape),
            ("2000", DateError::Shape),
            ("200121", DateError::Shape),
            ("2000121", DateError::Shape),
            ("00.1.21", DateError::Shape),
            ("2000/1-21", DateError::Shape),
            ("2000/1/21/", DateError::Shape),
            ("+200/1/21", DateError::Shape),
            ("平成0年1月21日", DateError::Shape),
            ("一月", DateError::Shape),
            ("123456789018", DateError::Shape),
            ("20000230", DateError::NoSuchDay),
            ("20010229", DateError::NoSuchDay),
            ("2000/13/1", DateError::NoSuchDay),
            ("2000/999/1", DateError::NoSuchDay),
            ("昭和65年1月1日", DateError::OutsideEra),
            ("昭和64年1月8日", DateError::OutsideEra),
            ("平成1年1月7日", DateError::OutsideEra),
            ("令和元年4月30日", DateError::OutsideEra),
            ("明治1年1月24日", DateError::OutsideEra),
        ] {
            assert_eq!(parse_birth_date(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn an_extract_counts_by_its_own_era_digits_and_may_overrun() {
        let read = |text, codes| parse_extract_date(text, codes).map(|read| (read.date, read.overran));
        assert_eq!(read("20000121", Codes::Receipt), Ok((date(2000, 1, 21), false)));
        assert_eq!(read("4120121", Codes::Receipt), Ok((date(2000, 1, 21), false)));
        assert_eq!(read("7120121", Codes::Pension), Ok((date(2000, 1, 21), false)));
        assert_eq!(read("3650101", Codes::Receipt), Ok((date(1990, 1, 1), true)));
        assert_eq!(read("3640107", Codes::Receipt), Ok((date(1989, 1, 7), false)));
        assert_eq!(read("4010107", Codes::Receipt), Err(DateError::OutsideEra));
        assert_eq!(read("7120121", Codes::Receipt), Err(DateError::Shape));
        assert_eq!(read("H12.1.21", Codes::Receipt), Err(DateError::Shape));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in ".{0,24}") {
            let _ = parse_birth_date(&text);
            let _ = parse_extract_date(&text, Codes::Receipt);
        }

        #[test]
        fn every_day_reads_back_from_every_form(days in 0_i64..56_000) {
            let day = date(1873, 1, 1).saturating_add(jiff::Span::new().days(days));
            prop_assert_eq!(parse_birth_date(&super::super::japanese(day)), Ok(day));
            prop_assert_eq!(parse_birth_date(&day.to_string()), Ok(day));
            prop_assert_eq!(parse_birth_date(&day.strftime("%Y%m%d").to_string()), Ok(day));
        }
    }
}
