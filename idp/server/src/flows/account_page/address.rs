//! Another e-mail address: how the change begins, what it writes, and how whoever reads the address before undoes it.
//!
//! Who changed the address may be somebody who has the owner's password and phone in hand. So the address before is
//! told, with a link that works for [`UNDO`]: it brings the address back and ends whatever came after, every session and
//! grant included. Its reader then signs in, or asks for a new password.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind};
use sekisho_domain::audit::Event;
use sekisho_domain::email::Email;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId, JourneyId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, change};
use sekisho_domain::journey::{Progress, Start, Subject, World};
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::undos::{self, Undo};
use sekisho_store::{
    audit, contacts, devices, factors, grants, identifiers, journeys, memberships, sessions,
};

use crate::flows::effects::{self, NOTICE, Sender};
use crate::flows::journeys::Walk;
use crate::flows::visitor::Visitor;
use crate::flows::{Error, backchannel, facts, notices};
use crate::mail::{Change, Letter};
use crate::state::State;

/// What the token that undoes a change is kept as.
pub const TOKEN: Kind = Kind("address undo");
/// For how long a change can be undone.
pub const UNDO: Duration = Duration::from_hours(7 * 24);

/// The first page of the way to another address, before anything is written. Ask first whether the session is fresh.
///
/// # Errors
/// When rows cannot be read.
pub async fn first_page<'a>(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&'a Insurer, &Session),
    cx: &mut Cx,
) -> Result<Walk<'a>, Error> {
    let journey = insurer.change_email().clone();
    let holder = facts::holder(state, insurer, &journey, session.account).await?;
    let start = starting(visitor, insurer, session);
    let world = World { insurer, holder: &holder };
    let (progress, _) = Progress::begin(&journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    Ok(Walk { id: None, turn: 0, insurer, journey, progress, holder })
}

/// What a session brings to a change that it sets out to.
pub(super) fn starting(visitor: &Visitor, insurer: &Insurer, session: &Session) -> Start {
    Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::Change(change::Evidence { account: session.account, session: session.id })],
        request: None,
        client: None,
        to: None,
        is_step_up: false,
    }
}

/// Puts an address in the place of the one before, and tells both. On an error the transaction must be dropped.
///
/// # Errors
/// [`sekisho_store::Error::Conflict`] when it is somebody else's meanwhile; or when rows cannot be read or written.
pub async fn put(
    state: &State,
    tx: &mut Tx,
    sender: &Sender,
    (account, new): (AccountId, &Email),
    cx: &mut Cx,
) -> Result<(), Error> {
    let told: notices::Addresses = contacts::within(tx, account).await?.into();
    exchange(tx, account, (told.email.as_ref(), new), cx).await?;
    // Links to a new password that were mailed to the address before lead nowhere any more.
    forget_links(tx, sender, account, cx).await?;
    if let Some(old) = &told.email {
        let token = cx.secret();
        let (made_at, expires_at) = (cx.now, cx.now + UNDO);
        let token_digest = Digest::of(TOKEN, state.epoch, &token);
        let insurer = &sender.insurer;
        let undo = undos::New { token: token_digest, insurer, account, email: old, made_at, expires_at };
        undos::insert(tx, undo).await?;
        let undo = token.expose_secret().to_owned();
        let changed = Change::AddressChanged { to: new.masked(), undo, until: expires_at };
        notices::tell(state, tx, sender, (&told, &Letter::Change(changed)), cx).await?;
    }
    let sender = Sender { language: told.language, ..sender.clone() };
    let letter = Letter::Change(Change::AddressNew);
    effects::mail(state, tx, &sender, (new.as_str(), &letter, cx.now + NOTICE), cx).await
}

/// The address wherever the account has it: as a name to sign in with, as a member's own, and for mail.
async fn exchange(
    tx: &mut Tx,
    account: AccountId,
    (old, new): (Option<&Email>, &Email),
    cx: &Cx,
) -> Result<(), Error> {
    if let Some(old) = old {
        identifiers::readdress(tx, account, (old, new), cx.now).await?;
    }
    memberships::readdress(tx, account, new.folded()).await?;
    contacts::put(tx, account, contacts::Contact::Email(new), cx.now).await?;
    Ok(())
}

/// Ends the journeys of an account that wait for a mail: to a new password.
async fn forget_links(tx: &mut Tx, sender: &Sender, account: AccountId, cx: &mut Cx) -> Result<(), Error> {
    let subject = effects::digest_of(&Subject::Account(account), &sender.insurer);
    // There is no journey that takes their place.
    journeys::supersede(tx, subject, JourneyId::draw(cx), cx.now).await?;
    Ok(())
}

/// The change that a link of a mail undoes, as long as it can. Looking changes nothing.
///
/// # Errors
/// When rows cannot be read.
pub async fn find(state: &State, token: &SecretString, cx: &Cx) -> Result<Option<Undo>, Error> {
    Ok(undos::find(&state.db, Digest::of(TOKEN, state.epoch, token), cx.now).await?)
}

/// Undoes a change, by the token that was mailed to the address before. False when there is nothing to undo, or when
/// the address is somebody else's by now.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn undo(
    state: &State,
    visitor: &Visitor,
    token: &SecretString,
    cx: &mut Cx,
) -> Result<bool, Error> {
    let digest = Digest::of(TOKEN, state.epoch, token);
    if undos::find(&state.db, digest, cx.now).await?.is_none() {
        return Ok(false);
    }
    let nobodys = state.hashing.hash(cx.secret(), cx.bytes()).await?;
    let mut tx = state.db.begin().await?;
    let Some(undo) = undos::spend(&mut tx, digest, cx.now).await? else { return Ok(false) };
    let (account, old) = (undo.account, &undo.email);
    let sender = Sender::of(undo.insurer.clone(), visitor.language);
    let told: notices::Addresses = contacts::within(&mut tx, account).await?.into();
    match exchange(&mut tx, account, (told.email.as_ref(), old), cx).await {
        Ok(()) => {}
        Err(Error::Store(sekisho_store::Error::Conflict { .. })) => return Ok(false),
        Err(error) => return Err(error),
    }
    forget_links(&mut tx, &sender, account, cx).await?;
    end_what_followed((state, &mut tx), &undo, &nobodys, cx).await?;
    let restored = Letter::Change(Change::AddressRestored);
    notices::tell(state, &mut tx, &sender, (&told, &restored), cx).await?;
    let sender = Sender { language: told.language, ..sender };
    effects::mail(state, &mut tx, &sender, (old.as_str(), &restored, cx.now + NOTICE), cx).await?;
    let event = Event::changed_by_owner(undo.insurer, account, "address restored");
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    tx.commit().await?;
    Ok(true)
}

/// What was set up since is not the reader's, and who came in is out. A password that was chosen since gives way to one
/// that nobody knows: a new one is asked for by mail, as when one is forgotten.
async fn end_what_followed(
    (state, tx): (&State, &mut Tx),
    undo: &Undo,
    nobodys: &str,
    cx: &mut Cx,
) -> Result<(), Error> {
    let (account, why) = (undo.account, "address restored");
    let ended = factors::end_since(tx, account, undo.made_at, cx.now).await?;
    if ended.contains(&FactorKind::Sms) {
        contacts::forget_phone(tx, account).await?;
    }
    if ended.contains(&FactorKind::Password) {
        let (id, kind, secret) = (FactorId::draw(cx), FactorKind::Password, nobodys.as_bytes());
        let new = factors::New { id, account, kind, secret, last_step: None, at: cx.now };
        factors::insert(tx, new).await?;
    }
    sessions::end_all_of(tx, account, None, (why, cx.now)).await?;
    let told = grants::end_of_account(tx, account, None, (why, cx.now)).await?;
    backchannel::tell(state, tx, told, cx).await?;
    devices::forget_all(tx, account, None, cx.now).await?;
    Ok(())
}
