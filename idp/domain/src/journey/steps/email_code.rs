//! A code sent to the address proves who reads it: the typed one in a registration (guide rows A6, E15), the
//! account's own at sign-in (rows C29–C38). There it is a second step, never a factor.

use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::{StepKind, email_link};
use crate::journey::code::{self, Sent};
use crate::journey::{
    Act, Again, CodeFor, Effect, Fact, Facts, Form, Known, Notice, Owner, Reason, Refusal, Want, Weighed,
};

/// How the code behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Digits, life, tries, pause.
    pub code: code::Rule,
    /// Whether a sign-in begun anew ends those that wait for a code in the same browser (row C32).
    pub one_at_a_time: bool,
}

/// The code that was sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// The code.
    pub sent: Sent,
}

/// What the person does.
pub enum Answer {
    /// Types the digits.
    Code(String),
    /// Asks for another.
    Resend,
    /// Corrects the address.
    Back,
}

/// The address is the reader's.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {}

impl Rule {
    /// A code, told to the address only if it has no account: else its owner is told of the attempt.
    fn send(&self, known: &Known<'_>, sent: (Sent, secrecy::SecretString)) -> (Challenge, Vec<Effect>) {
        let (sent, code) = sent;
        let valid = self.code.valid();
        let effects = known.address().map_or_else(Vec::new, |address| {
            let to = address.email.clone();
            vec![match address.owner {
                Owner::Nobody => Effect::MailCode { to, code, valid, purpose: Self::purpose(known) },
                _ if known.is_change() => Effect::MailWantedAddress { to },
                owner => Effect::MailKnownAddress { to, elsewhere: owner == Owner::Elsewhere },
            }]
        });
        (Challenge { sent }, effects)
    }

    fn purpose(known: &Known<'_>) -> CodeFor {
        match known.account() {
            None => CodeFor::Address,
            Some(_) if known.is_change() && known.types_address() => CodeFor::NewAddress,
            Some(_) if known.is_change() => CodeFor::NewFactor,
            Some(_) if known.holder.proves_again => CodeFor::Owner,
            Some(_) => CodeFor::SignIn,
        }
    }

    fn is_taken(known: &Known<'_>) -> bool {
        known.address().is_none_or(|address| address.owner != Owner::Nobody)
    }

    fn resend(&self, challenge: Challenge, known: &Known<'_>, cx: &mut Cx) -> Weighed<Challenge, Evidence> {
        match challenge.sent.again(&self.code, cx) {
            Ok(sent) => {
                let (challenge, effects) = self.send(known, sent);
                Weighed::Again(Again::moved(challenge, effects).telling(Notice::Resent))
            }
            Err(refusal) if refusal.reason == Reason::StartAgain => Weighed::Over(refusal, Vec::new()),
            Err(refusal) => Weighed::Again(Again::refused(challenge, refusal)),
        }
    }

    fn attempt(
        &self,
        challenge: Challenge,
        typed: &str,
        known: &Known<'_>,
        cx: &Cx,
    ) -> Weighed<Challenge, Evidence> {
        let (sent, tried) = challenge.sent.attempt(typed, &self.code, cx.now);
        match tried.refusal() {
            None if Self::is_taken(known) => {
                // Nobody was told this code: it was guessed. It must not open what the address already has.
                Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new())
            }
            None => {
                let effects = known.account().map(Effect::ForgetMailTries).into_iter().collect();
                Weighed::Onward(Evidence {}, effects)
            }
            Some(refusal) => Weighed::Again(Again::refused(Challenge { sent }, refusal)),
        }
    }
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        vec![Fact::Address]
    }

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::ProvenAddress, Fact::Reader]
    }

    fn check(&self) -> Result<(), &'static str> {
        self.code.check()
    }

    /// A passkey says more of who signs in than a code by mail.
    fn is_moot(&self, known: &Known<'_>) -> bool {
        known.shows_passkey()
    }

    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        self.send(known, Sent::new(&self.code, cx))
    }

    fn read(&self, _challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match form.act() {
            Act::Resend => Ok(Answer::Resend),
            Act::Back => Ok(Answer::Back),
            Act::Onward | Act::Other | Act::Later => {
                let typed = code::fold(form.raw("code"));
                if typed.is_empty() {
                    Err(vec![Refusal::at("code", Reason::Empty)])
                } else {
                    Ok(Answer::Code(typed))
                }
            }
        }
    }

    fn wants(&self, _challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
        match (answer, known.account()) {
            (Answer::Code(_), Some(account)) => Want::MailAttempt(account),
            _ => Want::Nothing,
        }
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        if let Facts::Blocked(until) = facts {
            return Weighed::Again(Again::refused(challenge, Refusal::page(Reason::Wait { until })));
        }
        match answer {
            // Only a typed address is corrected; whether a name is somebody's makes no difference here.
            Answer::Back if !email_link::goes_back(known) => {
                Weighed::Again(Again::moved(challenge, Vec::new()))
            }
            Answer::Back => Weighed::Back,
            Answer::Resend => self.resend(challenge, known, cx),
            Answer::Code(typed) => self.attempt(challenge, &typed, known, cx),
        }
    }
}
