//! The person is found by an ID that the insurer gave out, and the birth date as its temporary password
//! (rows B7–B14, B38). It opens a registration and nothing else.
//!
//! The step begins a journey and is answered on the sign-in page, before there is one: anonymous traffic writes
//! nothing. So it is never posed to a journey at hand.

use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::StepKind;
use super::identity::Found;
use crate::journey::{Effect, Fact, Known};

/// The step has no rule of its own: the insurer's `[given_ids]` does the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {}

/// Nothing is kept while waiting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Challenge {}

/// A journey cannot be answered here.
pub struct Answer {}

/// Whose ID it was.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The record that was found.
    pub found: Found,
    /// The ID, which becomes the account's name.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::Person, Fact::Name]
    }

    fn pose(&self, _known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        (Challenge {}, Vec::new())
    }
}
