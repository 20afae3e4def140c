//! The second key beside passkeys: a phone that receives codes, or an authenticator app. It is set up, changed for
//! another of its kind, or taken away.

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, JourneyId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Progress, World};
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::{accounts, audit, contacts, factors, memberships, sessions};

use super::{address, keys, others};
use crate::flows::effects::{self, Sender};
use crate::flows::visitor::Visitor;
use crate::flows::{Error, facts, journeys, notices};
use crate::mail::{Change, Letter};
use crate::state::State;

/// How it stands with a kind of second factor.
pub struct Standing {
    /// The phone's number, masked, where the account has one of this kind.
    pub number: Option<String>,
    /// Since when the account has one of this kind.
    pub since: Option<Timestamp>,
    /// Whether it would be the account's first second factor of all.
    pub is_first: bool,
    /// Whether one can be set up at this insurer.
    pub is_offered: bool,
    /// Whether it can be taken away.
    pub may_go: bool,
}

/// How it stands.
///
/// # Errors
/// When rows cannot be read.
pub async fn standing(
    state: &State,
    (insurer, session): (&Insurer, &Session),
    kind: FactorKind,
) -> Result<Standing, Error> {
    let keys = keys::of_account(state, session.account).await?;
    let (number, since) = match kind {
        FactorKind::Sms => {
            let since = keys.others.iter().find(|other| other.kind == kind).map(|other| other.made_at);
            (keys.phone.as_ref().map(sekisho_domain::phone::Phone::masked), since)
        }
        _ => (None, keys.app),
    };
    let held = kinds(state, session.account).await?;
    let may_go = since.is_some() && may_go(state, session.account, &without(&held, kind)).await?;
    Ok(Standing {
        number,
        since,
        is_first: !has_second(&held),
        is_offered: insurer.second_factors().contains(&kind),
        may_go,
    })
}

/// What came of setting out.
pub enum Begun {
    /// The journey.
    Journey(JourneyId),
    /// Too many messages went out: none may before this moment.
    Wait(Timestamp),
}

/// Whether the next second factor of an account would be its first: then the owner is proven again on the way to it.
///
/// # Errors
/// When rows cannot be read.
pub async fn would_be_first(state: &State, session: &Session) -> Result<bool, Error> {
    Ok(!has_second(&kinds(state, session.account).await?))
}

/// Sets out to a phone, an app or the first passkey, in this browser. Ask first whether the session is fresh. To the first second factor of
/// an account the owner is proven again.
///
/// # Errors
/// [`Error::NotFound`] where the insurer offers none of this kind; or when rows cannot be read or written.
pub async fn begin(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    kind: FactorKind,
    cx: &mut Cx,
) -> Result<Begun, Error> {
    let is_offered = match kind {
        FactorKind::Passkey => insurer.sign_in.passkeys,
        _ => insurer.second_factors().contains(&kind),
    };
    if !is_offered {
        return Err(Error::NotFound);
    }
    let is_first = would_be_first(state, session).await?;
    let journey = insurer.change_factor(kind, is_first).ok_or(Error::NotFound)?;
    let holder = facts::holder(state, insurer, journey, session.account).await?;
    let start = address::starting(visitor, insurer, session);
    let world = World { insurer, holder: &holder };
    let (progress, effects) = Progress::begin(journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    if let Err(until) = effects::allowed(state, &effects, cx.now).await {
        return Ok(Begun::Wait(until));
    }
    journeys::insert(state, visitor, (insurer, journey, progress), effects, cx).await.map(Begun::Journey)
}

/// Takes the second factor of a kind away, turns out whoever else is signed in, and tells every address, the phone that
/// goes included. False where it must stay, or there is none. Whether the sign-in is fresh is for the door.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn remove(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    kind: FactorKind,
    cx: &mut Cx,
) -> Result<bool, Error> {
    let account = session.account;
    let asks = asks(state, account).await?;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    // Whoever else changes the account waits: of two factors taken away at once, one stays.
    if !accounts::hold(&mut tx, account).await? || !sessions::hold(&mut tx, session.id, cx.now).await? {
        return Ok(false);
    }
    let left = without(&factors::kinds(&mut tx, account).await?, kind);
    if asks && !has_second(&left) {
        return Ok(false);
    }
    let told = contacts::within(&mut tx, account).await?.into();
    if !end(&mut tx, account, kind, cx.now).await? {
        return Ok(false);
    }
    others::turn_out(state, &mut tx, (session, visitor), "second factor removed", cx).await?;
    let letter = Letter::Change(Change::FactorRemoved);
    notices::tell(state, &mut tx, &sender, (&told, &letter), cx).await?;
    let event = Event::factor_removed(insurer.code.clone(), account, kind).from_source(&visitor.source);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(true)
}

async fn end(tx: &mut Tx, account: AccountId, kind: FactorKind, now: Timestamp) -> Result<bool, Error> {
    if kind == FactorKind::Sms {
        contacts::forget_phone(tx, account).await?;
    }
    Ok(factors::end_kinds(tx, account, &[kind], now).await? > 0)
}

pub(super) async fn kinds(state: &State, account: AccountId) -> Result<Vec<FactorKind>, Error> {
    Ok(factors::of_account(&state.db, account).await?.iter().map(|row| row.kind).collect())
}

/// Whether an account may be left with these kinds.
async fn may_go(state: &State, account: AccountId, left: &[FactorKind]) -> Result<bool, Error> {
    Ok(has_second(left) || !asks(state, account).await?)
}

/// Whether an insurer whose member the account is asks for a second factor.
pub(super) async fn asks(state: &State, account: AccountId) -> Result<bool, Error> {
    let live = memberships::of_account(&state.db, account).await?;
    let mut insurers = live.iter().filter_map(|membership| state.insurers.get(&membership.insurer));
    Ok(insurers.any(Insurer::asks_second_factor))
}

fn without(held: &[FactorKind], kind: FactorKind) -> Vec<FactorKind> {
    held.iter().copied().filter(|held| *held != kind).collect()
}

/// Whether there is anything beside password and recovery codes.
pub(super) fn has_second(held: &[FactorKind]) -> bool {
    held.iter().any(|kind| matches!(kind, FactorKind::Passkey | FactorKind::Sms | FactorKind::Totp))
}
