//! Pre-issued IDs: computed from a member's numbers by an insurer's template, such as
//! `7132-{symbol:0>3}{number:0>6}` (rows B7–B11).

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde::Deserialize;

use super::fold;
use crate::member::Marks;

/// A template: literal text and the places of numbers, each filled up with zeros to its width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Place { of: Of, width: usize },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Symbol,
    Number,
    Branch,
}

/// Why a text is no template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its other.
    #[error("a place is written {{symbol:0>3}}")]
    Brace,
    /// A place that is none of symbol, number, branch with a width of 1 to 19.
    #[error("a place is symbol, number or branch, with a width of 1 to 19: {{number:0>6}}")]
    Place,
    /// Without literal text in front nothing would tell these IDs from chosen ones.
    #[error("a template begins with at least three characters of its own")]
    Prefix,
}

impl Template {
    /// The ID of a member; none when a number is longer than its place or has other signs than digits.
    pub fn fill(&self, symbol: &Marks, number: &Marks, branch: Option<&Marks>) -> Option<String> {
        let mut id = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => id.push_str(text),
                Part::Place { of, width } => {
                    let marks = match of {
                        Of::Symbol => symbol,
                        Of::Number => number,
                        Of::Branch => branch?,
                    };
                    // Zeros in front are the template's business, not the extract's.
                    let digits = marks.norm_nz();
                    if digits.len() > *width || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        return None;
                    }
                    let _ = write!(id, "{digits:0>width$}");
                }
            }
        }
        Some(fold(&id))
    }

    /// Whether IDs of both could be taken for one another: one's own text begins the other's.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (one, two) = (fold(self.prefix()), fold(other.prefix()));
        one.starts_with(&two) || two.starts_with(&one)
    }

    /// The text that every ID begins with.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(prefix)) => prefix,
            _ => "",
        }
    }

    /// Whether a folded name has the form of this template's IDs, which nobody may choose.
    pub fn claims(&self, folded: &str) -> bool {
        let mut rest = folded;
        for part in &self.parts {
            let cut = match part {
                Part::Literal(text) => rest.strip_prefix(fold(text).as_str()),
                Part::Place { width, .. } => rest
                    .split_at_checked(*width)
                    .filter(|(digits, _)| digits.bytes().all(|byte| byte.is_ascii_digit()))
                    .map(|(_, rest)| rest),
            };
            match cut {
                Some(cut) => rest = cut,
                None => return false,
            }
        }
        rest.is_empty()
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, place) = match rest.split_once('{') {
                None => (rest, None),
                Some((literal, after)) => (literal, Some(after.split_once('}').ok_or(TemplateError::Brace)?)),
            };
            if literal.contains('}') {
                return Err(TemplateError::Brace);
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            rest = match place {
                None => "",
                Some((place, after)) => {
                    parts.push(place_of(place)?);
                    after
                }
            };
        }
        match parts.first() {
            Some(Part::Literal(prefix)) if prefix.len() >= 3 => Ok(Self { text: text.to_owned(), parts }),
            _ => Err(TemplateError::Prefix),
        }
    }
}

fn place_of(text: &str) -> Result<Part, TemplateError> {
    let (name, width) = text.split_once(":0>").ok_or(TemplateError::Place)?;
    let of = match name {
        "symbol" => Of::Symbol,
        "number" => Of::Number,
        "branch" => Of::Branch,
        _ => return Err(TemplateError::Place),
    };
    let width = width.parse().ok().filter(|width| (1..=19).contains(width)).ok_or(TemplateError::Place)?;
    Ok(Part::Place { of, width })
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pre_issued_ids_follow_the_vectors() {
        let template: Template = "7132-{symbol:0>3}{number:0>6}".parse().unwrap();
        for (symbol, number, id) in [
            ("91", "200001", Some("7132-091200001")),
            ("123", "4567", Some("7132-123004567")),
            ("７００", "0012345", Some("7132-700012345")),
            ("1234", "1", None),
            ("1", "1234567", None),
            ("関１", "77", None),
        ] {
            let filled = template.fill(&Marks::new(symbol), &Marks::new(number), None);
            assert_eq!(filled.as_deref(), id, "{symbol} {number}");
            if let Some(id) = id {
                assert!(template.claims(id));
            }
        }
        assert!(!template.claims("7132-09120000"));
        assert!(!template.claims("7132-0912000011"));
        assert!(!template.claims("7132-09120000a"));
    }

    #[test]
    fn templates_that_cannot_be_filled_are_refused() {
        for (text, error) in [
            ("{number:0>6}", TemplateError::Prefix),
            ("a-{number:0>6}", TemplateError::Prefix),
            ("", TemplateError::Prefix),
            ("abc{number", TemplateError::Brace),
            ("abc}", TemplateError::Brace),
            ("abc{number}", TemplateError::Place),
            ("abc{name:0>6}", TemplateError::Place),
            ("abc{number:0>0}", TemplateError::Place),
            ("abc{number:0>99}", TemplateError::Place),
        ] {
            assert_eq!(text.parse::<Template>().err(), Some(error), "{text}");
        }
    }
}
