//! What the insurer's office does with certificates, at the command line.

use sekisho_base::Cx;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

use super::Error;
use crate::rows::{self, Certificate, TakenBack};
use crate::rules::serial::Serial;
use crate::rules::text;

/// How long what an office says can be, in characters.
const LONGEST: usize = 200;

/// Who takes a certificate back, and what they say about it to the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    by: String,
    note: String,
}

/// Why an office's words cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Nothing is said.
    #[error("the reason and who says so are needed: the member reads the reason")]
    Empty,
    /// It is longer than a sentence or two.
    #[error("at most 200 characters can be said")]
    TooLong,
    /// It holds what may be a My Number, or control characters.
    #[error("no control characters and no My Number can be kept")]
    Unkeepable,
}

impl Word {
    /// What `by` says.
    ///
    /// # Errors
    /// When it cannot be kept, or says nothing.
    pub fn new(by: &str, note: &str) -> Result<Self, WordError> {
        let (by, note) = (by.trim(), note.trim());
        if by.is_empty() || note.is_empty() {
            return Err(WordError::Empty);
        }
        if by.chars().count() > LONGEST || note.chars().count() > LONGEST {
            return Err(WordError::TooLong);
        }
        let unkeepable = |said: &str| text::holds_my_number(said) || said.chars().any(char::is_control);
        if unkeepable(by) || unkeepable(note) {
            return Err(WordError::Unkeepable);
        }
        Ok(Self { by: by.to_owned(), note: note.to_owned() })
    }
}

/// Takes back the certificate of a number.
pub async fn take_back(
    (db, ring): (&Db, &Ring),
    serial: &Serial,
    word: &Word,
    cx: &mut Cx,
) -> Result<TakenBack, Error> {
    Ok(rows::take_back(db, ring, serial, (&word.by, &word.note), cx).await?)
}

/// The certificate of a number, whoever it is for.
pub async fn look_up((db, ring): (&Db, &Ring), serial: &Serial) -> Result<Option<Certificate>, Error> {
    Ok(rows::of_serial(db, ring, serial).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_says_who_and_why_in_a_sentence_or_two_without_a_my_number() {
        assert!(Word::new("窓口 係", "届け出の住所が違っていたためです。").is_ok());
        assert_eq!(Word::new(" ", "理由"), Err(WordError::Empty));
        assert_eq!(Word::new("窓口", " "), Err(WordError::Empty));
        assert_eq!(Word::new("窓口", &"あ".repeat(201)), Err(WordError::TooLong));
        assert_eq!(Word::new("窓口", "番号 1234-5678-9012"), Err(WordError::Unkeepable));
        assert_eq!(Word::new("窓口", "a\nb"), Err(WordError::Unkeepable));
    }
}
