//! A second factor of the account is shown (guide row A26). The screen depends on the factor:
//! a phone is sent a code, an app shows one by itself.
//!
//! Each try is reserved in the factor's row before it is weighed, so failures count across
//! journeys, codes and nodes.

mod tries;

use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use self::tries::{by_passkey, passed, phone, recorded, try_app, try_recovery, with_answer};
use super::StepKind;
use crate::factor::{FactorKind, recovery};
use crate::ids::FactorId;
use crate::journey::code::{self, Sent};
use crate::journey::{
    Act, Again, Ceremony, Effect, Fact, Facts, Form, Held, Known, Means, Notice, Reason, Refusal, Want,
    Weighed,
};

/// How codes by SMS behave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Digits, life, tries, pause.
    pub code: code::Rule,
    /// Whether who has no second factor is let on without: in `recover`, where the sign-in still asks what it asks, and in
    /// `login`, where a registration sets up none or lets it be postponed.
    pub if_held: bool,
}

/// What the step waits for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    /// The code sent to this phone.
    Sms {
        /// The phone, as a factor.
        factor: FactorId,
        /// The code.
        sent: Sent,
    },
    /// The digits of this app.
    App {
        /// The app, as a factor.
        factor: FactorId,
    },
    /// One of the account's passkeys.
    Passkey,
    /// One of the account's recovery codes.
    Recovery,
    /// The account holds none of them: only the office can help.
    Nothing,
}

/// What the person does.
pub enum Answer {
    /// Types digits.
    Code(String),
    /// Shows a passkey.
    Passkey(Ceremony),
    /// Asks for another code.
    Resend,
    /// Wants to show another factor.
    Other,
}

/// What was shown.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The factor.
    pub factor: FactorId,
    /// Its kind.
    pub kind: FactorKind,
    /// When.
    pub at: Timestamp,
    /// Whether the person asked for the device to be remembered.
    #[serde(default)]
    pub remember: bool,
}

impl Challenge {
    /// The factor that is waited for.
    pub const fn factor(&self) -> Option<FactorId> {
        match self {
            Self::Sms { factor, .. } | Self::App { factor } => Some(*factor),
            Self::Passkey | Self::Recovery | Self::Nothing => None,
        }
    }
}

/// A way to pass the step.
enum Way<'k> {
    /// A phone or an app.
    Held(&'k Held),
    /// A passkey.
    Passkey,
    /// A recovery code.
    Recovery,
}

impl Way<'_> {
    fn is(&self, challenge: &Challenge) -> bool {
        match (self, challenge) {
            (Self::Held(held), _) => challenge.factor() == Some(held.id),
            (Self::Passkey, Challenge::Passkey) | (Self::Recovery, Challenge::Recovery) => true,
            _ => false,
        }
    }
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        vec![Fact::Account]
    }

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::SecondFactor]
    }

    fn check(&self) -> Result<(), &'static str> {
        self.code.check()
    }

    fn is_moot(&self, known: &Known<'_>) -> bool {
        let is_remembered = known.holder.is_remembered && !known.holder.proves_again;
        known.shows_passkey() || is_remembered || (self.if_held && !known.holder.has_second_factor())
    }

    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        self.ask(Self::ways(known).first(), cx)
    }

    fn read(&self, challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match (form.act(), challenge) {
            (Act::Resend, Challenge::Sms { .. }) => Ok(Answer::Resend),
            (Act::Other, _) => Ok(Answer::Other),
            (_, Challenge::Passkey) => super::read_ceremony(form).map(Answer::Passkey),
            _ => {
                let typed = match challenge {
                    Challenge::Recovery => recovery::fold(form.raw("code")),
                    _ => code::fold(form.raw("code")),
                };
                if typed.is_empty() {
                    Err(vec![Refusal::at("code", Reason::Empty)])
                } else {
                    Ok(Answer::Code(typed))
                }
            }
        }
    }

    fn wants(&self, challenge: &Challenge, answer: &Answer, known: &Known<'_>) -> Want {
        match (answer, challenge, challenge.factor()) {
            (Answer::Code(_), _, Some(factor)) => Want::Attempt(factor),
            (Answer::Passkey(ceremony), Challenge::Passkey, None) => {
                let response = ceremony.clone();
                known.account().map_or(Want::Nothing, |account| Want::Passkey { account, response })
            }
            (Answer::Code(_), Challenge::Recovery, None) => {
                known.account().map_or(Want::Nothing, Want::RecoveryAttempt)
            }
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
            let again = Again::refused(challenge, Refusal::page(Reason::Wait { until }));
            return recorded(Weighed::Again(again), known);
        }
        if let Facts::Passkey(shown) = facts {
            return recorded(by_passkey(challenge, shown, cx.now), known);
        }
        let tries = matches!(answer, Answer::Code(_));
        let weighed = self.judge(challenge, answer, known, cx);
        if tries { recorded(weighed, known) } else { weighed }
    }
}

impl Rule {
    fn judge(
        &self,
        challenge: Challenge,
        answer: Answer,
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        match (answer, challenge) {
            (Answer::Other, challenge) => self.other(challenge, known, cx),
            (Answer::Resend, Challenge::Sms { factor, sent }) => self.resend(factor, sent, known, cx),
            (Answer::Code(typed), Challenge::Sms { factor, sent }) => {
                let (sent, tried) = sent.attempt(&typed, &self.code, cx.now);
                match tried.refusal() {
                    None => with_answer(passed(factor, FactorKind::Sms, None, cx.now), phone(factor, known)),
                    Some(refusal) => Weighed::Again(Again::refused(Challenge::Sms { factor, sent }, refusal)),
                }
            }
            (Answer::Code(typed), Challenge::App { factor }) => try_app(factor, &typed, known, cx.now),
            (Answer::Code(typed), Challenge::Recovery) => try_recovery(&typed, known, cx.now),
            (_, challenge) => Weighed::Again(Again::moved(challenge, Vec::new())),
        }
    }

    /// The ways that this account has, in the order in which they are offered. Who typed a password where a passkey is
    /// at hand would have used it; so the others come first. Recovery codes are no way to begin with.
    fn ways<'k>(known: &Known<'k>) -> Vec<Way<'k>> {
        let holder = known.holder;
        let held = holder.held.iter().map(Way::Held);
        let passkey = (!holder.passkeys.is_empty()).then_some(Way::Passkey);
        let first: Vec<Way<'k>> = held.chain(passkey).collect();
        let recovery = (!first.is_empty() && !holder.recovery.is_empty()).then_some(Way::Recovery);
        first.into_iter().chain(recovery).collect()
    }

    fn ask(&self, way: Option<&Way<'_>>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        match way {
            None => (Challenge::Nothing, Vec::new()),
            Some(Way::Passkey) => (Challenge::Passkey, Vec::new()),
            Some(Way::Recovery) => (Challenge::Recovery, Vec::new()),
            Some(Way::Held(Held { id, means: Means::App { .. } })) => {
                (Challenge::App { factor: *id }, Vec::new())
            }
            Some(Way::Held(Held { id, means: Means::Phone(phone) })) => {
                let (sent, code) = Sent::new(&self.code, cx);
                let effect = Effect::SmsCode { to: phone.clone(), code, valid: self.code.valid() };
                (Challenge::Sms { factor: *id, sent }, vec![effect])
            }
        }
    }

    /// The next way after the one at hand, and after the last the first. It replaces the challenge: no stage is skipped.
    fn other(&self, challenge: Challenge, known: &Known<'_>, cx: &mut Cx) -> Weighed<Challenge, Evidence> {
        let ways = Self::ways(known);
        let at = ways.iter().position(|way| way.is(&challenge));
        let next = ways.get(at.map_or(0, |at| at + 1)).or(ways.first());
        match next {
            Some(next) if !next.is(&challenge) => {
                let (challenge, effects) = self.ask(Some(next), cx);
                Weighed::Again(Again::moved(challenge, effects))
            }
            _ => Weighed::Again(Again::moved(challenge, Vec::new())),
        }
    }

    fn resend(
        &self,
        factor: FactorId,
        sent: Sent,
        known: &Known<'_>,
        cx: &mut Cx,
    ) -> Weighed<Challenge, Evidence> {
        let Some(to) = phone(factor, known).cloned() else {
            return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new());
        };
        match sent.again(&self.code, cx) {
            Ok((sent, code)) => {
                let effect = Effect::SmsCode { to, code, valid: self.code.valid() };
                let challenge = Challenge::Sms { factor, sent };
                Weighed::Again(Again::moved(challenge, vec![effect]).telling(Notice::Resent))
            }
            Err(refusal) if refusal.reason == Reason::StartAgain => Weighed::Over(refusal, Vec::new()),
            Err(refusal) => Weighed::Again(Again::refused(Challenge::Sms { factor, sent }, refusal)),
        }
    }
}
