//! Folding of names in kana (guide 004, E8 to E12; domain 6).
//!
//! Spelling a name in kana has many habits: small or large ョ, with or without ゛, half or full width. The fold makes
//! them equal. It is many-to-one (スズキ and ススキ are the same), so it may only ever *confirm* a person who was found by
//! numbers; it never finds one. NFKC is not used: it would accept ㌔ and turn ゛ into a space and a mark.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::width::{is_blank, is_dash};

mod show;
mod table;

pub use show::shown;

/// The version of the table. It is raised when a fold changes, and stored folds are then made anew.
const TABLE_VERSION: i64 = 1;

/// What an insurer has decided about two marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Whether ー counts.
    pub long_mark: LongMark,
    /// Whether ・ between the parts of a foreign name counts.
    pub middle_dot: MiddleDot,
}

/// Whether the long mark ー is part of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LongMark {
    /// サトー and サト are two names.
    #[default]
    Keep,
    /// サトー and サト are the same.
    Drop,
}

/// Whether the middle dot ・ is part of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MiddleDot {
    /// マリア・ルイサ and マリアルイサ are the same.
    #[default]
    Drop,
    /// They are two names.
    Keep,
}

impl Options {
    /// Names the table and these options: a fold stored under another version must be made anew.
    pub const fn version(self) -> i64 {
        let long_mark = matches!(self.long_mark, LongMark::Drop) as i64;
        let middle_dot = matches!(self.middle_dot, MiddleDot::Keep) as i64;
        TABLE_VERSION * 4 + long_mark * 2 + middle_dot
    }
}

/// A folded name: large, plain, full-width katakana and ー only, never empty.
///
/// It shows nothing in `Debug`: a name does not belong into logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    options: Options,
}

impl Folded {
    /// The fold as text, for storing and searching.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `name` folds, under the same options, to the same text.
    pub fn confirms(&self, name: &str) -> bool {
        fold(name, self.options).is_ok_and(|other| other == *self)
    }
}

impl fmt::Debug for Folded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Folded(…)")
    }
}

/// Why a text is no name in kana.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is left once blanks are gone.
    #[error("no name")]
    Empty,
    /// It has 一 or 〜 where ー may have been meant; the person is told which to type.
    #[error("a mark that only looks like the long mark")]
    FalseLongMark,
    /// It begins with the long mark, or has kanji, Latin letters, digits or other signs.
    #[error("not kana")]
    NotKana,
}

/// Folds a name as it was typed or stored.
///
/// # Errors
/// See [`Refusal`]. Nothing is guessed: what the table does not know is refused.
pub fn fold(name: &str, options: Options) -> Result<Folded, Refusal> {
    let mut folded = String::with_capacity(name.len());
    let mut began = false;
    for c in name.chars() {
        match letter(c)? {
            Letter::Nothing => continue,
            Letter::Dot if options.middle_dot == MiddleDot::Drop => continue,
            Letter::Dot => folded.push('・'),
            Letter::Long if !began => return Err(Refusal::NotKana),
            Letter::Long if options.long_mark == LongMark::Drop => {}
            Letter::Long => folded.push('ー'),
            Letter::Kana(kana) => folded.push(kana),
        }
        began = true;
    }
    if folded.is_empty() { Err(Refusal::Empty) } else { Ok(Folded { text: folded, options }) }
}

enum Letter {
    Nothing,
    Dot,
    Long,
    Kana(char),
}

/// What one character comes to. Every step works on single characters, so their order cannot matter.
fn letter(c: char) -> Result<Letter, Refusal> {
    Ok(match c {
        c if is_blank(c) => Letter::Nothing,
        '\u{3099}'..='\u{309C}' | '\u{FF9E}' | '\u{FF9F}' => Letter::Nothing,
        '・' | '･' | '·' => Letter::Dot,
        'ー' | 'ｰ' => Letter::Long,
        c if is_dash(c) => Letter::Long,
        '一' | '〜' | '～' => return Err(Refusal::FalseLongMark),
        c => Letter::Kana(table::plain(c).ok_or(Refusal::NotKana)?),
    })
}
