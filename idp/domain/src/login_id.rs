//! Names to sign in with: chosen ones, and those an insurer gives out by a template (design §4, §6.3; rows B7–B11, E16).

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::email::Email;
use crate::width::is_blank;

mod template;

pub use template::{Template, TemplateError};

/// What a person typed as a name to sign in with, in the one form under which names are kept and counted:
/// NFKC, without blanks around it, in lower case. Every spelling of a name comes to the same counter.
pub fn fold(typed: &str) -> String {
    let start: String = typed.trim_matches(is_blank).chars().take(320).collect();
    start.nfkc().flat_map(char::to_lowercase).collect()
}

/// A chosen login ID: 4 to 64 of `A-Za-z0-9@-_,+.`, the same in upper and lower case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LoginId(String);

/// Why a text cannot be chosen as a login ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginIdError {
    /// Shorter than 4 characters.
    #[error("a login ID has at least 4 characters")]
    Short,
    /// Longer than 64 characters.
    #[error("a login ID has at most 64 characters")]
    Long,
    /// A character that login IDs do not have.
    #[error("a login ID has half-width letters, digits and @ - _ , + . only")]
    Alphabet,
    /// It is an e-mail address, but not the account's own proven one.
    #[error("an address that is not one's own")]
    OthersAddress,
}

impl LoginId {
    /// The least number of characters.
    pub const LEAST: usize = 4;
    /// The largest number of characters.
    pub const MOST: usize = 64;

    /// Takes a chosen ID. One that reads as an e-mail address must be `own`, the account's proven address.
    ///
    /// # Errors
    /// See [`LoginIdError`]. Whether it is taken, or belongs to an insurer's template, is decided by the caller.
    pub fn choose(typed: &str, own: Option<&Email>) -> Result<Self, LoginIdError> {
        if !typed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@-_,+.".contains(&byte)) {
            return Err(LoginIdError::Alphabet);
        }
        if typed.len() < Self::LEAST {
            return Err(LoginIdError::Short);
        }
        if typed.len() > Self::MOST {
            return Err(LoginIdError::Long);
        }
        if let Ok(address) = Email::parse(typed)
            && own != Some(&address)
        {
            return Err(LoginIdError::OthersAddress);
        }
        Ok(Self(typed.to_owned()))
    }

    /// The ID as chosen, to be shown to its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ID by which it is known and unique.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl fmt::Debug for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginId(…)")
    }
}

impl<'de> Deserialize<'de> for LoginId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let own = Email::parse(&text).ok();
        Self::choose(&text, own.as_ref()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pw_02_every_spelling_of_a_name_folds_to_one() {
        for typed in
            ["Taro@Example.jp", " taro@example.jp", "ＴＡＲＯ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp　"]
        {
            assert_eq!(fold(typed), "taro@example.jp", "{typed}");
        }
        assert!(fold(&"x".repeat(1_000_000)).len() <= 320);
    }

    #[test]
    fn chosen_ids_keep_to_their_alphabet_and_length() {
        for (typed, error) in [
            ("taro", None),
            ("a-_,+.@b", None),
            ("tar", Some(LoginIdError::Short)),
            ("", Some(LoginIdError::Short)),
            ("taro yamada", Some(LoginIdError::Alphabet)),
            ("ｔａｒｏ", Some(LoginIdError::Alphabet)),
            ("taro!", Some(LoginIdError::Alphabet)),
            ("other@example.jp", Some(LoginIdError::OthersAddress)),
            ("own@example.jp", None),
            ("OWN@example.jp", None),
        ] {
            let own = Email::parse("own@example.jp").unwrap();
            assert_eq!(LoginId::choose(typed, Some(&own)).err(), error, "{typed}");
        }
        assert_eq!(LoginId::choose(&"a".repeat(65), None).err(), Some(LoginIdError::Long));
        assert_eq!(LoginId::choose("Taro_1", None).unwrap().folded(), "taro_1");
    }
}
