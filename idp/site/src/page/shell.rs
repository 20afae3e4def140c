//! What surrounds every page.

use std::fmt;
use std::sync::LazyLock;

use sekisho_base::{Language, Speech, Table};

use super::{Brand, FieldError, Footer, Markup, Notice, Place, Progress, Switch, asset};

static TEXTS: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
        .unwrap_or_default()
});

/// The words of the shell and its parts, under `site.`; every [`Speech`] of a page ends with this table.
pub fn texts() -> &'static Table {
    &TEXTS
}

/// What `shell.html` needs: the field `shell` of every page.
#[derive(Clone, Debug)]
pub struct Shell<'a> {
    /// The reader's language, over the insurer's words, the service's and [`texts`].
    pub speech: Speech<'a>,
    /// Whose page it is.
    pub brand: Brand,
    /// How the language is changed.
    pub switch: Switch,
    /// The places of help.
    pub footer: Footer,
    /// How far along the reader is.
    pub progress: Option<Progress>,
    /// The vertical name beside the column on wide screens.
    pub place: Option<Place>,
    /// The operators' notices above the title.
    pub notices: Vec<Notice>,
}

impl Shell<'_> {
    /// The text of `key` in the reader's language.
    pub fn say<'k>(&'k self, key: &'k str) -> &'k str {
        self.speech.say(key)
    }

    /// The text of `key` with `{name}` replaced by `value`.
    pub fn fill(&self, key: &str, name: &str, value: impl fmt::Display) -> String {
        self.speech.with(key, &[(name, value)])
    }

    /// The text of `key` with its markup.
    pub fn mark(&self, key: &str) -> Markup {
        Markup::of(self.say(key))
    }

    /// The text of `key` with `{name}` replaced by `value`, and its markup.
    pub fn mark_fill(&self, key: &str, name: &str, value: impl fmt::Display) -> Markup {
        Markup::of(self.fill(key, name, value))
    }

    /// The text of `key` on one line, for `<title>`.
    pub fn line(&self, key: &str) -> String {
        self.line_of(self.say(key))
    }

    /// `text` on one line: Japanese joins without a space.
    pub fn line_of(&self, text: impl AsRef<str>) -> String {
        text.as_ref().replace('\n', self.speech.pick("", " "))
    }

    /// The reader's language as a tag.
    pub fn tag(&self) -> &'static str {
        self.speech.language.tag()
    }

    /// The tag of the language the switch offers.
    pub fn other_tag(&self) -> &'static str {
        self.speech.language.other().tag()
    }

    /// The name of the language the switch offers, in its own words.
    pub fn other_name(&self) -> &'static str {
        match self.speech.language.other() {
            Language::Ja => "日本語",
            Language::En => "English",
        }
    }

    /// Where the file `name` of the house is served.
    pub fn asset(&self, name: &str) -> &'static str {
        asset(name)
    }

    /// What is wrong with the control `field`.
    pub fn wrong<'e>(&self, errors: &'e [FieldError], field: &str) -> Option<&'e str> {
        errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// What `<title>` begins with when something is to be put right.
    pub fn title_prefix(&self, errors: &[FieldError]) -> &str {
        if errors.is_empty() { "" } else { self.say("site.error_prefix") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_shell_exist_in_both_languages() {
        let table =
            Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
                .unwrap();
        assert!(table.keys().all(|key| key.starts_with("site.")));
        assert!(table.keys().count() > 20);
    }
}
