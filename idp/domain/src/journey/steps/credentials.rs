//! E-mail address and password are chosen on one page (guide row A5).
//!
//! An address that has an account already leads to the same next page as any other:
//! its owner is told by mail, and no code that is then typed can be right.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::email::Email;
use crate::factor::password;
use crate::journey::{Again, Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};

/// The step's rule: the insurer's password policy does the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// What was typed, well-formed and within the policy.
pub struct Answer {
    email: Email,
    password: SecretString,
}

/// The address and the hash.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The address, not yet proven.
    pub email: Email,
    /// The Argon2id hash of the chosen password.
    pub password_hash: String,
    /// Whether an account has the address already; nothing the person sees may depend on it.
    pub taken: bool,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> &'static [Fact] {
        &[]
    }

    fn gives(&self) -> &'static [Fact] {
        &[Fact::Address, Fact::Password]
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        let email = read_email(form);
        let password = read_password(form, known, email.as_ref().ok());
        match (email, password) {
            (Ok(email), Ok(password)) => Ok(Answer { email, password }),
            (email, password) => Err([email.err(), password.err()].into_iter().flatten().collect()),
        }
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, _known: &Known<'_>) -> Want {
        Want::Credentials { email: answer.email.clone(), password: answer.password.clone() }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        _known: &Known<'_>,
        _cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match facts {
            Facts::Credentials { taken, hash } => {
                Weighed::Onward(Evidence { email: answer.email, password_hash: hash, taken }, Vec::new())
            }
            Facts::Blocked(until) => {
                Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Wait { until })))
            }
            _ => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        }
    }
}

fn read_email(form: &Form) -> Result<Email, Refusal> {
    let typed = form.get("email");
    if typed.is_empty() {
        return Err(Refusal::at("email", Reason::Empty));
    }
    Email::parse(typed).map_err(|_| Refusal::at("email", Reason::EmailShape))
}

fn read_password(form: &Form, known: &Known<'_>, email: Option<&Email>) -> Result<SecretString, Refusal> {
    // Verified exactly as received: no trimming.
    let typed = SecretString::from(form.raw("password").to_owned());
    if typed.expose_secret().is_empty() {
        return Err(Refusal::at("password", Reason::Empty));
    }
    let context = known.insurer.password_context(email);
    known.insurer.password.judge(&typed, &context).map_err(|refusal| {
        Refusal::at(
            "password",
            match refusal {
                password::Refusal::Short { least } => Reason::PasswordShort { least },
                password::Refusal::Long { most } => Reason::PasswordLong { most },
                password::Refusal::Known => Reason::PasswordKnown,
                password::Refusal::Kinds => Reason::PasswordKinds,
            },
        )
    })?;
    Ok(typed)
}
