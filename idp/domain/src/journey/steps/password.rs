//! Identifier and password of an account: the sign-in page (guide row A25).
//!
//! The page is answered before there is a journey, since anonymous traffic writes
//! nothing: the flow checks the password and begins the journey with this step's
//! evidence. So the step is never posed to a journey at hand.

use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::ids::{AccountId, FactorId};
use crate::journey::{Effect, Fact, Known};

/// The step has no rule of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// A journey cannot be answered here.
pub struct Answer {}

/// Whose password was right, and when.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The account.
    pub account: AccountId,
    /// Its password.
    pub factor: FactorId,
    /// When it was shown.
    pub at: Timestamp,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        [Fact::OF_AN_ACCOUNT, &[Fact::FirstFactor]].concat()
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }
}
