//! The reasons for which a certificate is asked for: the insurer's own list (guide row A16).

use std::time::Duration;

use sekisho_base::Language;
use serde::{Deserialize, Serialize};

/// The short name of a reason, kept with each application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReasonId(String);

impl ReasonId {
    /// The name as written in the configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ReasonId {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// One reason of the list, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The name kept with the application. It stays when the texts change.
    pub id: ReasonId,
    /// What a Japanese reader is shown.
    pub ja: String,
    /// What an English reader is shown.
    pub en: String,
    /// More words below it, for a Japanese reader.
    #[serde(default)]
    pub hint_ja: String,
    /// The same for an English reader.
    #[serde(default)]
    pub hint_en: String,
    /// Whether the new address is asked for without a question: the reason is that the person has moved.
    #[serde(default)]
    pub address: bool,
    /// For how many hours a certificate is good that is asked for with this reason: 1 to 48.
    #[serde(default = "longest")]
    pub hours: u8,
}

const fn longest() -> u8 {
    48
}

impl Reason {
    /// The text in the reader's language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }

    /// What stands below it; may be empty.
    pub fn hint(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.hint_ja,
            Language::En => &self.hint_en,
        }
    }

    /// How long a certificate for this reason is good.
    pub fn lifetime(&self) -> Duration {
        Duration::from_hours(self.hours.into())
    }
}

/// An insurer's list: not empty, and every name stands once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Reason>")]
pub struct Reasons(Vec<Reason>);

/// Why a list of reasons cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReasonsError {
    /// There is nothing to choose.
    #[error("the list of reasons is empty")]
    Empty,
    /// One name stands twice.
    #[error("the reason {0} is listed twice")]
    Twice(String),
    /// A text is missing.
    #[error("the reason {0} has no text in one language")]
    Silent(String),
    /// It is good for no time, or for longer than a certificate can be.
    #[error("the reason {0}: hours must be 1 to 48")]
    Hours(String),
}

impl TryFrom<Vec<Reason>> for Reasons {
    type Error = ReasonsError;

    fn try_from(list: Vec<Reason>) -> Result<Self, ReasonsError> {
        let mut seen = std::collections::BTreeSet::new();
        for reason in &list {
            let name = reason.id.as_str().to_owned();
            if reason.ja.trim().is_empty() || reason.en.trim().is_empty() || name.is_empty() {
                return Err(ReasonsError::Silent(name));
            }
            if reason.hint_ja.trim().is_empty() != reason.hint_en.trim().is_empty() {
                return Err(ReasonsError::Silent(name));
            }
            if !(1..=longest()).contains(&reason.hours) {
                return Err(ReasonsError::Hours(name));
            }
            if !seen.insert(name.clone()) {
                return Err(ReasonsError::Twice(name));
            }
        }
        if list.is_empty() { Err(ReasonsError::Empty) } else { Ok(Self(list)) }
    }
}

impl Reasons {
    /// The reasons, in the insurer's order.
    pub fn iter(&self) -> impl Iterator<Item = &Reason> {
        self.0.iter()
    }

    /// The reason of that name, if the list has it.
    pub fn find(&self, name: &str) -> Option<&Reason> {
        self.0.iter().find(|reason| reason.id.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(id: &str) -> Reason {
        Reason {
            id: id.into(),
            ja: "なくした".into(),
            en: "I lost it".into(),
            hint_ja: String::new(),
            hint_en: String::new(),
            address: false,
            hours: 48,
        }
    }

    #[test]
    fn a_list_needs_entries_with_names_of_their_own_and_words_in_both_languages() {
        assert!(Reasons::try_from(vec![reason("lost"), reason("renewal")]).is_ok());
        assert_eq!(Reasons::try_from(vec![]), Err(ReasonsError::Empty));
        assert_eq!(Reasons::try_from(vec![reason("a"), reason("a")]), Err(ReasonsError::Twice("a".into())));
        let silent = Reason { en: " ".into(), ..reason("b") };
        assert_eq!(Reasons::try_from(vec![silent]), Err(ReasonsError::Silent("b".into())));
        let half = Reason { hint_ja: "紛失".into(), ..reason("c") };
        assert_eq!(Reasons::try_from(vec![half]), Err(ReasonsError::Silent("c".into())));
        for hours in [0, 49] {
            let odd = Reason { hours, ..reason("d") };
            assert_eq!(Reasons::try_from(vec![odd]), Err(ReasonsError::Hours("d".into())));
        }
    }

    #[test]
    fn only_a_listed_reason_is_found() {
        let list = Reasons::try_from(vec![reason("lost")]).unwrap();
        assert_eq!(list.find("lost").map(|found| found.text(Language::En)), Some("I lost it"));
        assert_eq!(list.find("other"), None);
    }
}
