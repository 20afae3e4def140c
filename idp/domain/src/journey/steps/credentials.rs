//! What the person chooses or tells (guide rows A5, B18–B23, B32, C5, C25, E13): address, login ID, password,
//! nickname, opt-ins, in whichever mixture the insurer asks on one page.
//!
//! An address that has an account already leads to the same next page as any other:
//! its owner is told by mail, and no code or link that follows can be right.

mod read;

use secrecy::SecretString;
use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::account::NameKind;
use crate::email::Email;
use crate::journey::{Again, Effect, Fact, Facts, Form, Known, Owner, Reason, Refusal, Want, Weighed};
use crate::login_id::LoginId;

pub use read::{new_password, nickname, opt_ins, recorded, same_password};

/// The step's rule: the insurer's password policy and opt-ins do the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// The controls, in the order in which they are shown.
    pub fields: Vec<Field>,
    /// What is shown of what is known already.
    pub shows: Vec<Shown>,
    /// Whether the address of the person's record is used, unchangeable, where there is one (row E14).
    pub email_from_record: bool,
}

impl Default for Rule {
    fn default() -> Self {
        Self { fields: vec![Field::Email, Field::Password], shows: Vec::new(), email_from_record: false }
    }
}

/// What a person can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The address.
    Email,
    /// The address once more.
    EmailAgain,
    /// A login ID of one's own choice.
    LoginId,
    /// The new password.
    Password,
    /// The new password once more.
    PasswordAgain,
    /// What one wants to be called.
    Nickname,
    /// What one wants to hear of.
    OptIns,
}

impl Field {
    /// The control's name; each opt-in has its own, see [`opt_in_control`].
    pub const fn control(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::EmailAgain => "email_again",
            Self::LoginId => "login_id",
            Self::Password => "password",
            Self::PasswordAgain => "password_again",
            Self::Nickname => "nickname",
            Self::OptIns => "opt_in",
        }
    }
}

/// What is known already and shown beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The name in kana, from the records.
    KanaName,
    /// The birth date, from the records.
    BirthDate,
    /// The ID that the insurer gave out.
    LoginId,
    /// The proven address.
    Email,
}

/// How often a login ID was taken.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {
    /// Chosen IDs that somebody has.
    #[serde(default)]
    pub taken: u32,
}

/// What was typed, well-formed and within the policy.
#[derive(Default)]
pub struct Answer {
    email: Option<Email>,
    login_id: Option<LoginId>,
    password: Option<SecretString>,
    nickname: String,
    opt_ins: Vec<String>,
}

/// What was chosen.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The address, not yet proven.
    pub email: Option<Email>,
    /// Whose the address is already; nothing the person sees may depend on it.
    pub owner: Owner,
    /// The login ID.
    pub login_id: Option<LoginId>,
    /// The Argon2id hash of the chosen password.
    pub password_hash: Option<String>,
    /// What the person wants to be called; may be empty.
    pub nickname: String,
    /// The ids of what the person wants to hear of.
    pub opt_ins: Vec<String>,
}

/// How many login IDs that somebody has one journey may ask for: the answer tells who has an account.
const TAKEN: u32 = 20;

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        let mut needs = Vec::new();
        let shows = |shown| self.shows.contains(&shown);
        // That an ID is taken is told only to who has proven to be a member (design §6.3).
        if self.asks(Field::LoginId)
            || self.email_from_record
            || shows(Shown::KanaName)
            || shows(Shown::BirthDate)
        {
            needs.push(Fact::Person);
        }
        if shows(Shown::Email) {
            needs.push(Fact::ProvenAddress);
        }
        if shows(Shown::LoginId) {
            needs.push(Fact::Name);
        }
        needs
    }

    fn gives(&self) -> Vec<Fact> {
        let mut gives = Vec::new();
        if self.asks(Field::Email) {
            gives.push(Fact::Address);
        }
        if self.asks(Field::Password) {
            gives.extend([Fact::Password, Fact::Key]);
        }
        if self.name().is_some() {
            gives.push(Fact::Name);
        }
        gives
    }

    fn check(&self) -> Result<(), &'static str> {
        let asks = |field| self.asks(field);
        if self.fields.is_empty() {
            return Err("there is nothing to ask");
        }
        if asks(Field::EmailAgain) && !asks(Field::Email)
            || asks(Field::PasswordAgain) && !asks(Field::Password)
        {
            return Err("what is typed again must be typed once");
        }
        if self.email_from_record && !asks(Field::Email) {
            return Err("email_from_record needs email among the fields, for who has none in the records");
        }
        Ok(())
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge::default(), Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        read::read(self, form, known)
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, _known: &Known<'_>) -> Want {
        let Answer { email, login_id, password, .. } = answer;
        if email.is_none() && login_id.is_none() && password.is_none() {
            return Want::Nothing;
        }
        Want::Credentials { email: email.clone(), login_id: login_id.clone(), password: password.clone() }
    }

    fn weigh(
        &self,
        mut challenge: Challenge,
        (answer, facts): (Answer, Facts),
        _known: &Known<'_>,
        _cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        let (owner, is_taken, password_hash) = match facts {
            Facts::Nothing => (Owner::Nobody, false, None),
            Facts::Credentials { owner, is_taken, hash } => (owner, is_taken, hash),
            Facts::Blocked(until) => {
                return Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Wait { until })));
            }
            _ => return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        };
        if is_taken {
            challenge.taken += 1;
            if challenge.taken >= TAKEN {
                return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new());
            }
            let refusal = Refusal::at(Field::LoginId.control(), Reason::LoginIdTaken);
            return Weighed::Again(Again::refused(challenge, refusal));
        }
        let Answer { email, login_id, nickname, opt_ins, .. } = answer;
        Weighed::Onward(Evidence { email, owner, login_id, password_hash, nickname, opt_ins }, Vec::new())
    }
}

impl Rule {
    /// Whether a field stands on the page.
    pub fn asks(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// Whether the page asks what the person wants to hear of.
    pub fn asks_opt_ins(&self) -> bool {
        self.asks(Field::OptIns)
    }

    /// What of this page one signs in with: a chosen login ID, else an address chosen together with the password.
    pub fn name(&self) -> Option<NameKind> {
        if self.asks(Field::LoginId) {
            Some(NameKind::Chosen)
        } else {
            (self.asks(Field::Email) && self.asks(Field::Password)).then_some(NameKind::Email)
        }
    }
}

impl Evidence {
    /// What of the page one signs in with.
    pub const fn name(&self) -> Option<NameKind> {
        match (&self.login_id, &self.email, &self.password_hash) {
            (Some(_), _, _) => Some(NameKind::Chosen),
            (None, Some(_), Some(_)) => Some(NameKind::Email),
            _ => None,
        }
    }

    /// What was typed, for the page shown again; never the password.
    pub fn into_draft(self) -> Form {
        let mut draft = Form::default().put(Field::Nickname.control(), self.nickname);
        if let Some(email) = &self.email {
            for field in [Field::Email, Field::EmailAgain] {
                draft = draft.put(field.control(), email.as_str());
            }
        }
        if let Some(login_id) = &self.login_id {
            draft = draft.put(Field::LoginId.control(), login_id.as_str());
        }
        self.opt_ins.iter().fold(draft, |draft, id| draft.put(&opt_in_control(id), "yes"))
    }
}

/// The name of an opt-in's checkbox.
pub fn opt_in_control(id: &str) -> String {
    format!("opt_in_{id}")
}
