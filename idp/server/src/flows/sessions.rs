//! Sessions as doors use them: found by cookie, kept alive, ended.

use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, SessionId};
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::{audit, contacts, devices, grants, sessions};

use super::visitor::Visitor;
use super::{Error, backchannel};
use crate::state::State;

/// Why a session ended that its owner did not want any more.
const BY_OWNER: &str = "ended by its owner";

/// The live session of a cookie. Its last use is noted at most once a minute.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_cookie(state: &State, cookie: Digest, now: Timestamp) -> Result<Option<Session>, Error> {
    let Some(session) = sessions::find_by_cookie(&state.db, cookie, now).await? else { return Ok(None) };
    sessions::touch(&state.db, &session, now).await?;
    Ok(Some(session))
}

/// What an account is called on its own pages: its address, masked.
///
/// # Errors
/// When rows cannot be read.
pub async fn name_of(state: &State, account: AccountId) -> Result<String, Error> {
    let contacts = contacts::of_account(&state.db, account).await?;
    Ok(contacts.email.map(|email| email.masked()).unwrap_or_default())
}

/// Ends one of the sessions of the person who is signed in, with all that clients were given in it. Its device is a
/// stranger from then on: who signs in there is told of again, and shows the second factor.
///
/// # Errors
/// [`Error::NotFound`] when it is not the person's or has ended (SE-10); or when rows cannot be written.
pub async fn end_one(
    state: &State,
    visitor: &Visitor,
    session: &Session,
    which: SessionId,
    cx: &mut Cx,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if !end_within(state, &mut tx, (session, which, BY_OWNER), visitor, cx).await? {
        return Err(Error::NotFound);
    }
    if which != session.id {
        devices::forget_of_session(&mut tx, which, cx.now).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends one session of an account within a transaction. False when it is another's or had ended.
///
/// # Errors
/// When rows cannot be written.
pub(super) async fn end_within(
    state: &State,
    tx: &mut Tx,
    (session, which, why): (&Session, SessionId, &'static str),
    visitor: &Visitor,
    cx: &mut Cx,
) -> Result<bool, Error> {
    if !sessions::end_of(tx, session.account, which, (why, cx.now)).await? {
        return Ok(false);
    }
    ended(state, tx, (session, which, why), visitor, cx).await?;
    Ok(true)
}

/// What the end of a session brings with it.
async fn ended(
    state: &State,
    tx: &mut Tx,
    (session, which, why): (&Session, SessionId, &'static str),
    visitor: &Visitor,
    cx: &mut Cx,
) -> Result<(), Error> {
    let told = grants::end_of_session(tx, which, why, cx.now).await?;
    backchannel::tell(state, tx, told, cx).await?;
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = Event::session_ended(insurer, session.account, which, why).from_source(&visitor.source);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}

/// Ends all sessions of the person who is signed in but the one at hand, with all that clients were given in them, and
/// makes all other devices strangers. Gives how many sessions ended.
///
/// # Errors
/// When rows cannot be written.
pub async fn end_others(
    state: &State,
    visitor: &Visitor,
    session: &Session,
    cx: &mut Cx,
) -> Result<usize, Error> {
    let mut tx = state.db.begin().await?;
    let gone = sessions::end_all_of(&mut tx, session.account, Some(session.id), (BY_OWNER, cx.now)).await?;
    for which in &gone {
        ended(state, &mut tx, (session, *which, BY_OWNER), visitor, cx).await?;
    }
    devices::forget_all(&mut tx, session.account, visitor.device_digest(state.epoch), cx.now).await?;
    tx.commit().await?;
    Ok(gone.len())
}
