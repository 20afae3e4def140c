//! A second factor that is lost: said, objected to, replaced.
//!
//! Who says so has shown the password, read a code at the account's address and been found in the insurer's records
//! again. That is less than the factor itself, so every address is told, and for a time one press stops it.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, JourneyId, RestorationId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, restoration};
use sekisho_domain::journey::{Progress, Start, World};
use sekisho_site::db::Tx;
use sekisho_site::outbox;
use sekisho_store::audit;
use sekisho_store::restorations::{self, New, Restoration};

use super::effects::{self, Sender};
use super::notices::{self, Addresses};
use super::visitor::Visitor;
use super::{Error, facts, journeys};
use crate::mail::Letter;
use crate::state::State;

/// What the token that objects is kept as.
pub const STOP: Kind = Kind("restoration stop");
/// What the token that begins is kept as.
pub const START: Kind = Kind("restoration start");

/// From when on a factor that is said to be lost at `now` can be replaced.
pub fn ready_at(insurer: &Insurer, now: Timestamp) -> Timestamp {
    now + insurer.recovery.factor_delay()
}

/// Writes down that a factor is lost, tells every address how to object, and prepares the mail for when the time has come.
///
/// # Errors
/// When rows cannot be written.
pub async fn announce(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (insurer, account, told): (&Insurer, AccountId, &Addresses),
    cx: &mut Cx,
) -> Result<(), Error> {
    let (stop, start) = (cx.secret(), cx.secret());
    let ready_at = ready_at(insurer, cx.now);
    let until = ready_at + insurer.recovery.factor_open();
    let lost = Letter::FactorLost { stop: stop.expose_secret().to_owned(), ready_at };
    let ready = Letter::FactorReady { token: start.expose_secret().to_owned(), until };
    let letter = match &told.email {
        Some(email) => {
            let post = (sender, email.as_str(), &ready);
            effects::post(state, tx, post, (Some(ready_at), until), cx).await?.to_string()
        }
        None => String::new(),
    };
    let new = New {
        id: RestorationId::draw(cx),
        insurer: insurer.code.clone(),
        account,
        stop: Digest::of(STOP, state.epoch, &stop),
        start: Digest::of(START, state.epoch, &start),
        letter,
        asked_at: cx.now,
        ready_at,
        expires_at: until,
    };
    for older in restorations::insert(tx, &new).await? {
        withdraw(tx, &older).await?;
    }
    notices::tell(state, tx, sender, (told, &lost), cx).await
}

/// The mail that waits for the time to come does not leave any more.
///
/// # Errors
/// When rows cannot be written.
pub async fn withdraw(tx: &mut Tx, restoration: &Restoration) -> Result<(), Error> {
    if let Ok(letter) = restoration.letter.parse() {
        outbox::withdraw(tx, letter).await?;
    }
    Ok(())
}

/// The owner objects, by the token of the notice: the factor stays. False when there was nothing to stop.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn object(
    state: &State,
    visitor: &Visitor,
    token: &SecretString,
    cx: &mut Cx,
) -> Result<bool, Error> {
    let stop = Digest::of(STOP, state.epoch, token);
    let Some(open) = restorations::find_stop(&state.db, stop, cx.now).await? else { return Ok(false) };
    let told = notices::addresses(state, open.account).await?;
    let sender = Sender::of(open.insurer.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    let Some(stopped) = restorations::stop(&mut tx, stop, cx.now).await? else { return Ok(false) };
    withdraw(&mut tx, &stopped).await?;
    notices::tell(state, &mut tx, &sender, (&told, &Letter::FactorKept), cx).await?;
    let event = Event::factor_lost(stopped.insurer, stopped.account, "stopped").from_source(&visitor.source);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Begins to replace the factor, in this browser.
///
/// # Errors
/// [`Error::NotFound`] when the insurer asks for no second factor any more; or when rows cannot be written.
pub async fn begin(
    state: &State,
    visitor: &Visitor,
    open: Restoration,
    cx: &mut Cx,
) -> Result<JourneyId, Error> {
    let insurer = state.insurer(&open.insurer)?;
    let journey = insurer.journey(sekisho_domain::journey::Kind::Restore).ok_or(Error::NotFound)?;
    let holder = facts::holder(state, insurer, journey, open.account).await?;
    let evidence = restoration::Evidence { account: open.account, id: open.id };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::Restoration(evidence)],
        request: None,
        client: None,
        to: None,
        is_step_up: false,
    };
    let world = World { insurer, holder: &holder };
    let (progress, effects) = Progress::begin(journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    journeys::insert(state, visitor, (insurer, journey, progress), effects, cx).await
}
