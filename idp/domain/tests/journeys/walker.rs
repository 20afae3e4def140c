//! Somebody who walks a journey, with the rows and the inbox that the flow would have.

use std::collections::HashMap;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::account::{Joining, NewAccount};
use sekisho_domain::email::Email;
use sekisho_domain::ids::{AccountId, FactorId, PersonKey};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::email_link::Letter;
use sekisho_domain::journey::steps::identity::Found;
use sekisho_domain::journey::steps::{Evidence, given_id, passkey, password, signed_in};
use sekisho_domain::journey::{
    CodeFor, Effect, Facts, Form, Given, Holder, Journey, Kind, Owner, Progress, Reason, Refusal, Start,
    Subject, Turn, Want, World, arrival,
};
use sekisho_domain::member::{self, GivenId, Proof, Record};

use super::passkeys;
use super::sample::{TODAY, form, insurer, morning};
use super::turns::{arrives, ends, goes_on, hash, kept, stays};

/// A message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Code { to: String, code: String, minutes: u64, purpose: CodeFor },
    Link { to: String, token: String, letter: Letter, minutes: u64, subject: Option<Subject> },
    Known { to: String, elsewhere: bool },
    Wanted { to: String },
    Sms { to: String, code: String },
}

pub struct Walker {
    pub insurer: Insurer,
    pub journey: Journey,
    pub holder: Holder,
    pub records: Vec<Record>,
    pub bound: Vec<PersonKey>,
    /// Addresses that are somebody's already.
    pub owners: HashMap<String, Owner>,
    /// Login IDs that are somebody's already.
    pub taken: Vec<String>,
    /// Accounts by their names.
    pub accounts: HashMap<String, (AccountId, Email)>,
    /// The account's password.
    pub password: String,
    /// What the counters say to every question.
    pub blocked: Option<Timestamp>,
    pub cx: Cx,
    pub sent: Vec<Sent>,
    /// What the last turn did beside its messages, by word.
    pub done: Vec<String>,
}

impl Walker {
    /// Somebody who walks a journey of an insurer's file.
    pub fn new(file: &str, kind: Kind) -> Self {
        let insurer = insurer(file);
        let journey = insurer.journey(kind).unwrap().clone();
        Self::on(insurer, journey)
    }

    pub fn on(insurer: Insurer, journey: Journey) -> Self {
        Self {
            insurer,
            journey,
            holder: Holder::default(),
            records: vec![],
            bound: vec![],
            owners: HashMap::new(),
            taken: vec![],
            accounts: HashMap::new(),
            password: "kumo to kaze to niwa".to_owned(),
            blocked: None,
            cx: Cx::seeded(morning(), 1),
            sent: vec![],
            done: vec![],
        }
    }

    pub fn among(mut self, records: impl IntoIterator<Item = Record>) -> Self {
        self.records = records.into_iter().collect();
        self
    }

    pub fn begin(&mut self, evidence: Vec<Evidence>) -> Progress {
        let start = Start {
            insurer: self.insurer.code.clone(),
            language: Language::Ja,
            evidence,
            request: Some("sealed".to_owned()),
            client: Some("certificate".parse().unwrap()),
            to: None,
            is_step_up: false,
        };
        let world = World { insurer: &self.insurer, holder: &self.holder };
        let (progress, effects) = Progress::begin(&self.journey, start, &world, &mut self.cx).ok().unwrap();
        self.note(effects);
        kept(&progress)
    }

    /// Whether an account with this evidence has nothing left to walk.
    pub fn is_there(&mut self, evidence: Vec<Evidence>) -> bool {
        let start = Start {
            insurer: self.insurer.code.clone(),
            language: Language::Ja,
            evidence,
            request: None,
            client: None,
            to: None,
            is_step_up: false,
        };
        let world = World { insurer: &self.insurer, holder: &self.holder };
        Progress::begin(&self.journey, start, &world, &mut self.cx).is_err()
    }

    /// The evidence of a right password.
    pub fn password_shown(&mut self) -> Vec<Evidence> {
        let account = AccountId::draw(&mut self.cx);
        let factor = FactorId::draw(&mut self.cx);
        vec![Evidence::Password(password::Evidence { account, factor, at: self.cx.now })]
    }

    /// The evidence of a passkey in place of it.
    pub fn passkey_shown(&mut self) -> Vec<Evidence> {
        let account = AccountId::draw(&mut self.cx);
        let factor = FactorId::draw(&mut self.cx);
        vec![Evidence::Passkey(passkey::Evidence { account, factor, at: self.cx.now })]
    }

    /// The evidence of a session.
    pub fn signed_in(&mut self) -> Vec<Evidence> {
        let account = AccountId::draw(&mut self.cx);
        vec![Evidence::SignedIn(signed_in::Evidence { account, at: self.cx.now })]
    }

    /// The evidence of a pre-issued ID and its temporary password, or what became of it on the sign-in page.
    pub fn given_id(&self, id: &str, password: &str) -> Result<Vec<Evidence>, Proof> {
        let records = self.with_id(id);
        let proof = member::given(&records, password, TODAY);
        let Proof::Found(person) = &proof else { return Err(proof) };
        let found = records.iter().find(|record| record.person == *person).map(Found::of).unwrap();
        let evidence = given_id::Evidence { found, id: id.to_owned(), at: self.cx.now };
        Ok(vec![Evidence::GivenId(evidence)])
    }

    fn with_id(&self, id: &str) -> Vec<Record> {
        let Some(given) = &self.insurer.given_ids else { return vec![] };
        let has_it = |record: &&Record| given.of(record) == GivenId::Id(id.to_owned());
        self.records.iter().filter(has_it).cloned().collect()
    }

    fn note(&mut self, effects: Vec<Effect>) {
        self.done.clear();
        for effect in effects {
            let word = match effect {
                Effect::MailCode { to, code, valid, purpose } => {
                    let (to, code) = (to.as_str().to_owned(), code.expose_secret().to_owned());
                    self.sent.push(Sent::Code { to, code, minutes: valid.as_secs() / 60, purpose });
                    continue;
                }
                Effect::MailLink { to, token, letter, valid, subject } => {
                    let (to, token) = (to.as_str().to_owned(), token.expose_secret().to_owned());
                    self.sent.push(Sent::Link { to, token, letter, minutes: valid.as_secs() / 60, subject });
                    continue;
                }
                Effect::MailKnownAddress { to, elsewhere } => {
                    self.sent.push(Sent::Known { to: to.as_str().to_owned(), elsewhere });
                    continue;
                }
                Effect::SmsCode { to, code, .. } => {
                    let (to, code) = (to.as_e164().to_owned(), code.expose_secret().to_owned());
                    self.sent.push(Sent::Sms { to, code });
                    continue;
                }
                Effect::MailWantedAddress { to } => {
                    self.sent.push(Sent::Wanted { to: to.as_str().to_owned() });
                    continue;
                }
                Effect::SmsAnswered(_) => "sms answered",
                Effect::ShowPasskey(_) => "show passkey",
                Effect::SpendChallenge(_) => "spend challenge",
                Effect::ForgetMailTries(_) => "forget mail tries",
                Effect::UseStep { .. } => "use step",
                Effect::SpendRecovery { .. } => "spend recovery",
                Effect::ClearFailures { .. } => "clear failures",
                Effect::ForgetClaims(_) => "forget claims",
                Effect::Record(_) => "record",
            };
            self.done.push(word.to_owned());
        }
    }

    /// Sends a form as the flow does: reads it, looks up what is wanted, lets the domain decide.
    pub fn send(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Turn {
        self.submit(progress, &form(pairs))
    }

    pub fn submit(&mut self, progress: Progress, form: &Form) -> Turn {
        let read = progress.read(&self.journey, &self.world(), form);
        let decided = match read {
            Err(refusals) => Turn::Again(progress.unread(form, refusals), vec![]),
            Ok(answer) => {
                let world = self.world();
                let known = world.known(progress.language, &progress.evidence);
                let step = progress.step(&self.journey).unwrap();
                let facts = self.facts(step.wants(&progress.challenge, &answer, &known));
                let holder = self.holder.clone();
                let world = World { insurer: &self.insurer, holder: &holder };
                progress.answer(&self.journey, Given { answer, facts, form, world: &world }, &mut self.cx)
            }
        };
        self.noted(decided)
    }

    /// Follows a mailed link that still lives.
    pub fn open(&mut self, progress: Progress, elsewhere: bool) -> Turn {
        let world = World { insurer: &self.insurer, holder: &self.holder };
        let decided = progress.opened(&self.journey, elsewhere, &world, &mut self.cx);
        self.noted(decided)
    }

    fn world(&self) -> World<'_> {
        World { insurer: &self.insurer, holder: &self.holder }
    }

    fn noted(&mut self, turn: Turn) -> Turn {
        match turn {
            Turn::Again(progress, effects) => {
                self.note(effects);
                Turn::Again(kept(&progress), vec![])
            }
            Turn::Onward(progress, effects) => {
                self.note(effects);
                Turn::Onward(kept(&progress), vec![])
            }
            Turn::Arrived(evidence, effects) => {
                self.note(effects);
                Turn::Arrived(evidence, vec![])
            }
            Turn::Over(refusal, effects) => {
                self.note(effects);
                Turn::Over(refusal, vec![])
            }
        }
    }

    /// What the rows say. Records that do not fit are among the candidates: the domain compares again.
    fn facts(&self, want: Want) -> Facts {
        if let (Some(until), false) = (self.blocked, matches!(want, Want::Nothing)) {
            return Facts::Blocked(until);
        }
        match want {
            Want::Nothing => Facts::Nothing,
            Want::Credentials { email, login_id, password } => Facts::Credentials {
                owner: email.as_ref().map_or(Owner::Nobody, |email| self.owner(email)),
                is_taken: login_id.is_some_and(|id| self.is_taken(&id.folded())),
                hash: password.map(|typed| hash(typed.expose_secret())),
            },
            Want::Candidates(_) => {
                Facts::Candidates { records: self.records.clone(), bound: self.bound.clone() }
            }
            Want::Given(id) => Facts::Candidates { records: self.with_id(&id), bound: self.bound.clone() },
            Want::Attempt(_) | Want::MailAttempt(_) | Want::RecoveryAttempt(_) => Facts::Attempt,
            Want::Account(name) => Facts::Account(self.accounts.get(&name).cloned()),
            Want::Passkey { account, response } => {
                Facts::Passkey(passkeys::shown(&self.holder, account, &response).map(Box::new))
            }
            Want::NewPasskey { account, response } => {
                Facts::NewPasskey(passkeys::made(account, &response).map(Box::new))
            }
            Want::Shown { typed, .. } => Facts::Verified(self.password == typed.expose_secret()),
            Want::Verified { typed, hash: stored } => Facts::Verified(hash(typed.expose_secret()) == stored),
        }
    }

    fn owner(&self, email: &Email) -> Owner {
        self.owners.get(email.folded()).copied().unwrap_or(Owner::Nobody)
    }

    fn is_taken(&self, folded: &str) -> bool {
        self.insurer.reserves(folded) || self.taken.iter().any(|taken| taken == folded)
    }

    pub fn onward(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Progress {
        goes_on(self.send(progress, pairs))
    }

    pub fn again(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Progress {
        stays(self.send(progress, pairs))
    }

    /// The refusals of an answer that was not taken.
    pub fn refused(&mut self, progress: &Progress, pairs: &[(&str, &str)]) -> Vec<Refusal> {
        self.again(progress.clone(), pairs).refusals
    }

    pub fn over(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Reason {
        ends(self.send(progress, pairs))
    }

    pub fn arrived(&mut self, progress: Progress, pairs: &[(&str, &str)]) -> Vec<Evidence> {
        arrives(self.send(progress, pairs))
    }

    pub fn later(&mut self, seconds: u64) {
        self.cx.now = self.cx.now + Duration::from_secs(seconds);
    }

    /// The code that was sent last.
    pub fn code(&self) -> String {
        let code = self.sent.iter().rev().find_map(|sent| match sent {
            Sent::Code { code, .. } | Sent::Sms { code, .. } => Some(code.clone()),
            _ => None,
        });
        code.unwrap()
    }

    /// What comes into being at the end of a registration.
    pub fn registered(&mut self, evidence: &[Evidence]) -> Option<NewAccount> {
        arrival::registered(evidence, &self.insurer, Language::Ja, &mut self.cx).map(|(account, _)| account)
    }

    /// What comes into being when an account joins.
    pub fn joined(&mut self, evidence: &[Evidence]) -> Option<Joining> {
        let email = self.holder.email.clone();
        arrival::joined(evidence, &self.insurer, email.as_ref(), &mut self.cx).map(|(joining, _)| joining)
    }
}
