//! An account's passkeys, as their owner adds, names and removes them.

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::{MOST, Refused, name};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Ceremony;
use sekisho_domain::session::Session;
use sekisho_store::{accounts, audit, contacts, factors, identifiers, passkeys as rows, sessions};

use super::second_factor::has_second;
use super::{others, second_factor};
use crate::flows::effects::Sender;
use crate::flows::passkeys::{self, Ask};
use crate::flows::visitor::Visitor;
use crate::flows::{Error, notices};
use crate::mail::Letter;
use crate::state::State;

/// Why a passkey is not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is the account's last first factor: nobody could sign in any more.
    LastKey,
    /// The insurer asks for a second factor, and there is no other.
    LastSecond,
}

/// Asks the browser for a new passkey; none where the account holds as many as it may.
///
/// # Errors
/// When rows cannot be read.
pub async fn offer(
    state: &State,
    browser: &SecretString,
    session: &Session,
    cx: &mut Cx,
) -> Result<Option<Ask>, Error> {
    let held = passkeys::held(state, session.account).await?;
    if held.len() >= MOST {
        return Ok(None);
    }
    let called = called(state, session.account).await?;
    passkeys::ask_new(state, browser, (Some(session.account), &called, &held), cx).map(Some)
}

/// What the authenticator calls the account beside the key: the first name to sign in with, else the address.
pub(super) async fn called(state: &State, account: AccountId) -> Result<String, Error> {
    let names = identifiers::of_account(&state.db, account).await?;
    if let Some(name) = names.into_iter().next() {
        return Ok(name.shown);
    }
    let email = contacts::of_account(&state.db, account).await?.email;
    Ok(email.map_or_else(|| account.to_string(), |email| email.as_str().to_owned()))
}

/// Adds a passkey that was made, under the name that its owner typed, and tells every address of the account. Whether
/// the sign-in is fresh is for the door.
///
/// # Errors
/// When rows cannot be written. Why the passkey does not hold is the inner error.
pub async fn add(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    (typed, ceremony): (&str, &Ceremony),
    cx: &mut Cx,
) -> Result<Result<FactorId, Refused>, Error> {
    let account = session.account;
    let made = match passkeys::made(state, &visitor.browser, (Some(account), ceremony), cx) {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    let told = notices::addresses(state, account).await?;
    let factor = FactorId::draw(cx);
    let secret = state.seal_factor(factor, made.key.as_bytes(), cx);
    let mut tx = state.db.begin().await?;
    if !accounts::hold(&mut tx, account).await? || !sessions::hold(&mut tx, session.id, cx.now).await? {
        return Err(Error::NotFound);
    }
    if !passkeys::spend(&mut tx, made.answered).await? {
        return Ok(Err(Refused::Old));
    }
    let held = factors::kinds(&mut tx, account).await?;
    // To the first second factor the owner is proven again, on a way of its own.
    if !has_second(&held) {
        return Err(Error::NotFound);
    }
    if held.iter().filter(|kind| **kind == FactorKind::Passkey).count() >= MOST {
        return Ok(Err(Refused::Faulty));
    }
    let new = rows::New { factor, made: &made, secret: &secret, name: &name(typed, ""), at: cx.now };
    match rows::insert(&mut tx, new).await {
        Ok(()) => {}
        // Some account holds it, or held it once: an authenticator makes every key anew.
        Err(sekisho_store::Error::Conflict { .. }) => return Ok(Err(Refused::Faulty)),
        Err(error) => return Err(error.into()),
    }
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    notices::tell(state, &mut tx, &sender, (&told, &Letter::PasskeyAdded), cx).await?;
    let event = Event::factor_enrolled(insurer.code.clone(), account, FactorKind::Passkey);
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(Ok(factor))
}

/// Calls a passkey otherwise.
///
/// # Errors
/// [`Error::NotFound`] when it is not the account's (WA-11); or when rows cannot be written.
pub async fn rename(
    state: &State,
    session: &Session,
    (factor, typed): (FactorId, &str),
) -> Result<(), Error> {
    let mut tx = state.db.begin().await?;
    if !rows::rename(&mut tx, session.account, factor, &name(typed, "")).await? {
        return Err(Error::NotFound);
    }
    Ok(tx.commit().await?)
}

/// Removes a passkey, turns out whoever else is signed in, and tells every address of the account. Whether the sign-in is fresh is for the door.
///
/// # Errors
/// [`Error::NotFound`] when it is not the account's (WA-11); or when rows cannot be written. Why it stays is the inner
/// error.
pub async fn remove(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    factor: FactorId,
    cx: &mut Cx,
) -> Result<Result<(), Kept>, Error> {
    let account = session.account;
    let asks = second_factor::asks(state, account).await?;
    let mut tx = state.db.begin().await?;
    // Whoever else changes the account waits: of the last two taken away at once, one stays.
    let holds =
        accounts::hold(&mut tx, account).await? && sessions::hold(&mut tx, session.id, cx.now).await?;
    if !holds || !rows::end(&mut tx, account, factor, cx.now).await? {
        return Err(Error::NotFound);
    }
    if let Err(kept) = may_go(asks, &factors::kinds(&mut tx, account).await?) {
        return Ok(Err(kept));
    }
    let told = contacts::within(&mut tx, account).await?.into();
    others::turn_out(state, &mut tx, (session, visitor), "passkey removed", cx).await?;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    notices::tell(state, &mut tx, &sender, (&told, &Letter::PasskeyRemoved), cx).await?;
    let event = Event::factor_removed(insurer.code.clone(), account, FactorKind::Passkey);
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Whether a passkey may go, given what is left and whether an insurer asks for a second factor.
fn may_go(asks: bool, left: &[FactorKind]) -> Result<(), Kept> {
    if !left.iter().any(|kind| matches!(kind, FactorKind::Password | FactorKind::Passkey)) {
        return Err(Kept::LastKey);
    }
    if asks && !has_second(left) {
        return Err(Kept::LastSecond);
    }
    Ok(())
}
