//! The two languages people are spoken to in, and the tables of what is said.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language the house speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese, the language of whoever has not said otherwise.
    #[default]
    Ja,
    /// English.
    En,
}

impl Language {
    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language the switch offers.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }

    /// The first language we speak in a list of tags ordered by preference, such as `ui_locales`.
    pub fn first_of(tags: &str) -> Option<Self> {
        tags.split_whitespace().find_map(|tag| tag.parse().ok())
    }

    /// What an `Accept-Language` header asks for (RFC 9110 §12.5.4), by weight, then by order.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let Some(Ok(language)) = pieces.next().map(|tag| tag.trim().parse::<Self>()) else { continue };
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

impl FromStr for Language {
    type Err = ();

    /// Reads a BCP 47 tag by its primary subtag: `ja-JP` is Japanese.
    fn from_str(tag: &str) -> Result<Self, ()> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "ja" => Ok(Self::Ja),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}

/// Everything a service says, by key, in both languages.
///
/// A table is written as two TOML files whose nested keys are joined by dots
/// (`[signin] title = "…"` is `signin.title`). Both must have the same keys.
#[derive(Clone, Debug, Default)]
pub struct Table {
    texts: BTreeMap<String, [String; 2]>,
}

/// Why a pair of language files is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// One of the files is not TOML.
    #[error("{language}: {source}")]
    Toml {
        /// The file's language.
        language: &'static str,
        /// What the parser said.
        source: toml::de::Error,
    },
    /// A value is neither a text nor a table of texts.
    #[error("{language}: {key} is not a text")]
    NotText {
        /// The file's language.
        language: &'static str,
        /// The key of the value.
        key: String,
    },
    /// A key stands in one file only.
    #[error("{key} is missing in {language}")]
    Missing {
        /// The language that lacks it.
        language: &'static str,
        /// The key.
        key: String,
    },
}

impl Table {
    /// Reads the two files of a table.
    ///
    /// # Errors
    /// When a file is not TOML, a value is not a text, or a key stands in one file only.
    pub fn parse(ja: &str, en: &str) -> Result<Self, TableError> {
        let ja = flatten(Language::Ja, ja)?;
        let mut en = flatten(Language::En, en)?;
        let mut texts = BTreeMap::new();
        for (key, ja) in ja {
            let Some(en) = en.remove(&key) else {
                return Err(TableError::Missing { language: "en", key });
            };
            texts.insert(key, [ja, en]);
        }
        match en.into_keys().next() {
            Some(key) => Err(TableError::Missing { language: "ja", key }),
            None => Ok(Self { texts }),
        }
    }

    /// A table from texts already in memory, such as an insurer's own words.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, [String; 2])>) -> Self {
        Self { texts: pairs.into_iter().collect() }
    }

    /// The text of `key`, if the table has it.
    pub fn get(&self, language: Language, key: &str) -> Option<&str> {
        self.texts.get(key).map(|[ja, en]| match language {
            Language::Ja => ja.as_str(),
            Language::En => en.as_str(),
        })
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

fn flatten(language: Language, text: &str) -> Result<BTreeMap<String, String>, TableError> {
    let table = text
        .parse::<toml::Table>()
        .map_err(|source| TableError::Toml { language: language.tag(), source })?;
    let mut flat = BTreeMap::new();
    let mut open: Vec<(String, toml::Value)> = table.into_iter().collect();
    while let Some((key, value)) = open.pop() {
        match value {
            toml::Value::String(text) => {
                flat.insert(key, text);
            }
            toml::Value::Table(table) => {
                open.extend(table.into_iter().map(|(inner, value)| (format!("{key}.{inner}"), value)));
            }
            _ => return Err(TableError::NotText { language: language.tag(), key }),
        }
    }
    Ok(flat)
}

/// One reader's language over layered tables: the first table that has a key speaks.
#[derive(Clone, Debug)]
pub struct Speech<'a> {
    /// The reader's language.
    pub language: Language,
    tables: Vec<&'a Table>,
}

impl<'a> Speech<'a> {
    /// Speaks `language` from `tables`, the most specific first.
    pub fn new(language: Language, tables: Vec<&'a Table>) -> Self {
        Self { language, tables }
    }

    /// The text of `key`; the key itself where no table has it, which tests refuse.
    pub fn say<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        self.tables.iter().find_map(|table| table.get(self.language, key)).unwrap_or(key)
    }

    /// Whether some table has `key`.
    pub fn knows(&self, key: &str) -> bool {
        self.tables.iter().any(|table| table.get(self.language, key).is_some())
    }

    /// The text of `key` with each `{name}` replaced by its value.
    pub fn with<V: fmt::Display>(&self, key: &str, values: &[(&str, V)]) -> String {
        values.iter().fold(self.say(key).to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), &value.to_string())
        })
    }

    /// Chooses between two values by language, for the few things that are not texts.
    pub fn pick<T>(&self, ja: T, en: T) -> T {
        match self.language {
            Language::Ja => ja,
            Language::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_goes_by_weight_then_order() {
        let cases = [
            ("en-US,en;q=0.9,ja;q=0.8", Some(Language::En)),
            ("fr,ja;q=0.5,en;q=0.4", Some(Language::Ja)),
            ("ja;q=0, en;q=0.1", Some(Language::En)),
            ("de", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_key_in_one_language_only_is_refused() {
        let refused = Table::parse("[a]\nb = 'x'\nc = 'y'", "[a]\nb = 'x'").unwrap_err();
        assert_eq!(refused.to_string(), "a.c is missing in en");
    }

    #[test]
    fn the_most_specific_table_speaks_first_and_values_are_filled_in() {
        let house =
            Table::parse("hello = 'こんにちは{name}'\nbye = 'では'", "hello = 'Hello {name}'\nbye = 'Bye'")
                .unwrap();
        let own = Table::parse("bye = 'またね'", "bye = 'See you'").unwrap();
        let speech = Speech::new(Language::En, vec![&own, &house]);
        assert_eq!(speech.say("bye"), "See you");
        assert_eq!(speech.with("hello", &[("name", "Aoba")]), "Hello Aoba");
        assert_eq!(speech.say("no.such"), "no.such");
    }
}
