//! The portals that may read of a person, and taking that back.

use std::collections::BTreeMap;

use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, ClientId};
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_domain::session::Session;
use sekisho_store::{audit, clients, consents, grants};

use super::named;
use crate::flows::visitor::Visitor;
use crate::flows::{Error, backchannel};
use crate::state::State;

/// A portal that may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its id as a client.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What it may read.
    pub scopes: ScopeSet,
    /// Since when.
    pub since: Timestamp,
}

/// The portals with access to what is kept of an account, by name: those with a live grant, and those that the person
/// once allowed to read and that need not ask again.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_account(
    state: &State,
    account: AccountId,
    language: Language,
    now: Timestamp,
) -> Result<Vec<Access>, Error> {
    let names = names(state, language).await?;
    let remembered = consents::of_account(&state.db, account).await?;
    let given = grants::of_account(&state.db, account, now).await?;
    let allowed = remembered.into_iter().map(|one| (one.client, one.scopes, one.given_at));
    let granted = given.into_iter().map(|one| (one.client, one.scopes, one.created_at));
    let mut all: BTreeMap<ClientId, Access> = BTreeMap::new();
    for (client, scopes, since) in allowed.chain(granted) {
        // What a client that is gone was once allowed, nobody reads any more.
        let Some(name) = names.get(&client) else { continue };
        let fresh =
            || Access { client: client.clone(), name: name.clone(), scopes: ScopeSet::default(), since };
        let access = all.entry(client.clone()).or_insert_with(fresh);
        access.scopes = access.scopes.and(&scopes);
        access.since = access.since.min(since);
    }
    let mut all: Vec<Access> = all.into_values().collect();
    all.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(all)
}

/// One of them, that a page names.
///
/// # Errors
/// [`Error::NotFound`] when it has no access (SE-10); or when rows cannot be read.
pub async fn one(
    state: &State,
    (session, client): (&Session, &str),
    language: Language,
    now: Timestamp,
) -> Result<Access, Error> {
    let all = of_account(state, session.account, language, now).await?;
    let found = all.into_iter().find(|access| access.client.as_str() == client);
    named(session, "portal", found.ok_or(Error::NotFound))
}

/// What each live client is called.
///
/// # Errors
/// When rows cannot be read.
pub async fn names(state: &State, language: Language) -> Result<BTreeMap<ClientId, String>, Error> {
    let rows = clients::all(&state.db).await?;
    let named = rows.into_iter().map(|row| {
        let name = row.registration.name.of(language).to_owned();
        (row.registration.id, name)
    });
    Ok(named.collect())
}

/// Takes back what a person allowed a client: it is forgotten, and every grant of the client ends, those included that
/// would have outlived the session. False when the client had no access.
///
/// # Errors
/// When rows cannot be written.
pub async fn withdraw(
    state: &State,
    visitor: &Visitor,
    (session, client): (&Session, &ClientId),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let account = session.account;
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let mut tx = state.db.begin().await?;
    let forgotten = consents::withdraw(&mut tx, account, client).await?;
    let ended = grants::end_of_client_for_account(&mut tx, account, client, ("withdrawn", cx.now)).await?;
    if !forgotten && ended.is_empty() {
        return Ok(false);
    }
    backchannel::tell(state, &mut tx, ended, cx).await?;
    let event = Event::consent_withdrawn(insurer, account, client.clone());
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(true)
}
