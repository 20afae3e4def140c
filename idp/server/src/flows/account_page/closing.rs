//! Closing an account: it ends after a time in which its owner can keep it by signing in and saying so.

use std::time::Duration;

use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::Session;
use sekisho_store::{accounts, audit, contacts, grants, memberships, sessions};

use crate::flows::effects::{self, NOTICE, Sender};
use crate::flows::visitor::{SESSION, Visitor};
use crate::flows::{Error, backchannel, notices};
use crate::mail::{Change, Letter};
use crate::state::State;

use sekisho_store::closing as rows;
pub use sekisho_store::closing::Closing;

/// For how long a closed account can be kept.
pub const GRACE: Duration = Duration::from_hours(30 * 24);
/// How many accounts end in one round of the house's keeping.
const ROUND: u32 = 100;

/// Closes the account of a session: it is signed out everywhere at once, and ends after [`GRACE`]. Every address is told.
/// Gives when it ends. Whether the sign-in is fresh is for the door.
///
/// # Errors
/// [`Error::NotFound`] when it was closed before; or when rows cannot be written.
pub async fn begin(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    cx: &mut Cx,
) -> Result<Timestamp, Error> {
    let account = session.account;
    let ends_at = cx.now + GRACE;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    let stands =
        accounts::hold(&mut tx, account).await? && sessions::hold(&mut tx, session.id, cx.now).await?;
    if !stands || !rows::begin(&mut tx, account, ends_at).await? {
        return Err(Error::NotFound);
    }
    let why = "account closing";
    for ended in sessions::end_all_of(&mut tx, account, None, (why, cx.now)).await? {
        let event = Event::session_ended(insurer.code.clone(), account, ended, why);
        audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    }
    let parties = grants::end_of_account(&mut tx, account, None, (why, cx.now)).await?;
    backchannel::tell(state, &mut tx, parties, cx).await?;
    let closing = Letter::Change(Change::Closing { on: ends_at });
    notices::tell(state, &mut tx, &sender, (&told, &closing), cx).await?;
    let event = Event::changed_by_owner(insurer.code.clone(), account, "closing");
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    tx.commit().await?;
    Ok(ends_at)
}

/// When an account ends that its owner closed.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_account(state: &State, account: AccountId) -> Result<Option<Timestamp>, Error> {
    Ok(rows::of_account(&state.db, account).await?)
}

/// Who is signed in to an account that closes: nothing else takes this for a session.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_cookie(
    state: &State,
    cookie: &secrecy::SecretString,
    now: Timestamp,
) -> Result<Option<Closing>, Error> {
    Ok(rows::of_cookie(&state.db, Digest::of(SESSION, state.epoch, cookie), now).await?)
}

/// Keeps an account that was closed, and tells every address. The session that says so is one like any other from now on.
///
/// # Errors
/// When rows cannot be written.
pub async fn keep(state: &State, visitor: &Visitor, closing: &Closing, cx: &mut Cx) -> Result<(), Error> {
    let account = closing.account;
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    if !rows::keep(&mut tx, account).await? {
        return Ok(());
    }
    if let Some(insurer) = &closing.insurer {
        let sender = Sender::of(insurer.clone(), visitor.language);
        notices::tell(state, &mut tx, &sender, (&told, &Letter::Change(Change::Kept)), cx).await?;
    }
    let event = Event::changed_by_owner(closing.insurer.clone(), account, "kept");
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    Ok(tx.commit().await?)
}

/// Lets an account close after all: the browser is signed out.
///
/// # Errors
/// When rows cannot be written.
pub async fn leave(state: &State, closing: &Closing, cx: &Cx) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    sessions::end(&mut tx, closing.session, "signed out", cx.now).await?;
    Ok(tx.commit().await?)
}

/// Ends the accounts whose time has come, each in its own transaction, and tells their owners. Gives how many ended.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn end_due(state: &State, cx: &mut Cx) -> Result<usize, Error> {
    let mut ended = 0;
    for account in rows::due(&state.db, cx.now, ROUND).await? {
        let live = memberships::of_account(&state.db, account).await?;
        let insurer = live.into_iter().next().map(|membership| membership.insurer);
        ended += usize::from(end(state, (account, insurer), cx).await?);
    }
    Ok(ended)
}

async fn end(
    state: &State,
    (account, insurer): (AccountId, Option<InsurerCode>),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let mut tx = state.db.begin().await?;
    let told: notices::Addresses = contacts::within(&mut tx, account).await?.into();
    if !rows::end(&mut tx, account, cx.now).await? {
        return Ok(false);
    }
    if let (Some(insurer), Some(email)) = (&insurer, &told.email) {
        let sender = Sender::of(insurer.clone(), told.language);
        let letter = Letter::Change(Change::Ended);
        effects::mail(state, &mut tx, &sender, (email.as_str(), &letter, cx.now + NOTICE), cx).await?;
    }
    audit::append(&mut tx, &state.audit_key, Event::account_ended(insurer, account), cx).await?;
    tx.commit().await?;
    Ok(true)
}
