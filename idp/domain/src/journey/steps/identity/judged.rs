//! What becomes of an answer that was compared with the records.

use jiff::civil::Date;
use sekisho_base::Cx;

use super::{Answer, Challenge, Evidence, Field, Found, Rule};
use crate::audit::Event;
use crate::ids::PersonKey;
use crate::journey::{Again, Effect, Known, Reason, Refusal, Tried, Weighed};
use crate::member::{self, Proof, Record};

/// What the records say of an answer.
pub(super) fn proof_of(answer: &Answer, records: &[Record], known: &Known<'_>, today: Date) -> Proof {
    use secrecy::ExposeSecret as _;
    match answer {
        Answer::Claim { claimed, of_this_insurer: true } => {
            member::proof(claimed, records, &known.insurer.proofing, today)
        }
        Answer::GivenId { password, .. } => member::given(records, password.expose_secret(), today),
        Answer::Claim { .. } | Answer::Other => Proof::NoMatch,
    }
}

/// An answer that was compared with the records.
pub(super) struct Judged<'a> {
    pub(super) rule: &'a Rule,
    pub(super) challenge: Challenge,
    pub(super) answer: Answer,
    pub(super) known: &'a Known<'a>,
}

impl Judged<'_> {
    /// Exactly one covered person fits.
    pub(super) fn found(self, record: &Record, bound: &[PersonKey], cx: &Cx) -> Weighed<Challenge, Evidence> {
        let today = cx.now.date_in_tokyo();
        if self.known.invitation().is_some_and(|invited| invited.person != record.person) {
            return self.fail("other_person_than_invited");
        }
        let own = self.known.holder.record.as_ref();
        if self.known.holder.proves_again {
            return match own.filter(|own| own.person == record.person) {
                Some(own) => self.proven(own, cx),
                None => self.fail("other_person_than_member"),
            };
        }
        if bound.contains(&record.person) {
            return self.over(Reason::Enrolled, "enrolled_already");
        }
        if own.is_some_and(|old| !member::renews(old, record, today)) {
            return self.fail("other_person_than_member");
        }
        self.proven(record, cx)
    }

    fn proven(self, record: &Record, cx: &Cx) -> Weighed<Challenge, Evidence> {
        let mut effects = self.tried("found");
        effects.extend(match self.answer {
            Answer::Claim { claimed, .. } => Some(Effect::ForgetClaims(Tried::Numbers(claimed))),
            Answer::GivenId { id, .. } => Some(Effect::ForgetClaims(Tried::Id(id))),
            Answer::Other => None,
        });
        let insurer = self.known.insurer;
        let consent = self.rule.consent.as_deref().and_then(|id| insurer.document(id));
        let consented = consent.map(|document| (document.id.clone(), document.version.clone()));
        Weighed::Onward(Evidence { found: Found::of(record), consented, at: cx.now }, effects)
    }

    /// Nobody fits, or not the one who may.
    pub(super) fn fail(mut self, result: &'static str) -> Weighed<Challenge, Evidence> {
        let effects = self.tried(result);
        self.challenge.failures += 1;
        if self.challenge.failures >= self.rule.tries {
            return Weighed::Over(Refusal::page(Reason::NoMatchLast), effects);
        }
        let asks_branch = result == "ambiguous" && !self.challenge.asks_branch;
        let refusal = match &self.answer {
            Answer::GivenId { .. } => Refusal::at("login_id", Reason::Temporary),
            Answer::Claim { claimed, .. } if asks_branch && claimed.branch.is_none() => {
                self.challenge.asks_branch = true;
                Refusal::at(Field::Branch.control(), Reason::BranchNeeded)
            }
            _ => Refusal::page(Reason::NoMatch),
        };
        Weighed::Again(Again { challenge: self.challenge, refusals: vec![refusal], notice: None, effects })
    }

    /// Who fits cannot go on here.
    pub(super) fn over(self, reason: Reason, result: &'static str) -> Weighed<Challenge, Evidence> {
        Weighed::Over(Refusal::page(reason), self.tried(result))
    }

    fn tried(&self, result: &'static str) -> Vec<Effect> {
        vec![Effect::Record(Event::proofing(self.known.insurer.code.clone(), result))]
    }
}
