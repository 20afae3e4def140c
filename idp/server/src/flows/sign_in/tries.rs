//! Whose tries a password's are.
//!
//! On a device that its owner has signed in with, tries are counted for the device; everywhere else, for the factor. So
//! whatever strangers spend, 10 tries or 1,000, the owner gets in on a device of theirs; and strangers rest for longer
//! each time, until a hundred wrong passwords in a row end the password for them (PW-06, NIST SP 800-63B-4 §3.2.2).

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_site::db::Tx;
use sekisho_store::devices;
use sekisho_store::factors::{self, Reserved};

use super::super::Error;
use super::super::throttle::{self, Counted, REST};
use super::super::visitor::Visitor;
use crate::hashing;
use crate::state::State;

/// Counts a try before it is judged, in the device's own counter where the account is known on it, else in the
/// factor's. Of any number of parallel tries only so many go ahead as are allowed.
///
/// # Errors
/// When rows cannot be written.
pub async fn reserve(
    state: &State,
    visitor: &Visitor,
    account: AccountId,
    factor: FactorId,
    cx: &Cx,
) -> Result<Reserved, Error> {
    let limit = limit(state);
    if let Some(digest) = visitor.device_digest(state.epoch)
        && let Some(reserved) =
            devices::reserve_attempt(&state.db, (account, digest), cx.now, limit, REST).await?
    {
        return Ok(reserved);
    }
    Ok(factors::reserve_attempt(&state.db, factor, cx.now, limit, REST).await?)
}

/// A reserved try was right: the counter that it was reserved in begins anew. The owner on a known device clears what
/// strangers spent only while they have met no rest: else a guesser would gain a hundred tries with each of the owner's
/// sign-ins.
///
/// # Errors
/// When rows cannot be written.
pub async fn succeed(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    (account, factor): (AccountId, FactorId),
    now: Timestamp,
) -> Result<(), Error> {
    if let Some(digest) = visitor.device_digest(state.epoch)
        && devices::succeed(tx, (account, digest), now).await?
    {
        return Ok(factors::note_use(tx, factor, limit(state), now).await?);
    }
    Ok(factors::succeed(tx, factor, now).await?)
}

/// Counts a try on a device that the name's account, if there is one, is not known on: from where, at which insurer,
/// for which name.
///
/// # Errors
/// The moment from which it will be allowed.
pub async fn of_stranger(
    state: &State,
    visitor: &Visitor,
    (insurer, name): (Option<&Insurer>, &str),
    now: Timestamp,
) -> Result<(), Timestamp> {
    if throttle::is_lifted(insurer) {
        return Ok(());
    }
    throttle::count(state, Counted::SignIn, &visitor.source, now).await?;
    throttle::count(state, Counted::Name, name, now).await?;
    let insurer = insurer.map_or("-", |insurer| insurer.code.as_str());
    throttle::count(state, Counted::SignInAtInsurer, insurer, now).await
}

/// A right password hashed anew, where its hash costs less than one does today; none where it does not, or where the
/// pool has no time now: then a later sign-in will do.
pub async fn rehashed(
    state: &State,
    password: SecretString,
    hash: &SecretString,
    cx: &mut Cx,
) -> Option<String> {
    if !hashing::is_outdated(hash.expose_secret()) {
        return None;
    }
    state.hashing.hash(password, cx.bytes()).await.ok()
}

/// Whether the account of a folded name is known on the visitor's device. What counts tries of strangers does not count these.
///
/// # Errors
/// When rows cannot be read.
pub async fn is_at_home(state: &State, visitor: &Visitor, name: &str, now: Timestamp) -> Result<bool, Error> {
    match visitor.device_digest(state.epoch) {
        None => Ok(false),
        Some(digest) => Ok(devices::knows(&state.db, digest, name, now).await?),
    }
}

fn limit(state: &State) -> i64 {
    i64::from(state.config.throttle.failures_per_factor)
}
