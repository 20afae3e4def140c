//! What an office or operator does with one account: look, unlock, suspend, resume, describe, and make it un-enrolled.

mod describing;

use sekisho_base::Cx;
use sekisho_domain::account::Name;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, JourneyId};
use sekisho_domain::journey::Subject;
use sekisho_domain::session::MembershipRef;
use sekisho_site::db::Tx;
use sekisho_store::accounts::Account;
use sekisho_store::{
    accounts, audit, devices, factors, grants, identifiers, journeys, memberships, restorations, sessions,
};

use super::effects::Sender;
use super::notices::{self, Addresses};
use super::{Error, backchannel, restoring};
use crate::mail::Letter;
use crate::state::State;

pub use describing::{Changes, describe, told};

/// An account as an office sees it: no secrets, and of the person no more than it takes to help.
pub struct Found {
    /// Its row.
    pub account: Account,
    /// What it is signed in with.
    pub names: Vec<Name>,
    /// Its live memberships.
    pub memberships: Vec<MembershipRef>,
    /// Its live factors.
    pub factors: Vec<factors::Standing>,
    /// Where it is reached.
    pub addresses: Addresses,
    /// How many sessions live.
    pub sessions: u64,
}

/// An account by its id or by a name it is signed in with.
///
/// # Errors
/// When rows cannot be read.
pub async fn find(state: &State, named: &str, cx: &Cx) -> Result<Option<Found>, Error> {
    let id = match named.parse::<AccountId>() {
        Ok(id) => Some(id),
        Err(_) => identifiers::account_of(&state.db, &identifiers::folded(named)).await?,
    };
    let Some(id) = id else { return Ok(None) };
    let Some(account) = accounts::find(&state.db, id).await? else { return Ok(None) };
    Ok(Some(Found {
        names: identifiers::of_account(&state.db, id).await?,
        memberships: memberships::of_account(&state.db, id).await?,
        factors: factors::standing(&state.db, id).await?,
        addresses: notices::addresses(state, id).await?,
        sessions: sessions::live(&state.db, id, cx.now).await?,
        account,
    }))
}

/// Forgets the failures and rests of an account's factors, and lets a locked one be used.
///
/// # Errors
/// When rows cannot be written.
pub async fn unlock(state: &State, found: &Found, reason: &str, cx: &mut Cx) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    factors::forget_failures(&mut tx, found.account.id).await?;
    devices::forget_failures(&mut tx, found.account.id).await?;
    accounts::unlock(&mut tx, found.account.id).await?;
    record(state, &mut tx, found, ("unlocked", reason), cx).await?;
    Ok(tx.commit().await?)
}

/// Lets nobody sign in as an account, and ends what is signed in. False when it was suspended before.
///
/// # Errors
/// When rows cannot be written.
pub async fn suspend(state: &State, found: &Found, reason: &str, cx: &mut Cx) -> Result<bool, Error> {
    let mut tx = state.db.begin().await?;
    if !accounts::suspend(&mut tx, found.account.id, cx.now).await? {
        return Ok(false);
    }
    turn_out(state, &mut tx, (found.account.id, "suspended"), cx).await?;
    record(state, &mut tx, found, ("suspended", reason), cx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Lets a suspended account be used again.
///
/// # Errors
/// When rows cannot be written.
pub async fn resume(state: &State, found: &Found, reason: &str, cx: &mut Cx) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    accounts::resume(&mut tx, found.account.id).await?;
    record(state, &mut tx, found, ("resumed", reason), cx).await?;
    Ok(tx.commit().await?)
}

/// Makes an account un-enrolled (row B3): the person registers anew, with the names they had if they like. What
/// happened under it stays. Every address is told. False when it was closed before.
///
/// # Errors
/// When rows cannot be written.
pub async fn reset(state: &State, found: &Found, reason: &str, cx: &mut Cx) -> Result<bool, Error> {
    let id = found.account.id;
    let mut tx = state.db.begin().await?;
    if !accounts::reset(&mut tx, id, cx.now).await? {
        return Ok(false);
    }
    turn_out(state, &mut tx, (id, "reset"), cx).await?;
    for open in restorations::stop_all(&mut tx, id, cx.now).await? {
        restoring::withdraw(&mut tx, &open).await?;
    }
    if let Some(first) = found.memberships.first() {
        // Links to a new password that are on their way lead nowhere any more; no journey of ours is to be spared.
        let subject = super::effects::digest_of(&Subject::Account(id), &first.insurer);
        journeys::supersede(&mut tx, subject, JourneyId::draw(cx), cx.now).await?;
        let sender = Sender::of(first.insurer.clone(), found.account.language);
        notices::tell(state, &mut tx, &sender, (&found.addresses, &Letter::AccountReset), cx).await?;
    }
    record(state, &mut tx, found, ("reset", reason), cx).await?;
    tx.commit().await?;
    Ok(true)
}

async fn turn_out(
    state: &State,
    tx: &mut Tx,
    (id, why): (AccountId, &'static str),
    cx: &mut Cx,
) -> Result<(), Error> {
    sessions::end_all_of(tx, id, None, (why, cx.now)).await?;
    let told = grants::end_of_account(tx, id, None, (why, cx.now)).await?;
    backchannel::tell(state, tx, told, cx).await?;
    devices::forget_all(tx, id, None, cx.now).await?;
    Ok(())
}

async fn record(
    state: &State,
    tx: &mut Tx,
    found: &Found,
    (result, reason): (&'static str, &str),
    cx: &mut Cx,
) -> Result<(), Error> {
    let insurer = found.memberships.first().map(|membership| membership.insurer.clone());
    let event = Event::account_changed(insurer, found.account.id, result, reason);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}
