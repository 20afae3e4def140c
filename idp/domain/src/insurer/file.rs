//! An insurer's file, as written and as read.

use std::collections::BTreeMap;

use sekisho_base::Table;
use serde::Deserialize;

use super::directory::Directory;
use super::settings::{Both, Contacts, Lifetimes, Notice, Office, OptIn, Recovery, SignInPage, Sms};
use super::ways::{Journeys, Ways};
use super::{Insurer, check};
use crate::factor::password;
use crate::ids::InsurerCode;
use crate::insurer_number::InsurerNumber;
use crate::journey::{Kind, Unwalkable};
use crate::kana;
use crate::member::{ExtractRules, GivenIds, Household, ProofRules};
use crate::terms::{Document, DocumentFile, Missing};

/// An insurer's file as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: InsurerCode,
    number: InsurerNumber,
    name: Both,
    seal: String,
    accent: String,
    office: Office,
    mail_from: String,
    #[serde(default)]
    stage: bool,
    #[serde(default)]
    lifetimes: Lifetimes,
    #[serde(default)]
    sign_in: SignInPage,
    #[serde(default)]
    given_ids: Option<GivenIds>,
    #[serde(default)]
    contacts: Contacts,
    #[serde(default)]
    sms: Sms,
    #[serde(default)]
    opt_ins: Vec<OptIn>,
    #[serde(default)]
    notices: Vec<Notice>,
    #[serde(default)]
    password: password::Policy,
    #[serde(default)]
    kana: kana::Options,
    #[serde(default)]
    proofing: ProofRules,
    #[serde(default)]
    extract: ExtractRules,
    #[serde(default)]
    directory: Option<Directory>,
    #[serde(default)]
    household: Household,
    #[serde(default)]
    recovery: Recovery,
    #[serde(default)]
    documents: Vec<DocumentFile>,
    journeys: Journeys,
    #[serde(default)]
    texts: BTreeMap<String, Both>,
}

/// Why a file is no insurer. The message names file, step and reason.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not of the form of an insurer's file.
    #[error("{file}: {source}")]
    Form {
        /// The file's name.
        file: String,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// A journey that cannot be walked.
    #[error("{file}: journey {}: {source}", kind.as_str())]
    Journey {
        /// The file's name.
        file: String,
        /// Which journey.
        kind: Kind,
        /// Why.
        source: Unwalkable,
    },
    /// Something else that cannot be.
    #[error("{file}: {reason}")]
    Rule {
        /// The file's name.
        file: String,
        /// Why.
        reason: String,
    },
}

impl Insurer {
    /// Reads an insurer's file. `text_of` gives the text of a document's file, by the name in the insurer's file.
    ///
    /// # Errors
    /// [`FileError`], naming the file.
    pub fn parse(
        file: &str,
        text: &str,
        text_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, FileError> {
        let read: File = toml::from_str(text)
            .map_err(|source| FileError::Form { file: file.to_owned(), source: Box::new(source) })?;
        let rule = |reason: String| FileError::Rule { file: file.to_owned(), reason };
        let after_enrol = read.journeys.after_enrol;
        let ways = Ways::new(read.journeys).map_err(|(kind, source)| FileError::Journey {
            file: file.to_owned(),
            kind,
            source,
        })?;
        let mut notices = read.notices;
        notices.sort_by_key(|notice| std::cmp::Reverse(notice.date));
        let insurer = Self {
            code: read.code,
            number: read.number,
            name: read.name,
            seal: read.seal,
            accent: read.accent,
            office: read.office,
            mail_from: read.mail_from,
            stage: read.stage,
            lifetimes: read.lifetimes,
            sign_in: read.sign_in,
            given_ids: read.given_ids,
            contacts: read.contacts,
            sms: read.sms,
            opt_ins: read.opt_ins,
            password: read.password,
            kana: read.kana,
            proofing: read.proofing,
            extract: read.extract,
            directory: read.directory,
            household: read.household,
            after_enrol,
            texts: Table::from_pairs(read.texts.into_iter().map(|(key, both)| (key, [both.ja, both.en]))),
            notices,
            documents: documents(read.documents, text_of).map_err(|missing| rule(missing.to_string()))?,
            recovery: read.recovery,
            ways,
        };
        check::check(&insurer).map_err(rule)?;
        Ok(insurer)
    }
}

fn documents(
    files: Vec<DocumentFile>,
    text_of: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Document>, Missing> {
    files.into_iter().map(|document| document.read(text_of)).collect()
}
