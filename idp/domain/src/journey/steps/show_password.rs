//! The password of a known account is shown once more, before something is changed that would let others in.
//!
//! Each try is reserved in the password's row before it is weighed, like those of the sign-in page.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::ids::FactorId;
use crate::journey::{Again, Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};

/// The step has no rule of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting: tries are counted with the factor.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// What was typed.
pub struct Answer {
    typed: SecretString,
}

/// The password was right.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The password.
    pub factor: FactorId,
    /// When it was shown.
    pub at: Timestamp,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        vec![Fact::Account]
    }

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::FirstFactor]
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        // Verified exactly as received: no trimming.
        let typed = SecretString::from(form.raw("password").to_owned());
        if typed.expose_secret().is_empty() {
            return Err(vec![Refusal::at("password", Reason::Empty)]);
        }
        Ok(Answer { typed })
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
        match known.holder.password {
            Some(factor) => Want::Shown { factor, typed: answer.typed.clone() },
            None => Want::Nothing,
        }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (_answer, facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match (facts, known.holder.password) {
            (Facts::Verified(true), Some(factor)) => {
                Weighed::Onward(Evidence { factor, at: cx.now }, vec![Effect::ClearFailures { factor }])
            }
            // That it rests is no news to a stranger: the same words.
            (Facts::Verified(false) | Facts::Blocked(_), _) => {
                Weighed::Again(Again::refused(challenge, Refusal::at("password", Reason::SignIn)))
            }
            _ => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        }
    }
}
