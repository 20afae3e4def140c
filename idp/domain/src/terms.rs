//! Documents that people accept: terms of use, privacy policies. Each has an owner and a version.

use sekisho_base::Digest;
use serde::Deserialize;

use crate::insurer::Both;

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The insurer's.
    Insurer,
    /// The platform operator's.
    Operator,
}

/// A document as the insurer's file names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFile {
    id: String,
    owner: Owner,
    version: String,
    title: Both,
    files: Both,
}

/// A document with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The id in journeys and addresses, such as `terms` or `privacy`.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// Which version is in force, such as `2026-11-01`.
    pub version: String,
    /// The title.
    pub title: Both,
    /// The text, in Markdown of headings, paragraphs and lists.
    pub text: Both,
}

/// A document's file that is not there.
#[derive(Debug, thiserror::Error)]
#[error("document {id}: there is no file {file}")]
pub struct Missing {
    id: String,
    file: String,
}

impl DocumentFile {
    /// The document with its text.
    ///
    /// # Errors
    /// [`Missing`], when one of its files cannot be read.
    pub fn read(self, text_of: &dyn Fn(&str) -> Option<String>) -> Result<Document, Missing> {
        let read =
            |file: &str| text_of(file).ok_or_else(|| Missing { id: self.id.clone(), file: file.to_owned() });
        let text = Both { ja: read(&self.files.ja)?, en: read(&self.files.en)? };
        Ok(Document { id: self.id, owner: self.owner, version: self.version, title: self.title, text })
    }
}

impl Document {
    /// What the published text is known by: a text that changes without a new version is found out.
    pub fn digest(&self) -> Digest {
        Digest::of_content(format!("{}\n{}", self.text.ja, self.text.en).as_bytes())
    }
}

/// One thing a person accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The document's id.
    pub document: String,
    /// The version that was shown.
    pub version: String,
    /// When it was accepted.
    pub at: sekisho_base::Timestamp,
    /// In which way.
    pub mode: Mode,
}

/// In which way something was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A box was ticked below the whole text.
    Scrolled,
    /// The button that leads on said so.
    Button,
}

impl Mode {
    /// The word in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scrolled => "scrolled",
            Self::Button => "button",
        }
    }
}

impl std::str::FromStr for Mode {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Scrolled, Self::Button].into_iter().find(|mode| mode.as_str() == word).ok_or(())
    }
}
