//! Insurers (保険者): the tenants, each described by one file.
//!
//! An insurer's file says who it is, how its pages look, what its journeys ask and
//! which rules hold. Building an [`Insurer`] proves that its journeys can be walked
//! and that every document they name exists.

use std::collections::BTreeMap;
use std::time::Duration;

use sekisho_base::{Language, Table};
use serde::Deserialize;

use crate::email::Email;
use crate::factor::password;
use crate::ids::InsurerCode;
use crate::insurer_number::InsurerNumber;
use crate::journey::{Journey, Kind, Step, Unwalkable};
use crate::kana;
use crate::member::{ExtractRules, ProofRules};
use crate::terms::{Document, DocumentFile};

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Ja => &self.ja,
            Language::En => &self.en,
        }
    }
}

/// The office that helps whom the pages cannot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// The phone number as people read it.
    pub phone: String,
    /// When somebody answers.
    pub hours: Both,
    /// Where inquiries are mailed.
    pub email: String,
}

/// How long things of this insurer live.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetimes {
    /// An unused session, in minutes.
    pub session_idle_minutes: u64,
    /// A session in all, in hours.
    pub session_hours: u64,
    /// A journey from its first answer, in minutes.
    pub journey_minutes: u64,
    /// A mailed invitation, in days.
    pub invitation_days: u64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { session_idle_minutes: 60, session_hours: 24, journey_minutes: 60, invitation_days: 7 }
    }
}

impl Lifetimes {
    /// How long a session lives unused.
    pub const fn session_idle(&self) -> Duration {
        Duration::from_secs(self.session_idle_minutes * 60)
    }

    /// How long a session lives at most.
    pub const fn session(&self) -> Duration {
        Duration::from_secs(self.session_hours * 3_600)
    }

    /// How long a journey may be interrupted.
    pub const fn journey(&self) -> Duration {
        Duration::from_secs(self.journey_minutes * 60)
    }

    /// How long an invitation can be opened.
    pub const fn invitation(&self) -> Duration {
        Duration::from_secs(self.invitation_days * 86_400)
    }
}

/// Who acts for whom at portals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Household {
    /// Whether an insured person may act for dependents who have no account of their own.
    pub insured_acts_for_dependents: bool,
}

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
    lifetimes: Lifetimes,
    #[serde(default)]
    password: password::Policy,
    #[serde(default)]
    kana: kana::Options,
    #[serde(default)]
    proofing: ProofRules,
    #[serde(default)]
    extract: ExtractRules,
    #[serde(default)]
    household: Household,
    #[serde(default)]
    documents: Vec<DocumentFile>,
    journeys: Journeys,
    #[serde(default)]
    texts: BTreeMap<String, Both>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Journeys {
    enrol: Vec<Step>,
    login: Vec<Step>,
}

/// An insurer whose journeys can be walked.
#[derive(Clone, Debug)]
pub struct Insurer {
    /// The word in addresses and files.
    pub code: InsurerCode,
    /// 保険者番号.
    pub number: InsurerNumber,
    /// Its name.
    pub name: Both,
    /// One to four characters of its seal.
    pub seal: String,
    /// The accent colour as written, `#rrggbb`; the guard decides what pages show.
    pub accent: String,
    /// Who helps.
    pub office: Office,
    /// The address its mail comes from.
    pub mail_from: String,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What passwords must be.
    pub password: password::Policy,
    /// How names in kana are compared.
    pub kana: kana::Options,
    /// How persons are found.
    pub proofing: ProofRules,
    /// How its extracts are written.
    pub extract: ExtractRules,
    /// Who acts for whom.
    pub household: Household,
    /// Its own words, which stand before the house's.
    pub texts: Table,
    documents: Vec<Document>,
    enrol: Journey,
    login: Journey,
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
        let walk = |kind, steps| {
            Journey::new(kind, steps).map_err(|source| FileError::Journey {
                file: file.to_owned(),
                kind,
                source,
            })
        };
        let enrol = walk(Kind::Enrol, read.journeys.enrol)?;
        let login = walk(Kind::Login, read.journeys.login)?;
        let documents = read
            .documents
            .into_iter()
            .map(|document| document.read(text_of))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|missing| rule(missing.to_string()))?;
        let insurer = Self {
            code: read.code,
            number: read.number,
            name: read.name,
            seal: read.seal,
            accent: read.accent,
            office: read.office,
            mail_from: read.mail_from,
            lifetimes: read.lifetimes,
            password: read.password,
            kana: read.kana,
            proofing: read.proofing,
            extract: read.extract,
            household: read.household,
            texts: Table::from_pairs(read.texts.into_iter().map(|(key, both)| (key, [both.ja, both.en]))),
            documents,
            enrol,
            login,
        };
        insurer.check().map_err(rule)?;
        Ok(insurer)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=4).contains(&self.seal.chars().count()) {
            return Err("seal: a seal has one to four characters".to_owned());
        }
        for address in [&self.mail_from, &self.office.email] {
            Email::parse(address).map_err(|_| format!("{address} is no e-mail address"))?;
        }
        for step in self.enrol.steps().iter().chain(self.login.steps()) {
            if let Step::Terms(rule) = step
                && let Some(unknown) = rule.documents.iter().find(|id| self.document(id).is_none())
            {
                return Err(format!("step terms: there is no document \"{unknown}\""));
            }
        }
        Ok(())
    }

    /// The journey of a kind.
    pub const fn journey(&self, kind: Kind) -> &Journey {
        match kind {
            Kind::Enrol => &self.enrol,
            Kind::Login => &self.login,
        }
    }

    /// A document by its id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// All documents, in the order of the file.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Words that make a password of this insurer's members easy to guess.
    pub fn password_context(&self, email: Option<&Email>) -> Vec<String> {
        let mut words = vec![
            self.code.to_string(),
            self.number.to_string(),
            self.name.ja.clone(),
            self.name.en.clone(),
            "sekisho".to_owned(),
            "kenpo".to_owned(),
        ];
        if let Some(email) = email {
            words.push(email.folded().to_owned());
            words.extend(email.folded().split('@').next().map(str::to_owned));
        }
        words
    }
}

/// All insurers of this installation.
#[derive(Clone, Debug, Default)]
pub struct Insurers(BTreeMap<InsurerCode, Insurer>);

impl Insurers {
    /// The insurers of several files.
    ///
    /// # Errors
    /// When two files have the same code or the same insurer number.
    pub fn new(all: Vec<Insurer>) -> Result<Self, String> {
        let mut map: BTreeMap<InsurerCode, Insurer> = BTreeMap::new();
        for insurer in all {
            if let Some(twin) = map.values().find(|other| other.number == insurer.number) {
                return Err(format!("{} and {} have the same insurer number", twin.code, insurer.code));
            }
            if let Some(twin) = map.insert(insurer.code.clone(), insurer) {
                return Err(format!("two insurers have the code {}", twin.code));
            }
        }
        Ok(Self(map))
    }

    /// An insurer by its code.
    pub fn get(&self, code: &InsurerCode) -> Option<&Insurer> {
        self.0.get(code)
    }

    /// An insurer by what somebody sent as its code.
    pub fn find(&self, code: &str) -> Option<&Insurer> {
        code.parse::<InsurerCode>().ok().and_then(|code| self.0.get(&code))
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Insurer> {
        self.0.values()
    }

    /// The only insurer, where there is just one.
    pub fn only(&self) -> Option<&Insurer> {
        let mut all = self.0.values();
        all.next().filter(|_| all.next().is_none())
    }
}
