//! The documents are shown, read and accepted, each with its version (guide row A11).

use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::journey::{Again, Effect, Fact, Facts, Form, Known, Reason, Refusal, Weighed};

/// Which documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The ids of the insurer's documents, in the order in which they are shown. The control of each is `accept_<id>`.
    pub documents: Vec<String>,
    /// Those of them that must have been scrolled to their end (row B17). The box stands there; a script tells who
    /// ticks it unread.
    #[serde(default)]
    pub scroll_gate: Vec<String>,
}

/// The versions that were shown: those are accepted, even when a newer one appears meanwhile.
#[derive(Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// Document id and version.
    pub shown: Vec<(String, String)>,
}

/// The documents whose box was ticked.
pub struct Answer {
    accepted: Vec<String>,
}

/// What was accepted, and when.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Document id and version.
    pub accepted: Vec<(String, String)>,
    /// When.
    pub at: Timestamp,
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::Acceptances]
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.documents.is_empty() {
            return Err("there is no document to accept");
        }
        if self.scroll_gate.iter().any(|id| !self.documents.contains(id)) {
            return Err("scroll_gate names a document that is not among the documents");
        }
        Ok(())
    }

    /// Once this account has accepted all of them, in the versions in force, there is nothing to ask (row E28).
    fn is_moot(&self, known: &Known<'_>) -> bool {
        self.documents.iter().filter_map(|id| known.insurer.document(id)).all(|document| {
            let is_it = |(id, version): &(String, String)| *id == document.id && *version == document.version;
            known.holder.accepted.iter().any(is_it)
        })
    }

    fn pose(&self, known: &Known<'_>, _cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        let shown = self
            .documents
            .iter()
            .filter_map(|id| known.insurer.document(id))
            .map(|document| (document.id.clone(), document.version.clone()))
            .collect();
        (Challenge { shown }, Vec::new())
    }

    fn read(&self, challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        let accepted =
            challenge.shown.iter().map(|(id, _)| id).filter(|id| form.has(&control(id))).cloned().collect();
        Ok(Answer { accepted })
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, _facts): (Answer, Facts),
        _known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        let refusals: Vec<Refusal> = challenge
            .shown
            .iter()
            .filter(|(id, _)| !answer.accepted.contains(id))
            .map(|(id, _)| Refusal::at(&control(id), Reason::NotAccepted { document: id.clone() }))
            .collect();
        if refusals.is_empty() {
            return Weighed::Onward(Evidence { accepted: challenge.shown, at: cx.now }, Vec::new());
        }
        Weighed::Again(Again { challenge, refusals, notice: None, effects: Vec::new() })
    }
}

/// The name of a document's checkbox.
pub fn control(document: &str) -> String {
    format!("accept_{document}")
}
