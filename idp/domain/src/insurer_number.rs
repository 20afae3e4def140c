//! 保険者番号: the number by which the whole sector knows an insurer (domain 2.1).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::width::narrow;

/// An insurer's number with its right check digit: eight digits (law, prefecture, insurer, check), or six for
/// national health insurance, which has no law number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct InsurerNumber(String);

/// Why a text is no insurer's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InsurerNumberError {
    /// It does not have six or eight digits.
    #[error("an insurer's number has 8 digits, or 6 for national health insurance")]
    Shape,
    /// It names a prefecture that does not exist.
    #[error("no prefecture has this number")]
    Prefecture,
    /// Its last digit does not follow from the others.
    #[error("the check digit is wrong")]
    CheckDigit,
}

impl InsurerNumber {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies in prefecture 99, which is never assigned: an insurer made up for trying things out.
    pub fn is_fictional(&self) -> bool {
        prefecture(&self.0) == Some(99)
    }
}

impl FromStr for InsurerNumber {
    type Err = InsurerNumberError;

    /// Reads a number in any width. Numbers of six digits arrive padded to eight by spaces or zeros as well.
    fn from_str(text: &str) -> Result<Self, InsurerNumberError> {
        let narrow = narrow(text);
        if !narrow.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InsurerNumberError::Shape);
        }
        let digits = match narrow.len() {
            8 => narrow.strip_prefix("00").unwrap_or(&narrow),
            6 => narrow.as_str(),
            _ => return Err(InsurerNumberError::Shape),
        };
        if !prefecture(digits).is_some_and(|prefecture| (1..=47).contains(&prefecture) || prefecture == 99) {
            return Err(InsurerNumberError::Prefecture);
        }
        let body = digits.get(..digits.len().saturating_sub(1)).unwrap_or_default();
        if digits.chars().next_back() != check_digit(body) {
            return Err(InsurerNumberError::CheckDigit);
        }
        Ok(Self(digits.to_owned()))
    }
}

/// The check digit of a number without it: doubled from the right, the digits of the products summed, ten's rest.
///
/// None when `body` is not all digits.
pub fn check_digit(body: &str) -> Option<char> {
    let mut sum = 0;
    for (place, digit) in body.chars().rev().enumerate() {
        let digit = digit.to_digit(10)?;
        let product = if place % 2 == 0 { digit * 2 } else { digit };
        sum += product / 10 + product % 10;
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

fn prefecture(digits: &str) -> Option<u8> {
    let from = digits.len().checked_sub(6)?;
    digits.get(from..from + 2)?.parse().ok()
}

impl fmt::Display for InsurerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for InsurerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for InsurerNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_follow_the_vectors() {
        for (body, check) in [
            ("3312001", '5'),
            ("0104001", '3'),
            ("0699999", '9'),
            ("0613999", '2'),
            ("6313001", '7'),
            ("1399999", '0'),
            ("13801", '6'),
            ("0613001", '7'),
        ] {
            assert_eq!(check_digit(body), Some(check), "{body}");
        }
        assert_eq!(check_digit("06a"), None);
    }

    #[test]
    fn numbers_are_read_in_any_width_and_padding() {
        for (typed, number) in [
            ("06999015", "06999015"),
            ("０６９９９０１５", "06999015"),
            (" 06999015 ", "06999015"),
            ("138016", "138016"),
            ("  138016", "138016"),
            ("00138016", "138016"),
        ] {
            assert_eq!(
                typed.parse::<InsurerNumber>().map(|number| number.0),
                Ok(number.to_owned()),
                "{typed}"
            );
        }
        assert!("06999999".parse::<InsurerNumber>().is_ok_and(|number| number.is_fictional()));
        assert!("33120015".parse::<InsurerNumber>().is_ok_and(|number| !number.is_fictional()));
    }

    #[test]
    fn wrong_numbers_are_refused_with_their_reason() {
        for (typed, error) in [
            ("", InsurerNumberError::Shape),
            ("0699901", InsurerNumberError::Shape),
            ("069990155", InsurerNumberError::Shape),
            ("0699901x", InsurerNumberError::Shape),
            ("06999016", InsurerNumberError::CheckDigit),
            ("06990015", InsurerNumberError::CheckDigit),
            ("06480010", InsurerNumberError::Prefecture),
            ("06000010", InsurerNumberError::Prefecture),
        ] {
            assert_eq!(typed.parse::<InsurerNumber>(), Err(error), "{typed}");
        }
    }
}
