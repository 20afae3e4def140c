//! Insurers (保険者): the tenants, each described by one file.
//!
//! An insurer's file says who it is, how its pages look, what its journeys ask and
//! which rules hold. Building an [`Insurer`] proves that its journeys can be walked
//! and that every document they name exists.

mod check;
mod directory;
mod file;
mod settings;
mod ways;

use std::collections::BTreeMap;
use std::ops::Bound;

use jiff::civil::Date;
use sekisho_base::Table;

use crate::email::Email;
use crate::factor::{FactorKind, password};
use crate::ids::InsurerCode;
use crate::insurer_number::InsurerNumber;
use crate::journey::{Fact, Journey, Kind, Step, Unwalkable};
use crate::kana;
use crate::login_id;
use crate::member::{ExtractRules, GivenIds, Household, ProofRules};
use crate::terms::Document;

use ways::Ways;

pub use directory::{Directory, DirectoryAuth};
pub use file::FileError;
pub use settings::{
    AfterEnrol, Both, Contacts, Forgot, Lifetimes, Notice, Office, OptIn, Pages, Recovery, SignInPage, Sms,
};

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
    /// Whether its members are made up, for tools that try the protocol: the counters of sources and names let them pass.
    /// Served by an installation only that is a stage itself.
    pub stage: bool,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What members sign in with.
    pub sign_in: SignInPage,
    /// The IDs it gives out before anybody registers.
    pub given_ids: Option<GivenIds>,
    /// What holds of members' addresses.
    pub contacts: Contacts,
    /// Which numbers codes are sent to by SMS.
    pub sms: Sms,
    /// What members may ask to be told of.
    pub opt_ins: Vec<OptIn>,
    /// What passwords must be.
    pub password: password::Policy,
    /// How names in kana are compared.
    pub kana: kana::Options,
    /// How persons are found.
    pub proofing: ProofRules,
    /// How its extracts are written.
    pub extract: ExtractRules,
    /// Its own directory, where members are not imported.
    pub directory: Option<Directory>,
    /// Who acts for whom.
    pub household: Household,
    /// How a registration ends.
    pub after_enrol: AfterEnrol,
    /// How members find their way back.
    pub recovery: Recovery,
    /// Its own words, which stand before the house's.
    pub texts: Table,
    notices: Vec<Notice>,
    documents: Vec<Document>,
    ways: Ways,
}

impl Insurer {
    /// The registration.
    pub const fn enrol(&self) -> &Journey {
        &self.ways.enrol
    }

    /// The registration of who has a pre-issued ID.
    pub const fn activate(&self) -> Option<&Journey> {
        self.ways.activate.as_ref()
    }

    /// The sign-in.
    pub const fn login(&self) -> &Journey {
        &self.ways.login
    }

    /// The way to a new password.
    pub const fn recover(&self) -> &Journey {
        &self.ways.recover
    }

    /// The journey of a kind, as far as the file alone decides it: how somebody joins depends on what they have, and
    /// nobody has lost a second factor where none is asked for.
    pub const fn journey(&self, kind: Kind) -> Option<&Journey> {
        self.ways.of(kind)
    }

    /// The journeys of the file.
    pub fn journeys(&self) -> impl Iterator<Item = &Journey> {
        Kind::ALL.into_iter().filter_map(|kind| self.ways.of(kind))
    }

    /// The way of a signed-in account to another address.
    pub const fn change_email(&self) -> &Journey {
        &self.ways.change_email
    }

    /// The way of a signed-in account to another phone or authenticator app, or to its first; none for other kinds.
    pub const fn change_factor(&self, kind: FactorKind, is_first: bool) -> Option<&Journey> {
        self.ways.change_factor.of(kind, is_first)
    }

    /// The kinds of second factors that a registration sets up; none where it asks for none.
    pub fn second_factors(&self) -> &[FactorKind] {
        let set_up = self.enrol().steps().iter().find_map(|step| match step {
            Step::SetupFactor(rule) => Some(rule.choices.as_slice()),
            _ => None,
        });
        set_up.unwrap_or_default()
    }

    /// Whether a sign-in asks for a second factor.
    pub fn asks_second_factor(&self) -> bool {
        self.login().steps().iter().any(|step| step.gives().contains(&Fact::SecondFactor))
    }

    /// How an account that has `facts` already joins: the registration without the steps that would only give those.
    ///
    /// # Errors
    /// When nothing of the registration is left that could be walked.
    pub fn join(&self, facts: &[Fact]) -> Result<Journey, Unwalkable> {
        self.enrol().for_account(facts)
    }

    /// A document by its id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// All documents, in the order of the file.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The messages of a day, newest first.
    pub fn notices(&self, today: Date) -> impl Iterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| notice.is_shown(today))
    }

    /// The messages of all days, newest first.
    pub fn all_notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Whether a folded name has the form of this insurer's pre-issued IDs, which nobody may choose.
    pub fn reserves(&self, folded: &str) -> bool {
        self.given_ids.as_ref().is_some_and(|given| given.template.claims(folded))
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
    /// When two files have the same code, the same insurer number, or pre-issued IDs that could be each other's.
    pub fn new(all: Vec<Insurer>) -> Result<Self, String> {
        let mut map: BTreeMap<InsurerCode, Insurer> = BTreeMap::new();
        let mut prefixes: BTreeMap<String, InsurerCode> = BTreeMap::new();
        for insurer in all {
            if let Some(twin) = map.values().find(|other| other.number == insurer.number) {
                return Err(format!("{} and {} have the same insurer number", twin.code, insurer.code));
            }
            if let Some(given) = &insurer.given_ids {
                let prefix = login_id::fold(given.template.prefix());
                if let Some(twin) = alike(&prefixes, &prefix) {
                    return Err(format!("{twin} and {} give out IDs that begin alike", insurer.code));
                }
                prefixes.insert(prefix, insurer.code.clone());
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

    /// Whether a folded name has the form of some insurer's pre-issued IDs.
    pub fn reserving(&self, folded: &str) -> Option<&Insurer> {
        self.0.values().find(|insurer| insurer.reserves(folded))
    }

    /// The only insurer, where there is just one.
    pub fn only(&self) -> Option<&Insurer> {
        let mut all = self.0.values();
        all.next().filter(|_| all.next().is_none())
    }
}

/// Whose IDs begin as `prefix` does, or with a part of it. No two of `known` begin alike, so one that does stands right
/// beside it in their order.
fn alike<'a>(known: &'a BTreeMap<String, InsurerCode>, prefix: &str) -> Option<&'a InsurerCode> {
    let from = |bounds| known.range::<str, (Bound<&str>, Bound<&str>)>(bounds);
    let before = from((Bound::Unbounded, Bound::Included(prefix))).next_back();
    let after = from((Bound::Included(prefix), Bound::Unbounded)).next();
    before
        .filter(|(other, _)| prefix.starts_with(other.as_str()))
        .or_else(|| after.filter(|(other, _)| other.starts_with(prefix)))
        .map(|(_, code)| code)
}
