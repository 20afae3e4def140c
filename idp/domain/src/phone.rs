//! Phone numbers, kept as E.164 (domain 2.7, design §6.10).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::width::narrow;

/// A phone number in E.164. Its `Debug` is masked: whole numbers do not belong into logs.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Phone(String);

/// Why a text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not a Japanese number in any of the forms people write.
    #[error("not a Japanese phone number")]
    Shape,
    /// A number of another country, where the insurer has not allowed them: sending there invites fraud.
    #[error("a number of another country")]
    Foreign,
    /// A Japanese number that receives no SMS.
    #[error("a number that receives no SMS")]
    NoSms,
}

/// The calling code of another country, such as `+82`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CallingCode(String);

impl TryFrom<String> for CallingCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let sound = (1..=4).contains(&digits.len())
            && !digits.starts_with('0')
            && !digits.starts_with("81")
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if sound {
            Ok(Self(text))
        } else {
            Err("a calling code is + and the digits of another country, such as +82")
        }
    }
}

impl Phone {
    /// Reads a Japanese number: any width, with hyphens, brackets and spaces or without, with +81 or without.
    ///
    /// # Errors
    /// [`PhoneError::Foreign`] for a number with another country's code, else [`PhoneError::Shape`].
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let digits = national(&dialled(typed)?)?;
        Ok(Self(format!("+81{}", digits.trim_start_matches('0'))))
    }

    /// Reads a Japanese number, or one of another country with its `+` code: for insurers who allow them.
    ///
    /// # Errors
    /// [`PhoneError::Shape`].
    pub fn parse_any(typed: &str) -> Result<Self, PhoneError> {
        match Self::parse(typed) {
            Err(PhoneError::Foreign) => dialled(typed)?.parse(),
            other => other,
        }
    }

    /// Reads a number that codes are sent to: a Japanese mobile number, or one of the countries that the insurer
    /// allows.
    ///
    /// # Errors
    /// [`PhoneError`]; [`PhoneError::Foreign`] for a country that is not allowed.
    pub fn for_sms(typed: &str, abroad: &[CallingCode]) -> Result<Self, PhoneError> {
        let phone = Self::parse_any(typed)?;
        if phone.is_japanese() {
            return if phone.receives_sms() { Ok(phone) } else { Err(PhoneError::NoSms) };
        }
        let allowed = abroad.iter().any(|code| phone.0.starts_with(&code.0));
        if allowed { Ok(phone) } else { Err(PhoneError::Foreign) }
    }

    fn is_japanese(&self) -> bool {
        self.0.starts_with("+81")
    }

    /// The range of ten thousand numbers that it is of: `+81900000`. Who earns by SMS has whole ranges.
    pub fn range(&self) -> &str {
        self.0.get(..self.0.len().saturating_sub(4)).unwrap_or_default()
    }

    /// The number in E.164: `+819000001111`.
    pub fn as_e164(&self) -> &str {
        &self.0
    }

    /// Whether it is a Japanese mobile number: 060, 070, 080, 090. Landlines, 050, free numbers and others are not.
    pub fn receives_sms(&self) -> bool {
        self.0
            .strip_prefix("+81")
            .is_some_and(|rest| rest.len() == 10 && matches!(rest.as_bytes(), [b'6'..=b'9', b'0', ..]))
    }

    /// What may be shown and logged: `+81•••1111`.
    pub fn masked(&self) -> String {
        let last = self.0.len().saturating_sub(4);
        let country = if self.is_japanese() { "+81" } else { "+" };
        format!("{country}•••{}", self.0.get(last..).unwrap_or_default())
    }
}

/// Reads E.164 as stored.
impl FromStr for Phone {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::Shape)?;
        let sound = (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if sound { Ok(Self(text.to_owned())) } else { Err(PhoneError::Shape) }
    }
}

/// The digits, with a leading `+` where there is a country's code.
fn dialled(typed: &str) -> Result<String, PhoneError> {
    let mut dialled = String::new();
    for c in narrow(typed).chars() {
        match c {
            '0'..='9' => dialled.push(c),
            '+' if dialled.is_empty() => dialled.push(c),
            '-' | 'ー' | '(' | ')' | '.' | '/' => {}
            _ => return Err(PhoneError::Shape),
        }
    }
    Ok(match dialled.strip_prefix("010").filter(|_| dialled.len() > 11) {
        Some(abroad) => format!("+{abroad}"),
        None => dialled,
    })
}

/// Ten digits of a landline or free number, eleven of a mobile or IP phone, with the leading 0.
fn national(dialled: &str) -> Result<String, PhoneError> {
    let digits = match dialled.strip_prefix('+') {
        None => dialled.to_owned(),
        // People add the code and keep the 0: +81 (0)90 ….
        Some(abroad) => match abroad.strip_prefix("81") {
            Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            None if dialled.parse::<Phone>().is_ok() => return Err(PhoneError::Foreign),
            None => return Err(PhoneError::Shape),
        },
    };
    let sound = matches!(
        (digits.len(), digits.as_bytes()),
        (10, [b'0', b'1'..=b'9', ..]) | (11, [b'0', b'5'..=b'9', b'0', ..])
    );
    if sound { Ok(digits) } else { Err(PhoneError::Shape) }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn japanese_numbers_are_read_in_every_form() {
        for (typed, e164, sms) in [
            ("09000001111", "+819000001111", true),
            ("090-0000-1111", "+819000001111", true),
            ("０９０－００００－１１１１", "+819000001111", true),
            ("090ー0000ー1111", "+819000001111", true),
            ("(090) 0000 1111", "+819000001111", true),
            ("+81 90 0000 1111", "+819000001111", true),
            ("+81 (0)90-0000-1111", "+819000001111", true),
            ("060-0000-1111", "+816000001111", true),
            ("070-0000-1111", "+817000001111", true),
            ("050-0000-1111", "+815000001111", false),
            ("03-0000-0150", "+81300000150", false),
            ("0120-000-150", "+81120000150", false),
        ] {
            let phone = Phone::parse(typed).unwrap();
            assert_eq!((phone.as_e164(), phone.receives_sms()), (e164, sms), "{typed}");
        }
    }

    #[test]
    fn other_numbers_are_refused_and_foreign_ones_are_told_apart() {
        for typed in [
            "",
            "90-0000-1111",
            "090-0000-111x",
            "090000011112",
            "0200-000-1111",
            "110",
            "abc",
            "09000001111;",
            "+",
            "+1",
        ] {
            assert_eq!(Phone::parse(typed).err(), Some(PhoneError::Shape), "{typed}");
        }
        assert_eq!(Phone::parse("+1 202 555 0100").err(), Some(PhoneError::Foreign));
        assert_eq!(Phone::parse("010 1 202 555 0100").err(), Some(PhoneError::Foreign));
        assert_eq!(Phone::parse_any("+1 202 555 0100").map(|phone| phone.0), Ok("+12025550100".to_owned()));
        assert_eq!(Phone::parse_any("+1").err(), Some(PhoneError::Shape));
    }

    #[test]
    fn mf_10_codes_go_to_japanese_mobiles_and_to_countries_that_are_allowed() {
        let abroad = ["+82", "+886"].map(|code| CallingCode::try_from(code.to_owned()).unwrap());
        for (typed, here, there) in [
            ("090-0000-1111", Ok("+819000001111"), Ok("+819000001111")),
            ("+82 10 0000 0000", Err(PhoneError::Foreign), Ok("+821000000000")),
            ("+886 912 000 000", Err(PhoneError::Foreign), Ok("+886912000000")),
            ("+1 202 555 0100", Err(PhoneError::Foreign), Err(PhoneError::Foreign)),
            ("03-0000-0150", Err(PhoneError::NoSms), Err(PhoneError::NoSms)),
            ("0120-000-150", Err(PhoneError::NoSms), Err(PhoneError::NoSms)),
            ("050-0000-1111", Err(PhoneError::NoSms), Err(PhoneError::NoSms)),
            ("0990-000-000", Err(PhoneError::NoSms), Err(PhoneError::NoSms)),
            ("110", Err(PhoneError::Shape), Err(PhoneError::Shape)),
        ] {
            for (allowed, expected) in [(&[][..], here), (&abroad[..], there)] {
                let read = Phone::for_sms(typed, allowed);
                assert_eq!(read.as_ref().map(Phone::as_e164), expected.as_ref().copied(), "{typed}");
            }
        }
        for code in ["82", "+", "+0", "+81", "+819", "+82a", "+12345"] {
            assert!(CallingCode::try_from(code.to_owned()).is_err(), "{code}");
        }
        assert_eq!(Phone::parse("090-1234-5678").unwrap().range(), "+81901234");
    }

    #[test]
    fn only_the_last_four_digits_are_shown() {
        let phone = Phone::parse("090-0000-1111").unwrap();
        assert_eq!(phone.masked(), "+81•••1111");
        assert_eq!(format!("{phone:?}"), "+81•••1111");
    }

    proptest! {
        #[test]
        fn a_number_reads_back_from_storage_and_marks_change_nothing(digits in "0[6-9]0[0-9]{8}", cut in 1_usize..10) {
            let phone = Phone::parse(&digits).unwrap();
            prop_assert_eq!(phone.as_e164().parse::<Phone>(), Ok(phone.clone()));
            let (head, tail) = digits.split_at(cut);
            let marked = format!("{head}-{tail}");
            prop_assert_eq!(Phone::parse(&marked), Ok(phone));
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in ".{0,24}") {
            let _ = Phone::parse_any(&text);
        }
    }
}
