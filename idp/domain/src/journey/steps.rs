//! The step kinds. A new one is a file here, a line in `kinds!`, and a template.
//!
//! A kind has a rule (from the insurer's file), a `Challenge` (kept while waiting),
//! an `Answer` (read from a form) and an `Evidence` (kept once passed). `pose` asks,
//! `weigh` decides; both are pure.

pub mod account;
pub mod change;
pub mod confirm;
pub mod credentials;
pub mod email_code;
pub mod email_link;
pub mod given_id;
pub mod identity;
pub mod invitation;
pub mod passkey;
pub mod password;
pub mod restoration;
pub mod second_factor;
pub mod setup_factor;
pub mod show_password;
pub mod signed_in;
pub mod terms;

use sekisho_base::Cx;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::ids::AccountId;

use super::{Again, Ceremony, Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};

/// What every kind of step must be able to do.
pub trait StepKind: Serialize + DeserializeOwned {
    /// What is kept while the step waits.
    type Challenge: Serialize + DeserializeOwned;
    /// What a form says.
    type Answer;
    /// What is kept once the step is passed.
    type Evidence;

    /// What the steps before must give; nothing, unless a kind says otherwise.
    fn needs(&self) -> Vec<Fact> {
        Vec::new()
    }

    /// What this step gives.
    fn gives(&self) -> Vec<Fact>;

    /// Whether the rule can be kept.
    ///
    /// # Errors
    /// A sentence for the operator.
    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// Whether there is nothing to ask of this account: the step is passed over.
    fn is_moot(&self, _known: &Known<'_>) -> bool {
        false
    }

    /// Asks: what the step now waits for, and what that causes.
    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Self::Challenge, Vec<Effect>);

    /// Reads a form. A kind that is answered on a first page, before there is a journey, reads none.
    ///
    /// # Errors
    /// What is missing or misshapen, field by field.
    fn read(
        &self,
        _challenge: &Self::Challenge,
        _form: &Form,
        _known: &Known<'_>,
    ) -> Result<Self::Answer, Vec<Refusal>> {
        Err(vec![Refusal::page(Reason::StartAgain)])
    }

    /// What must be looked up before the answer can be weighed; nothing, unless a kind says otherwise.
    fn wants(&self, _challenge: &Self::Challenge, _answer: &Self::Answer, _known: &Known<'_>) -> Want {
        Want::Nothing
    }

    /// Decides. A kind that reads nothing has nothing to decide.
    fn weigh(
        &self,
        _challenge: Self::Challenge,
        _given: (Self::Answer, Facts),
        _known: &Known<'_>,
        _cx: &mut Cx,
    ) -> Weighed<Self::Challenge, Self::Evidence> {
        Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new())
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $word:literal $variant:ident = $module:ident),* $(,)?) => {
        /// A step of a journey, with its rule.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "step", rename_all = "snake_case")]
        pub enum Step { $($(#[$doc])* $variant($module::Rule),)* }

        /// What a step waits for.
        #[derive(Clone, Serialize, Deserialize)]
        #[serde(tag = "step", content = "challenge", rename_all = "snake_case")]
        pub enum Challenge { $($(#[$doc])* $variant($module::Challenge),)* }

        /// What a form said to a step.
        pub enum Answer { $($(#[$doc])* $variant($module::Answer),)* }

        /// What remains known of a step that was passed.
        #[derive(Clone, Serialize, Deserialize)]
        #[serde(tag = "step", content = "evidence", rename_all = "snake_case")]
        pub enum Evidence {
            $($(#[$doc])* $variant($module::Evidence),)*
            /// The person came by an invitation; this is of no step.
            Invitation(invitation::Evidence),
            /// The person was signed in; this is of no step.
            SignedIn(signed_in::Evidence),
            /// A lost second factor may be replaced; this is of no step.
            Restoration(restoration::Evidence),
            /// Somebody signed in changes the own account; this is of no step.
            Change(change::Evidence),
            /// A passkey was shown in place of the password.
            Passkey(passkey::Evidence),
        }

        impl Step {
            /// The kind's word in files.
            pub const fn word(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word,)* }
            }

            /// What the steps before must give.
            pub fn needs(&self) -> Vec<Fact> {
                match self { $(Self::$variant(rule) => rule.needs(),)* }
            }

            /// What this step gives.
            pub fn gives(&self) -> Vec<Fact> {
                match self { $(Self::$variant(rule) => rule.gives(),)* }
            }

            /// Whether the rule can be kept.
            ///
            /// # Errors
            /// A sentence for the operator.
            pub fn check(&self) -> Result<(), &'static str> {
                match self { $(Self::$variant(rule) => rule.check(),)* }
            }

            /// Whether there is nothing to ask of this account.
            pub fn is_moot(&self, known: &Known<'_>) -> bool {
                match self { $(Self::$variant(rule) => rule.is_moot(known),)* }
            }

            /// Asks.
            pub fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
                match self {
                    $(Self::$variant(rule) => {
                        let (challenge, effects) = rule.pose(known, cx);
                        (Challenge::$variant(challenge), effects)
                    })*
                }
            }

            /// Reads a form.
            ///
            /// # Errors
            /// What is missing or misshapen.
            pub fn read(&self, challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
                match (self, challenge) {
                    $((Self::$variant(rule), Challenge::$variant(challenge)) => {
                        rule.read(challenge, form, known).map(Answer::$variant)
                    })*
                    _ => Err(vec![Refusal::page(Reason::StartAgain)]),
                }
            }

            /// What must be looked up.
            pub fn wants(&self, challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
                match (self, challenge, answer) {
                    $((Self::$variant(rule), Challenge::$variant(challenge), Answer::$variant(answer)) => {
                        rule.wants(challenge, answer, known)
                    })*
                    _ => Want::Nothing,
                }
            }

            pub(super) fn weigh(
                &self,
                challenge: Challenge,
                (answer, facts): (Answer, Facts),
                known: &Known<'_>,
                cx: &mut Cx,
            ) -> Weighed<Challenge, Evidence> {
                match (self, challenge, answer) {
                    $((Self::$variant(rule), Challenge::$variant(challenge), Answer::$variant(answer)) => {
                        match rule.weigh(challenge, (answer, facts), known, cx) {
                            Weighed::Again(again) => Weighed::Again(Again {
                                challenge: Challenge::$variant(again.challenge),
                                refusals: again.refusals,
                                notice: again.notice,
                                effects: again.effects,
                            }),
                            Weighed::Onward(evidence, effects) => {
                                Weighed::Onward(Evidence::$variant(evidence), effects)
                            }
                            Weighed::Over(refusal, effects) => Weighed::Over(refusal, effects),
                            Weighed::Back => Weighed::Back,
                        }
                    })*
                    _ => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
                }
            }
        }
    };
}

kinds! {
    /// What the person chooses or tells: address, login ID, password, nickname, opt-ins.
    "credentials" Credentials = credentials,
    /// A code sent to the address proves who reads it.
    "email_code" EmailCode = email_code,
    /// A link sent to the address proves who reads it.
    "email_link" EmailLink = email_link,
    /// The person is found in the insurer's records.
    "identity" Identity = identity,
    /// The person is found by an ID that the insurer gave out.
    "given_id" GivenId = given_id,
    /// The documents are read and accepted.
    "terms" Terms = terms,
    /// What was entered is looked at once more.
    "confirm" Confirm = confirm,
    /// A second factor is chosen, set up and tried.
    "setup_factor" SetupFactor = setup_factor,
    /// Identifier and password of an account.
    "password" Password = password,
    /// The name of an account whose password is forgotten.
    "account" Account = account,
    /// The password of a known account is shown once more.
    "show_password" ShowPassword = show_password,
    /// A second factor of the account is shown.
    "second_factor" SecondFactor = second_factor,
}

/// Reads what a browser's script put into a form: a passkey's response, and what it was asked with.
///
/// # Errors
/// When there is none.
pub fn read_ceremony(form: &Form) -> Result<Ceremony, Vec<Refusal>> {
    let (sealed, response) = (form.raw("sealed"), form.raw("passkey"));
    if response.is_empty() {
        return Err(vec![Refusal::at("passkey", Reason::PasskeyMissing)]);
    }
    Ok(Ceremony { sealed: sealed.to_owned(), response: response.to_owned() })
}

impl Step {
    /// How long a link that the step mails can be opened.
    pub fn link_validity(&self) -> Option<std::time::Duration> {
        match self {
            Self::EmailLink(rule) => Some(rule.valid()),
            _ => None,
        }
    }
}

impl Evidence {
    /// Whether a step of the journey gave it.
    pub const fn is_of_a_step(&self) -> bool {
        !matches!(self, Self::Invitation(_) | Self::SignedIn(_) | Self::Restoration(_) | Self::Change(_))
    }

    /// The account that it names.
    pub const fn account(&self) -> Option<AccountId> {
        match self {
            Self::Password(shown) => Some(shown.account),
            Self::Passkey(shown) => Some(shown.account),
            Self::SignedIn(session) => Some(session.account),
            Self::Account(named) => named.account,
            Self::Restoration(restoration) => Some(restoration.account),
            Self::Change(change) => Some(change.account),
            _ => None,
        }
    }

    /// Notes what a form says beside the answer: whether this device is to be remembered.
    pub fn note(&mut self, form: &Form) {
        if let Self::SecondFactor(shown) = self {
            shown.remember = form.has("remember_device");
        }
    }

    /// What was typed at the step, when a person goes back to correct it.
    pub fn into_draft(self) -> Form {
        match self {
            Self::Credentials(evidence) => evidence.into_draft(),
            _ => Form::default(),
        }
    }
}
