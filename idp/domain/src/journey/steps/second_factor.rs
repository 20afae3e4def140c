//! A second factor of the account is shown (guide row A26). The screen depends on the factor:
//! a phone is sent a code, an app shows one by itself.
//!
//! Each try is reserved in the factor's row before it is weighed, so failures count across
//! journeys, codes and nodes.

use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};

use super::StepKind;
use crate::audit::Event;
use crate::factor::totp::Check;
use crate::factor::{FactorKind, recovery};
use crate::ids::FactorId;
use crate::journey::code::{self, Sent};
use crate::journey::{
    Act, Again, Effect, Fact, Facts, Form, Held, Known, Means, Notice, Reason, Refusal, Want, Weighed,
};

/// How codes by SMS behave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Digits, life, tries, pause.
    pub code: code::Rule,
    /// Whether who has no second factor is let on without (in `recover` only: the sign-in still asks what it asks).
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
    /// One of the account's recovery codes.
    Recovery,
    /// The account holds none of them: only the office can help.
    Nothing,
}

/// What the person does.
pub enum Answer {
    /// Types digits.
    Code(String),
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
}

impl Challenge {
    /// The factor that is waited for.
    pub const fn factor(&self) -> Option<FactorId> {
        match self {
            Self::Sms { factor, .. } | Self::App { factor } => Some(*factor),
            Self::Recovery | Self::Nothing => None,
        }
    }
}

impl StepKind for Rule {
    type Challenge = Challenge;
    type Answer = Answer;
    type Evidence = Evidence;

    fn needs(&self) -> Vec<Fact> {
        // What an account holds is looked up once its mail was read: before that, everybody seems to hold nothing.
        if self.if_held { vec![Fact::Account, Fact::Reader] } else { vec![Fact::Account] }
    }

    fn gives(&self) -> Vec<Fact> {
        vec![Fact::SecondFactor]
    }

    fn check(&self) -> Result<(), &'static str> {
        self.code.check()
    }

    fn is_moot(&self, known: &Known<'_>) -> bool {
        self.if_held && known.holder.held.is_empty()
    }

    fn pose(&self, known: &Known<'_>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        self.ask(known.holder.held.first(), cx)
    }

    fn read(&self, challenge: &Challenge, form: &Form, _known: &Known<'_>) -> Result<Answer, Vec<Refusal>> {
        match (form.act(), challenge) {
            (Act::Resend, Challenge::Sms { .. }) => Ok(Answer::Resend),
            (Act::Other, _) => Ok(Answer::Other),
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
                    None => passed(factor, FactorKind::Sms, None, cx.now),
                    Some(refusal) => Weighed::Again(Again::refused(Challenge::Sms { factor, sent }, refusal)),
                }
            }
            (Answer::Code(typed), Challenge::App { factor }) => try_app(factor, &typed, known, cx.now),
            (Answer::Code(typed), Challenge::Recovery) => try_recovery(&typed, known, cx.now),
            (_, challenge) => Weighed::Again(Again::moved(challenge, Vec::new())),
        }
    }

    fn ask(&self, held: Option<&Held>, cx: &mut Cx) -> (Challenge, Vec<Effect>) {
        match held {
            None => (Challenge::Nothing, Vec::new()),
            Some(Held { id, means: Means::App { .. } }) => (Challenge::App { factor: *id }, Vec::new()),
            Some(Held { id, means: Means::Phone(phone) }) => {
                let (sent, code) = Sent::new(&self.code, cx);
                let effect = Effect::SmsCode { to: phone.clone(), code, valid: self.code.valid() };
                (Challenge::Sms { factor: *id, sent }, vec![effect])
            }
        }
    }

    /// The next way after the one at hand: each held factor, then the recovery codes. It replaces the challenge: no
    /// stage is skipped.
    fn other(&self, challenge: Challenge, known: &Known<'_>, cx: &mut Cx) -> Weighed<Challenge, Evidence> {
        let holder = known.holder;
        let next = match holder.held.iter().position(|held| Some(held.id) == challenge.factor()) {
            Some(at) => holder.held.get(at + 1),
            None => holder.held.first(),
        };
        let is_recovery = matches!(challenge, Challenge::Recovery);
        let asks_recovery = next.is_none() && !is_recovery && !holder.recovery.is_empty();
        let next = if asks_recovery { None } else { next.or(holder.held.first()) };
        match next {
            Some(next) if Some(next.id) != challenge.factor() => {
                let (challenge, effects) = self.ask(Some(next), cx);
                Weighed::Again(Again::moved(challenge, effects))
            }
            None if asks_recovery => Weighed::Again(Again::moved(Challenge::Recovery, Vec::new())),
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
        let phone = known.holder.held.iter().find_map(|held| match &held.means {
            Means::Phone(phone) if held.id == factor => Some(phone.clone()),
            _ => None,
        });
        let Some(to) = phone else { return Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()) };
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

fn try_app(factor: FactorId, typed: &str, known: &Known<'_>, now: Timestamp) -> Weighed<Challenge, Evidence> {
    let app = known.holder.held.iter().find_map(|held| match &held.means {
        Means::App { secret, last_step } if held.id == factor => Some((secret, *last_step)),
        _ => None,
    });
    let again =
        |reason| Weighed::Again(Again::refused(Challenge::App { factor }, Refusal::at("code", reason)));
    match app.map(|(secret, last_step)| secret.check(typed, now, last_step)) {
        Some(Ok(Check::Right { step })) => passed(factor, FactorKind::Totp, Some(step), now),
        Some(Ok(Check::Used)) => again(Reason::CodeUsed),
        Some(Ok(Check::Wrong)) => again(Reason::AppWrong),
        None | Some(Err(_)) => Weighed::Over(Refusal::page(Reason::StartAgain), Vec::new()),
    }
}

fn try_recovery(typed: &str, known: &Known<'_>, now: Timestamp) -> Weighed<Challenge, Evidence> {
    let digest = recovery::digest(typed);
    let factor = known.holder.recovery.iter().find(|(_, code)| *code == digest).map(|(factor, _)| *factor);
    match (factor, known.account()) {
        (Some(factor), Some(account)) => {
            let effects = vec![Effect::SpendRecovery { account, factor }];
            Weighed::Onward(Evidence { factor, kind: FactorKind::Recovery, at: now }, effects)
        }
        _ => Weighed::Again(Again::refused(
            Challenge::Recovery,
            Refusal::at("code", Reason::RecoveryCodeWrong),
        )),
    }
}

/// A try, as the audit trail keeps it.
fn recorded(mut weighed: Weighed<Challenge, Evidence>, known: &Known<'_>) -> Weighed<Challenge, Evidence> {
    let event = |kind, result| {
        let insurer = known.insurer.code.clone();
        Effect::Record(Event::factor_tried(insurer, known.account(), kind, result))
    };
    let kind_of = |challenge: &Challenge| match challenge {
        Challenge::Sms { .. } => FactorKind::Sms,
        Challenge::Recovery => FactorKind::Recovery,
        Challenge::App { .. } | Challenge::Nothing => FactorKind::Totp,
    };
    match &mut weighed {
        Weighed::Again(again) => again.effects.push(event(kind_of(&again.challenge), "refused")),
        Weighed::Onward(shown, effects) => effects.push(event(shown.kind, "ok")),
        Weighed::Over(..) | Weighed::Back => {}
    }
    weighed
}

fn passed(
    factor: FactorId,
    kind: FactorKind,
    step: Option<i64>,
    now: Timestamp,
) -> Weighed<Challenge, Evidence> {
    let mut effects = vec![Effect::ClearFailures { factor }];
    effects.extend(step.map(|step| Effect::UseStep { factor, step }));
    Weighed::Onward(Evidence { factor, kind, at: now }, effects)
}
