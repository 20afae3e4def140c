//! The devices on which a person is signed in.

use std::collections::BTreeMap;

use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::device::Name;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, ClientId, SessionId};
use sekisho_domain::session::Session;
use sekisho_store::grants::{self, Given};
use sekisho_store::sessions::{self, Seen};

use super::{named, portals};
use crate::flows::visitor::Visitor;
use crate::flows::{self, Error};
use crate::state::State;

/// A browser that is signed in.
pub struct SignedIn {
    /// The session.
    pub id: SessionId,
    /// What it is called.
    pub name: Name,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When the person signed in there.
    pub began_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Timestamp,
    /// What was shown there.
    pub factors: Vec<FactorKind>,
    /// The names of the portals that were opened from there.
    pub portals: Vec<String>,
}

/// Where the account of a session is signed in: here first, then the one used last.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_session(
    state: &State,
    session: &Session,
    language: Language,
    now: Timestamp,
) -> Result<Vec<SignedIn>, Error> {
    let names = portals::names(state, language).await?;
    let given = grants::of_account(&state.db, session.account, now).await?;
    let seen = sessions::of_account(&state.db, session.account, now).await?;
    let mut all: Vec<SignedIn> =
        seen.iter().map(|seen| signed_in(seen, session.id, (&given, &names))).collect();
    all.sort_by_key(|device| !device.is_this);
    Ok(all)
}

fn signed_in(
    seen: &Seen,
    this: SessionId,
    (given, names): (&[Given], &BTreeMap<ClientId, String>),
) -> SignedIn {
    let id = seen.session.id;
    let mut portals: Vec<String> = Vec::new();
    for grant in given.iter().filter(|grant| grant.session == id) {
        let name = names.get(&grant.client).cloned().unwrap_or_else(|| grant.client.to_string());
        if !portals.contains(&name) {
            portals.push(name);
        }
    }
    SignedIn {
        id,
        name: Name::of_user_agent(&seen.agent),
        is_this: id == this,
        began_at: seen.session.created_at,
        used_at: seen.session.last_seen_at,
        factors: seen.session.events.iter().map(|event| event.factor).collect(),
        portals,
    }
}

/// How many other sessions of an account live.
///
/// # Errors
/// When rows cannot be read.
pub async fn others(
    state: &State,
    (account, this): (AccountId, SessionId),
    now: Timestamp,
) -> Result<usize, Error> {
    let seen = sessions::of_account(&state.db, account, now).await?;
    Ok(seen.iter().filter(|seen| seen.session.id != this).count())
}

/// Signs the owner of a session out where a page says. True when that was here. One that has ended already stays so: who
/// presses twice has signed out once.
///
/// # Errors
/// [`Error::NotFound`] when it is not the owner's (SE-10); or when rows cannot be written.
pub async fn end(
    state: &State,
    visitor: &Visitor,
    (session, which): (&Session, &str),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let Ok(which) = which.parse::<SessionId>() else {
        return named(session, "session", Err(Error::NotFound));
    };
    match flows::sessions::end_one(state, visitor, session, which, cx).await {
        Err(Error::NotFound) if sessions::owner(&state.db, which).await? == Some(session.account) => {
            Ok(false)
        }
        came => named(session, "session", came.map(|()| which == session.id)),
    }
}

/// Makes a device unknown that a page names.
///
/// # Errors
/// [`Error::NotFound`] when it is not the owner's (SE-10); or when rows cannot be written.
pub async fn forget(
    state: &State,
    visitor: &Visitor,
    (session, which): (&Session, &str),
    cx: &mut Cx,
) -> Result<(), Error> {
    let Ok(which) = which.parse() else { return named(session, "device", Err(Error::NotFound)) };
    named(session, "device", flows::devices::forget(state, visitor, session, which, cx).await)
}
