//! What was entered is looked at once more before a mail is sent (row B24).

use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::journey::{Act, Effect, Fact, Facts, Form, Known, Refusal, Weighed};

/// The step has no rule of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// What the person does.
pub enum Answer {
    /// It is as it should be.
    Right,
    /// Something is to be corrected.
    Back,
}

/// It was looked at.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        vec![Fact::Address]
    }

    fn gives(&self) -> Vec<Fact> {
        Vec::new()
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        Ok(if form.act() == Act::Back { Answer::Back } else { Answer::Right })
    }

    fn weigh(
        &self,
        _challenge: Challenge,
        (answer, _facts): (Answer, Facts),
        _known: &Known<'_>,
        _cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match answer {
            Answer::Right => Weighed::Onward(Evidence {}, Vec::new()),
            Answer::Back => Weighed::Back,
        }
    }
}
