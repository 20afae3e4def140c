//! The reasons for which a certificate is asked for: the insurer's own list (guide row A16).

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
}

impl Reason {
    /// The text in the reader's language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
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
        Reason { id: id.into(), ja: "なくした".into(), en: "I lost it".into() }
    }

    #[test]
    fn a_list_needs_entries_with_names_of_their_own_and_words_in_both_languages() {
        assert!(Reasons::try_from(vec![reason("lost"), reason("renewal")]).is_ok());
        assert_eq!(Reasons::try_from(vec![]), Err(ReasonsError::Empty));
        assert_eq!(Reasons::try_from(vec![reason("a"), reason("a")]), Err(ReasonsError::Twice("a".into())));
        let silent = Reason { en: " ".into(), ..reason("b") };
        assert_eq!(Reasons::try_from(vec![silent]), Err(ReasonsError::Silent("b".into())));
    }

    #[test]
    fn only_a_listed_reason_is_found() {
        let list = Reasons::try_from(vec![reason("lost")]).unwrap();
        assert_eq!(list.find("lost").map(|found| found.text(Language::En)), Some("I lost it"));
        assert_eq!(list.find("other"), None);
    }
}
