//! What was shown is right or wrong, and what that causes.

use sekisho_base::Timestamp;

use super::{Challenge, Evidence};
use crate::audit::Event;
use crate::factor::totp::Check;
use crate::factor::{FactorKind, passkey, recovery};
use crate::ids::FactorId;
use crate::journey::{Again, Effect, Known, Means, Reason, Refusal, Weighed};
use crate::phone::Phone;

/// Shows a passkey beside the password: no code, and no tries to count, since there is nothing to guess.
pub(super) fn by_passkey(
    challenge: Challenge,
    shown: Result<Box<passkey::Shown>, passkey::Refused>,
    now: Timestamp,
) -> Weighed<Challenge, Evidence> {
    match shown {
        Ok(shown) => {
            let evidence =
                Evidence { factor: shown.factor, kind: FactorKind::Passkey, at: now, remember: false };
            Weighed::Onward(evidence, vec![Effect::ShowPasskey(shown)])
        }
        Err(refused) => {
            Weighed::Again(Again::refused(challenge, Refusal::at("passkey", Reason::Passkey(refused))))
        }
    }
}

/// The number of a phone that the account holds.
pub(super) fn phone<'k>(factor: FactorId, known: &Known<'k>) -> Option<&'k Phone> {
    known.holder.held.iter().find_map(|held| match &held.means {
        Means::Phone(phone) if held.id == factor => Some(phone),
        _ => None,
    })
}

/// What a phone's right digits cause beside.
pub(super) fn with_answer(
    mut weighed: Weighed<Challenge, Evidence>,
    phone: Option<&Phone>,
) -> Weighed<Challenge, Evidence> {
    if let Weighed::Onward(_, effects) = &mut weighed {
        effects.extend(phone.cloned().map(Effect::SmsAnswered));
    }
    weighed
}

pub(super) fn try_app(
    factor: FactorId,
    typed: &str,
    known: &Known<'_>,
    now: Timestamp,
) -> Weighed<Challenge, Evidence> {
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

pub(super) fn try_recovery(typed: &str, known: &Known<'_>, now: Timestamp) -> Weighed<Challenge, Evidence> {
    let digest = recovery::digest(typed);
    let factor = known.holder.recovery.iter().find(|(_, code)| *code == digest).map(|(factor, _)| *factor);
    match (factor, known.account()) {
        (Some(factor), Some(account)) => {
            let effects = vec![Effect::SpendRecovery { account, factor }];
            Weighed::Onward(
                Evidence { factor, kind: FactorKind::Recovery, at: now, remember: false },
                effects,
            )
        }
        _ => Weighed::Again(Again::refused(
            Challenge::Recovery,
            Refusal::at("code", Reason::RecoveryCodeWrong),
        )),
    }
}

/// A try, as the audit trail keeps it.
pub(super) fn recorded(
    mut weighed: Weighed<Challenge, Evidence>,
    known: &Known<'_>,
) -> Weighed<Challenge, Evidence> {
    let event = |kind, result| {
        let insurer = known.insurer.code.clone();
        Effect::Record(Event::factor_tried(insurer, known.account(), kind, result))
    };
    let kind_of = |challenge: &Challenge| match challenge {
        Challenge::Sms { .. } => FactorKind::Sms,
        Challenge::Recovery => FactorKind::Recovery,
        Challenge::Passkey => FactorKind::Passkey,
        Challenge::App { .. } | Challenge::Nothing => FactorKind::Totp,
    };
    match &mut weighed {
        Weighed::Again(again) => again.effects.push(event(kind_of(&again.challenge), "refused")),
        Weighed::Onward(shown, effects) => effects.push(event(shown.kind, "ok")),
        Weighed::Over(..) | Weighed::Back => {}
    }
    weighed
}

pub(super) fn passed(
    factor: FactorId,
    kind: FactorKind,
    step: Option<i64>,
    now: Timestamp,
) -> Weighed<Challenge, Evidence> {
    let mut effects = vec![Effect::ClearFailures { factor }];
    effects.extend(step.map(|step| Effect::UseStep { factor, step }));
    Weighed::Onward(Evidence { factor, kind, at: now, remember: false }, effects)
}
