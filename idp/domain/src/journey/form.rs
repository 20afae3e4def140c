//! What a person sent, by control name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Reason, Refusal};
use crate::my_number;

/// The controls whose content is never kept or shown again.
const SECRETS: [&str; 7] =
    ["password", "password_again", "current_password", "code", "auth_key", "passkey", "sealed"];

/// The values of a form's controls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form(BTreeMap<String, String>);

/// What the pressed button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The first button: onward.
    Onward,
    /// Send the code again.
    Resend,
    /// Another way to pass this step.
    Other,
    /// Correct the step before.
    Back,
    /// Leave it for later.
    Later,
}

impl Form {
    /// A form from pairs of control name and value; the first value of a name counts.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            values.entry(name).or_insert(value);
        }
        Self(values)
    }

    /// What was typed, as it was typed; empty when the control was not sent.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What was typed, without surrounding white space.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Whether a box was ticked or a control sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Sets a control, for drafts.
    #[must_use]
    pub fn put(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// What the pressed button asks for.
    pub fn act(&self) -> Act {
        match self.raw("do") {
            "resend" => Act::Resend,
            "other" => Act::Other,
            "back" => Act::Back,
            "later" => Act::Later,
            _ => Act::Onward,
        }
    }

    /// What may be kept until the page is shown again: no secrets, no machinery, no My Number.
    #[must_use]
    pub fn worth_keeping(&self) -> Self {
        let kept = self.0.iter().filter(|(name, value)| {
            !SECRETS.contains(&name.as_str())
                && !matches!(name.as_str(), "form" | "turn" | "request" | "lang" | "do")
                && !my_number::is_contained_in(value)
        });
        Self(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// Whether nothing was typed into a control.
    pub fn is_empty(&self, name: &str) -> bool {
        self.get(name).is_empty()
    }

    /// A refusal for each control that holds a My Number, which is never accepted. Codes and
    /// passwords are not looked at: a password may be any digits.
    pub fn my_numbers(&self) -> Vec<Refusal> {
        self.0
            .iter()
            .filter(|(name, _)| {
                !SECRETS.contains(&name.as_str()) && !matches!(name.as_str(), "form" | "request" | "phone")
            })
            .filter(|(_, value)| my_number::is_contained_in(value))
            .map(|(name, _)| Refusal::at(name, Reason::MyNumber))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn secrets_and_machinery_are_not_kept() {
        let kept = form(&[
            ("email", "a@example.jp"),
            ("password", "x"),
            ("code", "123456"),
            ("form", "t"),
            ("lang", "en"),
        ]);
        assert_eq!(kept.worth_keeping(), form(&[("email", "a@example.jp")]));
    }

    #[test]
    fn a_my_number_is_refused_and_not_kept() {
        let typed = form(&[("number", "123456789018"), ("symbol", "91")]);
        assert_eq!(typed.my_numbers(), [Refusal::at("number", Reason::MyNumber)]);
        assert_eq!(typed.worth_keeping(), form(&[("symbol", "91")]));
    }

    #[test]
    fn the_first_value_of_a_name_counts() {
        assert_eq!(form(&[("do", "back"), ("do", "resend")]).act(), Act::Back);
    }
}
