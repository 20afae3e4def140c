//! Devices: browsers in which a member has arrived before.
//!
//! A device is no factor and signs nobody in. It gives its owner a counter of wrong passwords that strangers do not
//! reach, a mail when an account is used where it never was, and, where the insurer allows it and the owner asks for it,
//! sign-ins without the second factor for a time.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, DeviceId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::devices::Arrival;
use sekisho_store::{audit, contacts, devices};

use super::effects::{self, NOTICE, Sender};
use super::visitor::{DEVICE, Visitor};
use super::{Error, notices};
use crate::mail::Letter;
use crate::state::State;

pub use sekisho_store::devices::{Device, LIFE};

/// A device at which an account has arrived.
pub struct Met {
    /// Its id.
    pub id: DeviceId,
    /// What its browser's cookie is to hold from now on.
    pub cookie: SecretString,
    /// Whether the account was never here before.
    pub is_new: bool,
}

/// Notes that an account arrives in the visitor's browser. A cookie that was not given out for this account is changed
/// for a new one, and with it what the browser is known by to all accounts: nobody can plant a secret of their own in
/// the browser of another (SE-01).
///
/// # Errors
/// When rows cannot be written.
pub async fn meet(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    account: AccountId,
    cx: &mut Cx,
) -> Result<Met, Error> {
    let offered = DeviceId::draw(cx);
    let fresh = cx.secret();
    let digest_of = |secret: &SecretString| Digest::of(DEVICE, state.epoch, secret);
    let digest = digest_of(visitor.device.as_ref().unwrap_or(&fresh));
    let arrival = Arrival { id: offered, key: (account, digest), user_agent: &visitor.agent, at: cx.now };
    let id = devices::meet(tx, arrival).await?;
    let is_new = id == offered;
    let cookie = match &visitor.device {
        Some(known) if !is_new => known.clone(),
        Some(_) => {
            devices::rekey(tx, digest, digest_of(&fresh)).await?;
            fresh
        }
        None => fresh,
    };
    Ok(Met { id, cookie, is_new })
}

/// Tells the owner by mail that somebody signed in where the account never was: what the browser is, and when.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn tell(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    (insurer, account): (&Insurer, AccountId),
    cx: &mut Cx,
) -> Result<(), Error> {
    let told: notices::Addresses = contacts::within(tx, account).await?.into();
    let Some(email) = &told.email else { return Ok(()) };
    let sender = Sender::of(insurer.code.clone(), told.language);
    let letter = Letter::NewDevice { agent: visitor.agent.clone(), at: cx.now };
    effects::mail(state, tx, &sender, (email.as_str(), &letter, cx.now + NOTICE), cx).await
}

/// Whether the visitor's device spares an account the second factor at an insurer's sign-in. Never ask this in a
/// step-up.
///
/// # Errors
/// When rows cannot be read.
pub async fn is_remembered(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let (Some(digest), Some(time)) = (visitor.device_digest(state.epoch), insurer.sign_in.remember_device())
    else {
        return Ok(false);
    };
    // What an insurer's file says today bounds what it promised then.
    let times = (now - time, now);
    Ok(devices::is_remembered(&state.db, (account, digest), &insurer.code, times).await?)
}

/// Lets a device spare its owner the second factor at an insurer's sign-in for as long as the insurer allows.
///
/// # Errors
/// When rows cannot be written.
pub async fn remember(
    state: &State,
    tx: &mut Tx,
    (insurer, account, device): (&Insurer, AccountId, DeviceId),
    cx: &mut Cx,
) -> Result<(), Error> {
    let Some(time) = insurer.sign_in.remember_device() else { return Ok(()) };
    devices::remember(tx, device, &insurer.code, (cx.now, cx.now + time)).await?;
    let event = Event::device_remembered(insurer.code.clone(), account, device);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}

/// The devices that an account is known on, the one used last first.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_account(state: &State, account: AccountId, now: Timestamp) -> Result<Vec<Device>, Error> {
    Ok(devices::of_account(&state.db, account, now).await?)
}

/// Whether a device is the visitor's own.
pub fn is_this(state: &State, visitor: &Visitor, device: &Device) -> bool {
    visitor.device_digest(state.epoch) == Some(device.digest)
}

/// Makes a device unknown, and ends the sessions on it but the one at hand.
///
/// # Errors
/// [`Error::NotFound`] when it is not the account's (SE-10); or when rows cannot be written.
pub async fn forget(
    state: &State,
    visitor: &Visitor,
    session: &Session,
    id: DeviceId,
    cx: &mut Cx,
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if !devices::forget(&mut tx, session.account, id, cx.now).await? {
        return Err(Error::NotFound);
    }
    let on_it = sekisho_store::sessions::on(&mut tx, session.account, id).await?;
    for ended in on_it.into_iter().filter(|on| *on != session.id) {
        super::sessions::end_within(state, &mut tx, (session, ended, "device forgotten"), visitor, cx)
            .await?;
    }
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = Event::device_forgotten(insurer, session.account, id).from_source(&visitor.source);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}
