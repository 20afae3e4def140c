//! Journeys: the ordered steps an insurer asks of a person, as data, and how far someone has walked.
//!
//! The engine knows no insurer and does no IO. [`Progress::answer`] takes what a
//! person sent and what the flow looked up, and says whether the person stays
//! ([`Turn::Again`]), goes on ([`Turn::Onward`]) or is there ([`Turn::Arrived`]).
//! It consumes the progress: a spent attempt cannot be forgotten. What must happen
//! beside it comes back as [`Effect`]s, to be stored in the same transaction.
//!
//! Invariants:
//! - a [`Journey`] that cannot be walked cannot be built;
//! - steps never lead to one another: only this module decides which step is next;
//! - nothing outside a journey's own row exists before arrival.

pub mod arrival;
pub mod code;
pub mod effect;
pub mod form;
pub mod known;
pub mod progress;
pub mod refusal;
pub mod steps;
pub mod to;

use std::fmt;

use sekisho_base::Digest;
use serde::{Deserialize, Serialize};

use crate::factor::FactorKind;

pub use effect::{CodeFor, Effect, Subject, Tried};
pub use form::{Act, Form};
pub use known::{Address, Ceremony, Facts, Held, HeldPasskey, Holder, Known, Means, Owner, Want, World};
pub use progress::{Again, Given, Progress, Start, Turn, Weighed};
pub use refusal::{Notice, Reason, Refusal};
use steps::credentials::Field;
pub use steps::{Answer, Challenge, Evidence, Step};
pub use to::To;

/// What a journey is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// From nobody to an account with a proven membership.
    Enrol,
    /// The same for who was given an ID: it begins at the sign-in page, with that ID and the birth date.
    Activate,
    /// From an account to a session.
    Login,
    /// From an account to one more membership, or to a new one in place of one whose numbers ended.
    Join,
    /// From a name to a new password. It signs nobody in.
    Recover,
    /// From a password, without the second factor, to a day on which a new one may be set up, unless its owner objects.
    LostFactor,
    /// From that day to the new second factor. It signs nobody in.
    Restore,
    /// From a session to another e-mail address.
    ChangeEmail,
    /// From a session to another phone or app, or a second kind beside the first.
    ChangeFactor,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Enrol,
        Self::Activate,
        Self::Login,
        Self::Join,
        Self::Recover,
        Self::LostFactor,
        Self::Restore,
        Self::ChangeEmail,
        Self::ChangeFactor,
    ];

    /// The word in rows and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Activate => "activate",
            Self::Login => "login",
            Self::Join => "join",
            Self::Recover => "recover",
            Self::LostFactor => "lost_factor",
            Self::Restore => "restore",
            Self::ChangeEmail => "change_email",
            Self::ChangeFactor => "change_factor",
        }
    }

    /// Whether an account comes into being at the end.
    pub const fn registers(self) -> bool {
        matches!(self, Self::Enrol | Self::Activate)
    }

    /// Whether somebody signed in changes the own account: only that session walks it.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::ChangeEmail | Self::ChangeFactor)
    }

    /// What is known before the first step.
    const fn begins_with(self) -> &'static [Fact] {
        match self {
            Self::Enrol | Self::Activate | Self::Login | Self::Recover | Self::LostFactor => &[],
            Self::Join | Self::Restore | Self::ChangeFactor => Fact::OF_AN_ACCOUNT,
            // The address that it has is what changes.
            Self::ChangeEmail => &[Fact::Account, Fact::Name],
        }
    }

    /// What must be known at the end.
    const fn demands(self) -> &'static [Fact] {
        match self {
            Self::Enrol | Self::Activate => &[Fact::ProvenAddress, Fact::Key, Fact::Name, Fact::Person],
            Self::Login => &[Fact::Account],
            Self::Join => &[Fact::Person],
            Self::Recover => &[Fact::Account, Fact::Reader, Fact::Password],
            Self::LostFactor => &[Fact::Account, Fact::Reader, Fact::Person],
            Self::Restore => &[Fact::Account, Fact::FirstFactor, Fact::SecondFactor],
            Self::ChangeEmail => &[Fact::Account, Fact::Address, Fact::ProvenAddress, Fact::Reader],
            Self::ChangeFactor => &[Fact::Account, Fact::SecondFactor],
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(())
    }
}

/// What a step may need of the steps before it, and give to those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// An e-mail address was typed.
    Address,
    /// Its reader was proven.
    ProvenAddress,
    /// Somebody on this walk read what was mailed there.
    Reader,
    /// A password was chosen.
    Password,
    /// There is something to sign in with: a password that was chosen, or a passkey that was made.
    Key,
    /// There is a name to sign in with.
    Name,
    /// The person was found in the insurer's records.
    Person,
    /// The documents were accepted.
    Acceptances,
    /// A second factor was set up.
    SecondFactor,
    /// There is an account.
    Account,
    /// Its first factor was shown on this walk.
    FirstFactor,
}

impl Fact {
    /// What every account has.
    pub const OF_AN_ACCOUNT: &[Self] =
        &[Self::Account, Self::Address, Self::ProvenAddress, Self::Password, Self::Key, Self::Name];
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "an e-mail address",
            Self::ProvenAddress => "a proven e-mail address",
            Self::Password => "a chosen password",
            Self::Key => "a first factor to sign in with",
            Self::Name => "a name to sign in with",
            Self::Person => "a person found in the records",
            Self::Acceptances => "accepted documents",
            Self::SecondFactor => "a second factor",
            Self::Account => "an account",
            Self::Reader => "a reader of the address",
            Self::FirstFactor => "a first factor that was shown",
        })
    }
}

/// Steps that can be walked: what each needs is given by one before it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Journey {
    kind: Kind,
    steps: Vec<Step>,
}

/// Why steps make no journey.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwalkable {
    /// A step asks for what nothing before it gives.
    #[error("step {number} ({word}) needs {fact}, which no step before it gives")]
    Needs {
        /// The step's place, counted from 1.
        number: usize,
        /// The step's word.
        word: &'static str,
        /// What is missing.
        fact: Fact,
    },
    /// The journey ends without what it is for.
    #[error("the journey ends without {fact}, which {} must have", kind.as_str())]
    Ends {
        /// The journey.
        kind: Kind,
        /// What is missing.
        fact: Fact,
    },
    /// A step's own rule contradicts itself.
    #[error("step {number} ({word}): {reason}")]
    Rule {
        /// The step's place, counted from 1.
        number: usize,
        /// The step's word.
        word: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Journey {
    /// The journey made of `steps`.
    ///
    /// # Errors
    /// When a step needs what no earlier one gives, or the end misses what the kind demands.
    pub fn new(kind: Kind, steps: Vec<Step>) -> Result<Self, Unwalkable> {
        let mut given: Vec<Fact> = kind.begins_with().to_vec();
        for (index, step) in steps.iter().enumerate() {
            let (number, word) = (index + 1, step.word());
            if let Some(fact) = step.needs().into_iter().find(|fact| !given.contains(fact)) {
                return Err(Unwalkable::Needs { number, word, fact });
            }
            let rule = |reason| Unwalkable::Rule { number, word, reason };
            place(kind, index, step).map_err(rule)?;
            step.check().map_err(rule)?;
            // What an account holds is looked up once its mail was read or its first factor shown: before that, everybody
            // seems to hold nothing.
            if matches!(step, Step::SecondFactor(rule) if rule.if_held)
                && ![Fact::Reader, Fact::FirstFactor].iter().any(|fact| given.contains(fact))
            {
                return Err(Unwalkable::Needs { number, word, fact: Fact::Reader });
            }
            let gives = step.gives();
            // A second address would stand in for the one that was proven.
            if matches!(step, Step::Credentials(_))
                && gives.contains(&Fact::Address)
                && given.contains(&Fact::Address)
            {
                return Err(rule("there is an e-mail address already, and a second one is not proven"));
            }
            given.extend(gives);
        }
        match kind.demands().iter().find(|fact| !given.contains(fact)) {
            Some(&fact) => Err(Unwalkable::Ends { kind, fact }),
            None => Ok(Self { kind, steps }),
        }
    }

    /// The journey of an account that joins: without the steps that would only give what the account has.
    ///
    /// # Errors
    /// [`Unwalkable`], when what is left does not lead to a person found in the records.
    pub fn for_account(&self, facts: &[Fact]) -> Result<Self, Unwalkable> {
        // That somebody reads the address is of a walk, not of an account.
        let is_new = |fact: &Fact| *fact != Fact::Reader && !facts.contains(fact);
        let gives_more = |step: &&Step| step.gives().iter().any(is_new);
        Self::new(Kind::Join, self.steps.iter().filter(gives_more).cloned().collect())
    }

    /// Whether one begun anew ends the others of the same browser.
    pub fn is_one_at_a_time(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::EmailCode(rule) if rule.one_at_a_time))
    }

    /// The first step from `at` on that has something to ask, and its place.
    fn next(&self, at: usize, known: &Known<'_>) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().skip(at).find(|(_, step)| !step.is_moot(known))
    }

    /// What the journey is for.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The steps in their order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The rules as text, under which a progress goes on even when the file changes.
    pub fn rules(&self) -> String {
        serde_json::to_string(&self.steps).unwrap_or_default()
    }

    /// The journey kept in a row of rules.
    ///
    /// # Errors
    /// When the text is no journey: the row is damaged or of a newer version.
    pub fn from_rules(kind: Kind, rules: &str) -> Result<Self, RulesError> {
        Ok(Self::new(kind, serde_json::from_str(rules)?)?)
    }

    /// What the rules are known by.
    pub fn digest(&self) -> Digest {
        Digest::of_content(format!("{}\n{}", self.kind.as_str(), self.rules()).as_bytes())
    }
}

/// Whether a step may stand at a place of a journey, counted from 0.
fn place(kind: Kind, index: usize, step: &Step) -> Result<(), &'static str> {
    match (step, kind, index) {
        (Step::Password(_), Kind::Login | Kind::LostFactor, 0)
        | (Step::GivenId(_), Kind::Activate, 0)
        | (Step::Account(_), Kind::Recover, 0)
        | (Step::EmailCode(_), Kind::ChangeEmail, 1)
        | (Step::EmailCode(_), Kind::ChangeFactor, 0)
        | (Step::Identity(_), Kind::ChangeFactor, 1) => Ok(()),
        (Step::Password(_), ..) => {
            Err("it is answered on the sign-in page: the first step of login or lost_factor, and no other")
        }
        (Step::GivenId(_), ..) => {
            Err("it is answered on the sign-in page: the first step of activate, and no other")
        }
        (Step::Account(_), ..) => Err("it names an account: the first step of recover, and no other"),
        (_, Kind::Activate, 0) => Err("activate begins with given_id"),
        (Step::Credentials(rule), Kind::ChangeEmail, 0) if rule.fields == [Field::Email] => Ok(()),
        (_, Kind::ChangeEmail, _) => {
            Err("an address is changed by typing it and the code that is mailed there")
        }
        (Step::SetupFactor(rule), Kind::ChangeFactor, 0..=2) if is_of_second_factors(&rule.choices) => Ok(()),
        (_, Kind::ChangeFactor, _) => {
            Err("a second factor is changed by setting up a phone, an app or a passkey")
        }
        (Step::SecondFactor(rule), ..) if rule.if_held && !matches!(kind, Kind::Recover | Kind::Login) => {
            Err("if_held is for recover and login: everywhere else who has no second factor is not let on")
        }
        (Step::SecondFactor(_), Kind::Restore, _) => Err("what was lost cannot be shown"),
        (Step::SecondFactor(_) | Step::EmailCode(_) | Step::Terms(_), ..) => Ok(()),
        (_, Kind::Login, _) => Err("a sign-in keeps nothing of what this step gives"),
        _ => Ok(()),
    }
}

fn is_of_second_factors(choices: &[FactorKind]) -> bool {
    choices.iter().all(|kind| matches!(kind, FactorKind::Sms | FactorKind::Totp | FactorKind::Passkey))
}

/// Why stored rules cannot be walked.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not the text of rules.
    #[error(transparent)]
    Text(#[from] serde_json::Error),
    /// Steps that make no journey.
    #[error(transparent)]
    Unwalkable(#[from] Unwalkable),
}
