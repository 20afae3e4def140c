//! A code sent to the typed address proves who reads it (guide row A6).

use sekisho_base::Cx;
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::journey::code::{self, Sent};
use crate::journey::{Act, Again, Effect, Fact, Facts, Form, Known, Notice, Reason, Refusal, Want, Weighed};

/// How the code behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Digits, life, tries, pause.
    pub code: code::Rule,
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
    fn send(
        known: &Known<'_>,
        sent: (Sent, secrecy::SecretString),
        valid: std::time::Duration,
    ) -> (Challenge, Vec<Effect>) {
        let (sent, code) = sent;
        let effects = known.credentials().map_or_else(Vec::new, |credentials| {
            let to = credentials.email.clone();
            vec![if credentials.taken {
                Effect::MailKnownAddress { to }
            } else {
                Effect::MailCode { to, code, valid }
            }]
        });
        (Challenge { sent }, effects)
    }

    fn is_taken(known: &Known<'_>) -> bool {
        known.credentials().is_none_or(|credentials| credentials.taken)
    }
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> &'static [Fact] {
        &[Fact::Address]
    }

    fn gives(&self) -> &'static [Fact] {
        &[Fact::ProvenAddress]
    }

    fn check(&self) -> Result<(), &'static str> {
        self.code.check()
    }

    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        Self::send(known, Sent::new(&self.code, cx), self.code.valid())
    }

    fn read(&self, _challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match form.act() {
            Act::Resend => Ok(Answer::Resend),
            Act::Back => Ok(Answer::Back),
            Act::Onward | Act::Other => {
                let typed = code::fold(form.raw("code"));
                if typed.is_empty() {
                    Err(vec![Refusal::at("code", Reason::Empty)])
                } else {
                    Ok(Answer::Code(typed))
                }
            }
        }
    }

    fn wants(&self, _challenge: &Challenge, _answer: &Answer, _known: &Known<'_>) -> Want {
        Want::Nothing
    }

    fn weigh(
        &self,
        challenge: Challenge,
        (answer, _facts): (Answer, Facts),
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match answer {
            Answer::Back => Weighed::Back,
            Answer::Resend => match challenge.sent.again(&self.code, cx) {
                Ok(sent) => {
                    let (challenge, effects) = Self::send(known, sent, self.code.valid());
                    Weighed::Again(Again::moved(challenge, effects).telling(Notice::Resent))
                }
                Err(refusal) if refusal.reason == Reason::StartAgain => Weighed::Over(refusal, Vec::new()),
                Err(refusal) => Weighed::Again(Again::refused(challenge, refusal)),
            },
            Answer::Code(typed) => {
                let (sent, tried) = challenge.sent.attempt(&typed, &self.code, cx.now);
                match tried.refusal() {
                    None if Self::is_taken(known) => {
                        // Nobody was told this code: it was guessed. It must not open what the address already has.
                        Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new())
                    }
                    None => Weighed::Onward(Evidence {}, Vec::new()),
                    Some(refusal) => Weighed::Again(Again::refused(Challenge { sent }, refusal)),
                }
            }
        }
    }
}
