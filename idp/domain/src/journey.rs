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

pub mod code;
pub mod effect;
pub mod form;
pub mod refusal;
pub mod steps;

use std::fmt;

use sekisho_base::{Cx, Digest, Language, Timestamp};
use serde::{Deserialize, Serialize};

pub use effect::Effect;
pub use form::{Act, Form};
pub use refusal::{Notice, Reason, Refusal};
pub use steps::{Answer, Challenge, Evidence, Step};

use crate::factor::totp;
use crate::ids::{FactorId, InsurerCode, PersonKey};
use crate::insurer::Insurer;
use crate::member::{Claimed, Record};
use crate::{email::Email, phone::Phone};

/// What a journey is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// From nobody to an account with a proven membership.
    Enrol,
    /// From an account to a session.
    Login,
}

impl Kind {
    /// The word in rows and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Login => "login",
        }
    }

    /// What must be known at the end.
    const fn demands(self) -> &'static [Fact] {
        match self {
            Self::Enrol => &[Fact::ProvenAddress, Fact::Password, Fact::Person],
            Self::Login => &[Fact::Account],
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Enrol, Self::Login].into_iter().find(|kind| kind.as_str() == word).ok_or(())
    }
}

/// What a step may need of the steps before it, and give to those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// An e-mail address was typed.
    Address,
    /// Its reader was proven.
    ProvenAddress,
    /// A password was chosen.
    Password,
    /// The person was found in the insurer's records.
    Person,
    /// The documents were accepted.
    Acceptances,
    /// A second factor was set up.
    SecondFactor,
    /// A first factor of an existing account was right.
    Account,
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "an e-mail address",
            Self::ProvenAddress => "a proven e-mail address",
            Self::Password => "a chosen password",
            Self::Person => "a person found in the records",
            Self::Acceptances => "accepted documents",
            Self::SecondFactor => "a second factor",
            Self::Account => "an account",
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
        let mut given: Vec<Fact> = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let (number, word) = (index + 1, step.word());
            if let Some(&fact) = step.needs().iter().find(|fact| !given.contains(fact)) {
                return Err(Unwalkable::Needs { number, word, fact });
            }
            step.check().map_err(|reason| Unwalkable::Rule { number, word, reason })?;
            given.extend(step.gives());
        }
        match kind.demands().iter().find(|fact| !given.contains(fact)) {
            Some(&fact) => Err(Unwalkable::Ends { kind, fact }),
            None => Ok(Self { kind, steps }),
        }
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

/// A factor that an account holds, as a step sees it. Secrets live only as long as the request.
#[derive(Clone)]
pub struct Held {
    /// The factor's id.
    pub id: FactorId,
    /// What it is.
    pub means: Means,
}

/// What makes a held factor work.
#[derive(Clone)]
pub enum Means {
    /// An authenticator app, and the last step it was used with.
    App {
        /// The shared secret.
        secret: totp::Secret,
        /// The last used step.
        last_step: Option<i64>,
    },
    /// A phone.
    Phone(Phone),
}

/// What the flow must look up before an answer can be weighed.
pub enum Want {
    /// Nothing.
    Nothing,
    /// Whether an address is known already, and the hash of a chosen password.
    Credentials {
        /// The address.
        email: Email,
        /// The password.
        password: secrecy::SecretString,
    },
    /// The member records that a claim may mean.
    Candidates(Claimed),
    /// Permission to try a held factor once more.
    Attempt(FactorId),
}

/// What the flow found.
pub enum Facts {
    /// Nothing was wanted.
    Nothing,
    /// For [`Want::Credentials`].
    Credentials {
        /// Whether an account has this address.
        taken: bool,
        /// The Argon2id hash in PHC form.
        hash: String,
    },
    /// For [`Want::Candidates`].
    Candidates {
        /// The records of the claim's symbol and number.
        records: Vec<Record>,
        /// Those of them that have an account already.
        bound: Vec<PersonKey>,
    },
    /// For [`Want::Attempt`]: the attempt was reserved.
    Attempt,
    /// Too many tries; none may be made before this moment.
    Blocked(Timestamp),
}

/// What a step may look at.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The reader's language.
    pub language: Language,
    /// What the steps before gave.
    pub evidence: &'a [Evidence],
    /// The second factors the account holds; empty while there is no account.
    pub held: &'a [Held],
}

/// How far someone has walked: the content of a journey's sealed row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Progress {
    /// Whose journey it is.
    pub insurer: InsurerCode,
    /// The reader's language.
    pub language: Language,
    /// The step at hand, counted from 0.
    pub at: usize,
    /// What the step at hand waits for.
    pub challenge: Challenge,
    /// What the steps before gave.
    pub evidence: Vec<Evidence>,
    /// What was typed and is worth keeping.
    pub draft: Form,
    /// Why the last answer was not enough.
    pub refusals: Vec<Refusal>,
    /// Something to tell beside the question.
    pub notice: Option<Notice>,
    /// The authorization request that brought the person here, sealed.
    pub request: Option<String>,
}

/// What became of an answer.
pub enum Turn {
    /// The person stays at the step.
    Again(Progress, Vec<Effect>),
    /// The person is at the next step.
    Onward(Progress, Vec<Effect>),
    /// The last step is passed.
    Arrived(Vec<Evidence>, Vec<Effect>),
    /// The journey ends here and cannot be taken up again.
    Over(Refusal, Vec<Effect>),
}

/// What a step decides about an answer.
pub enum Weighed<C, E> {
    /// Not yet: the challenge as it now stands.
    Again(Again<C>),
    /// Passed.
    Onward(E, Vec<Effect>),
    /// No further attempt is possible.
    Over(Refusal, Vec<Effect>),
    /// The person wants to correct the step before.
    Back,
}

/// A step that goes on waiting.
pub struct Again<C> {
    /// What it waits for now.
    pub challenge: C,
    /// What was not right.
    pub refusals: Vec<Refusal>,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// What must happen.
    pub effects: Vec<Effect>,
}

impl<C> Again<C> {
    /// The step moved to another question of its own.
    pub fn moved(challenge: C, effects: Vec<Effect>) -> Self {
        Self { challenge, refusals: Vec::new(), notice: None, effects }
    }

    /// The answer was refused.
    pub fn refused(challenge: C, refusal: Refusal) -> Self {
        Self { challenge, refusals: vec![refusal], notice: None, effects: Vec::new() }
    }

    /// Tells something beside the question.
    #[must_use]
    pub fn telling(mut self, notice: Notice) -> Self {
        self.notice = Some(notice);
        self
    }
}

/// Who sets out, and from where.
pub struct Start {
    /// Whose journey it is.
    pub insurer: InsurerCode,
    /// The reader's language.
    pub language: Language,
    /// What is known before the first step: an invitation, or the password of a sign-in.
    pub evidence: Vec<Evidence>,
    /// The sealed authorization request.
    pub request: Option<String>,
}

impl Progress {
    /// Sets out at the first step of `journey` that the start has not passed already.
    /// With all of them passed, nobody needs to walk: the evidence comes back.
    ///
    /// # Errors
    /// The evidence itself, when there is no step to take.
    pub fn begin(
        journey: &Journey,
        start: Start,
        world: &World<'_>,
        cx: &mut Cx,
    ) -> Result<(Self, Vec<Effect>), Vec<Evidence>> {
        let Start { insurer, language, evidence, request } = start;
        let at = evidence.iter().filter(|evidence| evidence.is_of_a_step()).count();
        let Some(step) = journey.steps.get(at) else { return Err(evidence) };
        let known = world.known(language, &evidence);
        let (challenge, effects) = step.pose(&known, cx);
        let progress = Self {
            insurer,
            language,
            at,
            challenge,
            evidence,
            draft: Form::default(),
            refusals: vec![],
            notice: None,
            request,
        };
        Ok((progress, effects))
    }

    /// The step at hand.
    pub fn step<'j>(&self, journey: &'j Journey) -> Option<&'j Step> {
        journey.steps.get(self.at)
    }

    /// Reads a form against the step at hand.
    ///
    /// # Errors
    /// What is missing or misshapen, field by field.
    pub fn read(&self, journey: &Journey, world: &World<'_>, form: &Form) -> Result<Answer, Vec<Refusal>> {
        let secret_numbers = form.my_numbers();
        if !secret_numbers.is_empty() {
            return Err(secret_numbers);
        }
        let Some(step) = self.step(journey) else { return Err(vec![Refusal::page(Reason::StartAgain)]) };
        step.read(&self.challenge, form, &world.known(self.language, &self.evidence))
    }

    /// The progress of somebody whose form could not be read: nothing typed is lost.
    #[must_use]
    pub fn unread(mut self, form: &Form, refusals: Vec<Refusal>) -> Self {
        self.draft = form.worth_keeping();
        self.refusals = refusals;
        self.notice = None;
        self
    }

    /// Weighs an answer, given what was looked up for it.
    pub fn answer(self, journey: &Journey, given: Given<'_>, cx: &mut Cx) -> Turn {
        let Given { answer, facts, form, world } = given;
        let Some(step) = journey.steps.get(self.at) else {
            return Turn::Over(Refusal::page(Reason::StartAgain), Vec::new());
        };
        let Self { insurer, language, at, challenge, mut evidence, request, .. } = self;
        let weighed = step.weigh(challenge, (answer, facts), &world.known(language, &evidence), cx);
        let stay = |challenge, evidence, at| Self {
            insurer,
            language,
            at,
            challenge,
            evidence,
            draft: form.worth_keeping(),
            refusals: Vec::new(),
            notice: None,
            request,
        };
        match weighed {
            Weighed::Over(refusal, effects) => Turn::Over(refusal, effects),
            Weighed::Again(again) => {
                let mut progress = stay(again.challenge, evidence, at);
                if again.refusals.is_empty() {
                    progress.draft = Form::default();
                }
                progress.refusals = again.refusals;
                progress.notice = again.notice;
                Turn::Again(progress, again.effects)
            }
            Weighed::Back => {
                let draft = evidence.pop().map(Evidence::into_draft).unwrap_or_default();
                let before = at.saturating_sub(1);
                let Some(step) = journey.steps.get(before) else {
                    return Turn::Over(Refusal::page(Reason::StartAgain), Vec::new());
                };
                let (challenge, effects) = step.pose(&world.known(language, &evidence), cx);
                let progress = Self { draft, ..stay(challenge, evidence, before) };
                Turn::Again(progress, effects)
            }
            Weighed::Onward(passed, mut effects) => {
                evidence.push(passed);
                let Some(next) = journey.steps.get(at + 1) else { return Turn::Arrived(evidence, effects) };
                let (challenge, more) = next.pose(&world.known(language, &evidence), cx);
                effects.extend(more);
                let progress = Self { draft: Form::default(), ..stay(challenge, evidence, at + 1) };
                Turn::Onward(progress, effects)
            }
        }
    }
}

/// An answer with everything that weighing it takes.
pub struct Given<'a> {
    /// What was read from the form.
    pub answer: Answer,
    /// What was looked up.
    pub facts: Facts,
    /// The form itself, for what is worth keeping.
    pub form: &'a Form,
    /// What does not depend on the journey.
    pub world: &'a World<'a>,
}

/// What does not depend on the journey: the insurer, and the account's second factors where there is one.
pub struct World<'a> {
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// The second factors the account holds.
    pub held: &'a [Held],
}

impl World<'_> {
    /// What a step may look at, given the evidence so far.
    pub fn known<'k>(&'k self, language: Language, evidence: &'k [Evidence]) -> Known<'k> {
        Known { insurer: self.insurer, language, evidence, held: self.held }
    }
}
