//! Stores what a turn causes, in the turn's own transaction: messages as intents, events as audit rows.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Language, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{InsurerCode, JourneyId};
use sekisho_domain::journey::steps::email_link;
use sekisho_domain::journey::{CodeFor, Effect, Subject, Tried};
use sekisho_domain::phone::Phone;
use sekisho_site::db::Tx;
use sekisho_site::outbox::{self, Intent, Lane, OutboxId};
use sekisho_store::{attempts, audit, contacts, factors, journeys, links};

use super::Error;
use super::facts::{MAILED, RECOVERY};
use super::links::LINK;
use super::throttle::{self, Counted, claims};
use super::{notices, passkeys, sms_budget};
use crate::mail::{Change, Letter};
use crate::state::State;

/// Whose words a message is written in.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Whose.
    pub insurer: InsurerCode,
    /// In which language.
    pub language: Language,
    /// The journey that causes it, to which a mailed link leads.
    pub journey: Option<JourneyId>,
}

impl Sender {
    /// Who writes for no journey.
    pub const fn of(insurer: InsurerCode, language: Language) -> Self {
        Self { insurer, language, journey: None }
    }
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
            Effect::MailCode { to, .. }
            | Effect::MailKnownAddress { to, .. }
            | Effect::MailWantedAddress { to } => {
                throttle::count(state, Counted::Mail, to.folded(), now).await?;
            }
            Effect::MailLink { to, letter, .. } if *letter != email_link::Letter::Reset => {
                throttle::count(state, Counted::Mail, to.folded(), now).await?;
            }
            // A link to a new password is bounded without a word, see `within_bounds`; what goes out by SMS in
            // `sms_budget`.
            Effect::MailLink { .. }
            | Effect::SmsCode { .. }
            | Effect::SmsAnswered(_)
            | Effect::UseStep { .. }
            | Effect::ClearFailures { .. }
            | Effect::ForgetClaims(_)
            | Effect::ForgetMailTries(_)
            | Effect::SpendRecovery { .. }
            | Effect::ShowPasskey(_)
            | Effect::SpendChallenge(_)
            | Effect::Record(_) => {}
        }
    }
    Ok(())
}

/// The effects without a link to a new password that would be one mail too many. Nobody is told: where nobody has the
/// name, none was mailed either, and the page must not say which it was (EN-02).
pub async fn within_bounds(state: &State, effects: Vec<Effect>, now: Timestamp) -> Vec<Effect> {
    let mut kept = Vec::new();
    for effect in effects {
        if let Effect::MailLink { to, letter: email_link::Letter::Reset, .. } = &effect
            && throttle::count(state, Counted::Mail, to.folded(), now).await.is_err()
        {
            continue;
        }
        kept.push(effect);
    }
    kept
}

/// Stores the effects. `false` when what may be used once was used meanwhile, or a message would be one too many: then
/// nothing may be committed.
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
            Effect::UseStep { factor, step } => {
                if !factors::use_totp_step(tx, factor, step).await? {
                    return Ok(false);
                }
            }
            Effect::ShowPasskey(shown) => {
                if !passkeys::show(tx, &shown, cx.now).await? {
                    return Ok(false);
                }
            }
            Effect::SpendChallenge(answered) => {
                if !passkeys::spend(tx, answered).await? {
                    return Ok(false);
                }
            }
            Effect::ClearFailures { factor } => factors::succeed(tx, factor, cx.now).await?,
            Effect::ForgetClaims(tried) => {
                let subject = match &tried {
                    Tried::Numbers(claimed) => claims::of_numbers(claimed),
                    Tried::Id(id) => claims::of_id(id),
                };
                attempts::clear(tx, &sender.insurer, (claims::KIND, &subject)).await?;
            }
            Effect::ForgetMailTries(account) => {
                attempts::clear(tx, &sender.insurer, (MAILED, &account.to_string())).await?;
            }
            Effect::SpendRecovery { account, factor } => {
                if !factors::end(tx, factor, cx.now).await? {
                    return Ok(false);
                }
                attempts::clear(tx, &sender.insurer, (RECOVERY, &account.to_string())).await?;
                let told = contacts::within(tx, account).await?.into();
                notices::tell(state, tx, sender, (&told, &Letter::CodeUsed), cx).await?;
            }
            Effect::SmsCode { to, code, valid } => {
                if !code_by_sms(state, tx, sender, (&to, &code, valid), cx).await? {
                    return Ok(false);
                }
            }
            Effect::SmsAnswered(phone) => sms_budget::answered(state, tx, &phone, cx.now).await?,
            Effect::Record(event) => audit::append(tx, &state.audit_key, event, cx).await?,
            message => send(state, tx, sender, message, cx).await?,
        }
    }
    Ok(true)
}

/// Puts a message into the outbox.
async fn send(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    message: Effect,
    cx: &mut Cx,
) -> Result<(), Error> {
    let masked = match message {
        Effect::MailCode { to, code, valid, purpose } => {
            let (code, minutes) = (code.expose_secret().to_owned(), minutes(valid));
            let letter = match purpose {
                CodeFor::Address => Letter::Code { code, minutes },
                CodeFor::SignIn => Letter::SignInCode { code, minutes },
                CodeFor::Owner => Letter::OwnerCode { code, minutes },
                CodeFor::NewAddress => Letter::Change(Change::AddressCode { code, minutes }),
                CodeFor::NewFactor => Letter::Change(Change::FactorCode { code, minutes }),
            };
            mail(state, tx, sender, (to.as_str(), &letter, cx.now + valid), cx).await?;
            to.masked()
        }
        Effect::MailLink { to, token, letter, valid, subject } => {
            let letter = Letter::Link {
                letter,
                token: token.expose_secret().to_owned(),
                valid_minutes: minutes(valid),
            };
            link(state, tx, sender, (&token, valid, subject), cx).await?;
            mail(state, tx, sender, (to.as_str(), &letter, cx.now + valid), cx).await?;
            to.masked()
        }
        Effect::MailKnownAddress { to, elsewhere } => {
            let letter = if elsewhere { Letter::KnownElsewhere } else { Letter::KnownAddress };
            return mail(state, tx, sender, (to.as_str(), &letter, cx.now + NOTICE), cx).await;
        }
        Effect::MailWantedAddress { to } => {
            let letter = Letter::Change(Change::Wanted);
            return mail(state, tx, sender, (to.as_str(), &letter, cx.now + NOTICE), cx).await;
        }
        _ => return Ok(()),
    };
    let event = Event::code_sent(sender.insurer.clone(), "mail", &masked);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}

/// Puts a code into the outbox and counts it. False when it would be one too many, see [`sms_budget`].
async fn code_by_sms(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (to, code, valid): (&Phone, &SecretString, Duration),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let letter = Letter::Sms { code: code.expose_secret().to_owned() };
    let id = text(state, tx, sender, (to, &letter, cx.now + valid), cx).await?;
    if !sms_budget::spend(state, tx, (&sender.insurer, to, id), cx).await? {
        return Ok(false);
    }
    let event = Event::code_sent(sender.insurer.clone(), "sms", &to.masked());
    audit::append(tx, &state.audit_key, event, cx).await?;
    Ok(true)
}

/// Keeps what a mailed link is known by. An older journey of the same subject that waits for its mail ends, and its
/// link with it: a registration of the same person (row B39), a new password for the same account (RC-02).
async fn link(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (token, valid, subject): (&SecretString, Duration, Option<Subject>),
    cx: &Cx,
) -> Result<(), Error> {
    let Some(journey) = sender.journey else { return Ok(()) };
    let subject = subject.map(|subject| digest_of(&subject, &sender.insurer));
    if let Some(subject) = subject {
        journeys::supersede(tx, subject, journey, cx.now).await?;
    }
    let digest = Digest::of(LINK, state.epoch, token);
    let new = links::New { digest, journey, purpose: "journey", expires_at: cx.now + valid, subject };
    Ok(links::insert(tx, new).await?)
}

/// What rows know the subject of links by.
pub fn digest_of(subject: &Subject, insurer: &InsurerCode) -> Digest {
    let text = match subject {
        Subject::Person(person) => format!("person\n{insurer}\n{person}"),
        Subject::Account(account) => format!("account\n{account}"),
    };
    Digest::of_content(text.as_bytes())
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
    post(state, tx, (sender, to, letter), (None, expires_at), cx).await.map(drop)
}

/// Puts a letter into the outbox that leaves at `due_at` at the earliest; it can be withdrawn until then.
///
/// # Errors
/// When the row cannot be written.
pub async fn post(
    state: &State,
    tx: &mut Tx,
    (sender, to, letter): (&Sender, &str, &Letter),
    (due_at, expires_at): (Option<Timestamp>, Timestamp),
    cx: &mut Cx,
) -> Result<OutboxId, Error> {
    let target = to.rsplit('@').next().unwrap_or_default().to_owned();
    let payload = letter.payload(sender, to);
    let intent = Intent { kind: "mail", lane: Lane::Mail, payload, due_at, expires_at, target };
    Ok(outbox::put(tx, &state.ring, cx, intent).await?)
}

/// Puts a text message into the outbox; whoever does counts it, see [`sms_budget`].
///
/// # Errors
/// When the row cannot be written.
pub async fn text(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (to, letter, expires_at): (&Phone, &Letter, Timestamp),
    cx: &mut Cx,
) -> Result<OutboxId, Error> {
    let intent = Intent {
        kind: "sms",
        lane: Lane::Sms,
        payload: letter.payload(sender, to.as_e164()),
        due_at: None,
        expires_at,
        target: "sms".to_owned(),
    };
    Ok(outbox::put(tx, &state.ring, cx, intent).await?)
}

const fn minutes(duration: Duration) -> u64 {
    duration.as_secs() / 60
}
