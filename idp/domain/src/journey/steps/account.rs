//! The name of an account whose password is forgotten (rows B2, C40, E25).
//!
//! A name that nobody has leads to the same next page as any other; only nothing is ever mailed.

use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::email::Email;
use crate::ids::AccountId;
use crate::journey::{Effect, Fact, Facts, Form, Known, Reason, Refusal, Want, Weighed};
use crate::login_id;

/// The step has no rule of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// The name as it is kept and counted.
pub struct Answer {
    name: String,
}

/// The account, where the name is one's.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The account; none when nobody here has the name. Nothing the person sees may depend on it.
    pub account: Option<AccountId>,
    /// Its proven address, to which mail goes.
    pub email: Option<Email>,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::Account, Fact::Address, Fact::Name]
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        let typed = form.get("login_id");
        if typed.is_empty() {
            return Err(vec![Refusal::at("login_id", Reason::Empty)]);
        }
        let folded = |_| login_id::fold(typed);
        Ok(Answer { name: Email::parse(typed).map_or_else(folded, |email| email.folded().to_owned()) })
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, _known: &Known<'_>) -> Want {
        Want::Account(answer.name.clone())
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (_answer, facts): (Answer, Facts),
        _known: &Known<'_>,
        _cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match facts {
            Facts::Account(found) => {
                let (account, email) = found.unzip();
                Weighed::Onward(Evidence { account, email }, Vec::new())
            }
            Facts::Blocked(until) => {
                let refusal = Refusal::page(Reason::Wait { until });
                Weighed::Again(crate::journey::Again::refused(challenge, refusal))
            }
            _ => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
        }
    }
}
