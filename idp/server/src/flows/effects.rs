//! Stores what a turn causes, in the turn's own transaction: messages as intents, events as audit rows.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::journey::Effect;
use sekisho_site::db::Tx;
use sekisho_site::outbox::{self, Intent, Lane};
use sekisho_store::{attempts, audit, factors};

use super::Error;
use super::facts::{CLAIMS, claim_subject};
use super::throttle::{self, Counted};
use crate::mail::Letter;
use crate::state::State;

/// Whose words a message is written in.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Whose.
    pub insurer: InsurerCode,
    /// In which language.
    pub language: Language,
}

/// How long a notice that carries no code may wait for a mail server.
pub const NOTICE: Duration = Duration::from_hours(6);

/// Asks the counters whether these effects may happen.
///
/// # Errors
/// The moment from which a message to this person will be allowed again.
pub async fn allowed(state: &State, effects: &[Effect], now: Timestamp) -> Result<(), Timestamp> {
    for effect in effects {
        match effect {
            Effect::MailCode { to, .. } | Effect::MailKnownAddress { to } => {
                throttle::count(state, Counted::Mail, to.folded(), now).await?;
            }
            Effect::SmsCode { to, .. } => throttle::count(state, Counted::Sms, to.as_e164(), now).await?,
            Effect::UseStep { .. }
            | Effect::ClearFailures { .. }
            | Effect::ForgetClaims(_)
            | Effect::Record(_) => {}
        }
    }
    Ok(())
}

/// Stores the effects. `false` when a step of an app was used meanwhile: then nothing may be committed.
///
/// # Errors
/// When rows cannot be written.
pub async fn store(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    effects: Vec<Effect>,
    cx: &mut Cx,
) -> Result<bool, Error> {
    for effect in effects {
        match effect {
            Effect::MailCode { to, code, valid } => {
                let letter = Letter::Code { code: code.expose_secret().to_owned(), minutes: minutes(valid) };
                mail(state, tx, sender, (to.as_str(), &letter, cx.now + valid), cx).await?;
                let event = Event::code_sent(sender.insurer.clone(), "mail", &to.masked());
                audit::append(tx, &state.audit_key, event, cx).await?;
            }
            Effect::MailKnownAddress { to } => {
                mail(state, tx, sender, (to.as_str(), &Letter::KnownAddress, cx.now + NOTICE), cx).await?;
            }
            Effect::SmsCode { to, code, valid } => {
                let text = Letter::Sms { code: code.expose_secret().to_owned() };
                let intent = Intent {
                    kind: "sms",
                    lane: Lane::Sms,
                    payload: text.payload(sender, to.as_e164()),
                    expires_at: cx.now + valid,
                    target: "sms".to_owned(),
                };
                outbox::put(tx, &state.ring, cx, intent).await?;
                let event = Event::code_sent(sender.insurer.clone(), "sms", &to.masked());
                audit::append(tx, &state.audit_key, event, cx).await?;
            }
            Effect::UseStep { factor, step } => {
                if !factors::use_totp_step(tx, factor, step).await? {
                    return Ok(false);
                }
            }
            Effect::ClearFailures { factor } => factors::succeed(tx, factor, cx.now).await?,
            Effect::ForgetClaims(claimed) => {
                attempts::clear(tx, &sender.insurer, (CLAIMS, &claim_subject(&claimed))).await?;
            }
            Effect::Record(event) => audit::append(tx, &state.audit_key, event, cx).await?,
        }
    }
    Ok(true)
}

/// Puts a letter into the outbox: to whom, what, until when.
///
/// # Errors
/// When the row cannot be written.
pub async fn mail(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (to, letter, expires_at): (&str, &Letter, Timestamp),
    cx: &mut Cx,
) -> Result<(), Error> {
    let target = to.rsplit('@').next().unwrap_or_default().to_owned();
    let payload = letter.payload(sender, to);
    let intent = Intent { kind: "mail", lane: Lane::Mail, payload, expires_at, target };
    outbox::put(tx, &state.ring, cx, intent).await?;
    Ok(())
}

const fn minutes(duration: Duration) -> u64 {
    duration.as_secs() / 60
}
