//! How many codes go out by SMS: they cost money, and strangers earn by having them sent to numbers of their own
//! (`security.md` MF-10).
//!
//! What one source or account asks for is fleeting. What goes to a number, and what an insurer's day may come to, is
//! counted in SQL with the message itself: what is counted goes out, and what goes out is counted. Where a cap is met,
//! the person is told when SMS return and goes on by another way; the words are the same whichever cap it is.

use std::time::Duration;

use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Challenge, Evidence, second_factor, setup_factor};
use sekisho_domain::journey::{Effect, Form, Progress, Reason, Refusal, Turn};
use sekisho_domain::phone::Phone;
use sekisho_site::db::Tx;
use sekisho_site::outbox::OutboxId;
use sekisho_store::audit;
use sekisho_store::fleeting::{Pass, Rate};
use sekisho_store::sms::{self, Caps, NumberCaps, Sending, Spent};

use super::Error;
use super::visitor::Visitor;
use crate::state::State;

const HOUR: Duration = Duration::from_hours(1);

/// Who has codes sent.
pub struct Cause<'a> {
    insurer: &'a InsurerCode,
    source: &'a str,
    account: Option<AccountId>,
}

impl<'a> Cause<'a> {
    /// Whoever walks a journey.
    pub fn of(visitor: &'a Visitor, insurer: &'a Insurer, progress: &Progress) -> Self {
        let account = progress.evidence.iter().find_map(Evidence::account);
        Self { insurer: &insurer.code, source: &visitor.source, account }
    }
}

/// A journey that begins with a code: where none may be sent it begins without, so that another way can be chosen.
///
/// # Errors
/// When rows cannot be read.
pub async fn begun(
    state: &State,
    cause: &Cause<'_>,
    (progress, effects): (Progress, Vec<Effect>),
    now: Timestamp,
) -> Result<(Progress, Vec<Effect>), Error> {
    Ok(match rests(state, cause, &effects, now).await? {
        Some(until) => withheld(progress, effects, until),
        None => (progress, effects),
    })
}

/// A turn that sends a code: where none may be sent, whoever asked for it stays at the page and is told so; whoever
/// comes to a page that waits for one comes there without.
///
/// # Errors
/// When rows cannot be read.
pub async fn bounded(
    state: &State,
    cause: &Cause<'_>,
    decided: Turn,
    (before, form): (&Progress, &Form),
    now: Timestamp,
) -> Result<Turn, Error> {
    let effects = match &decided {
        Turn::Again(_, effects) | Turn::Onward(_, effects) => effects,
        Turn::Arrived(..) | Turn::Over(..) => return Ok(decided),
    };
    let Some(until) = rests(state, cause, effects, now).await? else { return Ok(decided) };
    Ok(match decided {
        Turn::Again(after, _) if is_asked_for(&before.challenge, &after.challenge) => {
            Turn::Again(before.clone().unread(form, vec![refusal(until)]), Vec::new())
        }
        Turn::Again(progress, effects) => {
            let (progress, effects) = withheld(progress, effects, until);
            Turn::Again(progress, effects)
        }
        Turn::Onward(progress, effects) => {
            let (progress, effects) = withheld(progress, effects, until);
            Turn::Onward(progress, effects)
        }
        other => other,
    })
}

/// Counts a code that goes out as the message `id`. False when it would be one too many: then nothing may be committed.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn spend(
    state: &State,
    tx: &mut Tx,
    (insurer, to, id): (&InsurerCode, &Phone, OutboxId),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let number = known_as(state, to);
    let sending = Sending { insurer, prefix: to.range(), number: &number, at: cx.now };
    match sms::spend(tx, sending, id, caps(state, insurer)).await? {
        Spent::Over => Ok(false),
        Spent::Go { today } => {
            alarm(state, tx, (insurer, today), cx).await?;
            Ok(true)
        }
    }
}

/// Counts a notice, which goes out whatever the budget.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn note(state: &State, tx: &mut Tx, insurer: &InsurerCode, cx: &mut Cx) -> Result<(), Error> {
    let today = sms::note(tx, insurer, cx.now).await?;
    alarm(state, tx, (insurer, today), cx).await
}

/// A code was typed rightly: the next one to this phone need not wait.
///
/// # Errors
/// When rows cannot be written.
pub async fn answered(state: &State, tx: &mut Tx, phone: &Phone, now: Timestamp) -> Result<(), Error> {
    Ok(sms::answered(tx, &known_as(state, phone), now).await?)
}

/// From when on the codes among `effects` may be sent; nothing when they may now. Who asks is counted.
async fn rests(
    state: &State,
    cause: &Cause<'_>,
    effects: &[Effect],
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    for effect in effects {
        let Effect::SmsCode { to, .. } = effect else { continue };
        let number = known_as(state, to);
        let sending = Sending { insurer: cause.insurer, prefix: to.range(), number: &number, at: now };
        let until = match sms::rests(&state.db, sending, caps(state, cause.insurer)).await? {
            Some(until) => Some(until),
            None => count(state, cause, now).await,
        };
        if until.is_some() {
            metrics::counter!("sms_withheld_total", "insurer" => cause.insurer.to_string()).increment(1);
            return Ok(until);
        }
    }
    Ok(None)
}

async fn count(state: &State, cause: &Cause<'_>, now: Timestamp) -> Option<Timestamp> {
    let limits = &state.config.throttle;
    let account = cause.account.map(|account| ("sms_account", account.to_string(), limits.sms_per_account));
    let source = ("sms_source", cause.source.to_owned(), limits.sms_per_source);
    for (name, subject, limit) in account.into_iter().chain([source]) {
        let key = format!("{name}:{}", Digest::of_content(subject.as_bytes()).short_hex(16));
        if let Pass::Wait { until } = state.fleeting.count(&key, Rate { limit, within: HOUR }, now).await {
            return Some(until);
        }
    }
    None
}

fn caps(state: &State, insurer: &InsurerCode) -> Caps {
    let (limits, config) = (&state.config.throttle, &state.config.sms);
    let most = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
    Caps {
        insurer_day: i64::from(config.day_of(insurer)),
        prefix_day: i64::from(config.range_per_day),
        number: NumberCaps {
            pause: Duration::from_secs(limits.sms_pause_seconds),
            hour: most(limits.sms_per_number),
            day: most(limits.sms_per_number_per_day),
        },
    }
}

/// What rows know a number by. Numbers are few enough to be tried one by one, so their digest has a key.
fn known_as(state: &State, phone: &Phone) -> String {
    let mac = state.ring.mac("sms_sent.number", phone.as_e164().as_bytes());
    Digest::from_bytes(mac).short_hex(32)
}

/// Tells operators once at four fifths of an insurer's day, and once at its last.
async fn alarm(
    state: &State,
    tx: &mut Tx,
    (insurer, today): (&InsurerCode, i64),
    cx: &mut Cx,
) -> Result<(), Error> {
    let most = i64::from(state.config.sms.day_of(insurer));
    let near = (most * 4 + 4) / 5;
    let result = match today {
        _ if today == most => "reached",
        _ if today == near => "near",
        _ => return Ok(()),
    };
    metrics::counter!("sms_budget_alarms_total", "insurer" => insurer.to_string(), "level" => result)
        .increment(1);
    tracing::warn!(%insurer, sent = today, most, result, "an insurer's SMS of the day come to their end");
    let event = Event::sms_budget(insurer.clone(), result, today, most);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}

const fn refusal(until: Timestamp) -> Refusal {
    Refusal::page(Reason::SmsRests { until })
}

fn withheld(mut progress: Progress, effects: Vec<Effect>, until: Timestamp) -> (Progress, Vec<Effect>) {
    if let Challenge::SecondFactor(second_factor::Challenge::Sms { sent, .. })
    | Challenge::SetupFactor(setup_factor::Challenge::Sms { sent, .. }) = &mut progress.challenge
    {
        sent.withhold();
    }
    progress.notice = None;
    progress.refusals = vec![refusal(until)];
    let kept = effects.into_iter().filter(|effect| !matches!(effect, Effect::SmsCode { .. })).collect();
    (progress, kept)
}

/// Whether a code was asked for where the person is, rather than come upon by choosing another way.
fn is_asked_for(before: &Challenge, after: &Challenge) -> bool {
    match (before, after) {
        (Challenge::SecondFactor(before), Challenge::SecondFactor(after)) => {
            before.factor().is_some() && before.factor() == after.factor()
        }
        (before, _) => matches!(before, Challenge::SetupFactor(_)),
    }
}
