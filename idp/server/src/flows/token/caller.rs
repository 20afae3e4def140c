//! Who calls: the client, as far as it proves to be itself.

use std::time::Duration;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::{Client, Credential};
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::token::{Caller, Grounds, Single};
use sekisho_store::fleeting::{Pass, Rate};
use sekisho_store::{audit, clients, spent};

use super::Failure;
use crate::client_keys::Away;
use crate::flows::Error;
use crate::state::State;

/// Under which kind an assertion's `jti` is spent.
const ASSERTION: &str = "client_assertion";

/// The client that calls. `authorization` is the header of that name. An assertion is spent by this (TK-07).
///
/// # Errors
/// [`Failure::Caller`] when it does not prove itself in the way it registered.
pub(crate) async fn known(
    state: &State,
    authorization: Option<&str>,
    params: &Params,
    cx: &mut Cx,
) -> Result<Client, Failure> {
    let caller = Caller::read(authorization, params)?;
    let id = caller.id().clone();
    let client = match clients::find(&state.db, &id).await? {
        Some(client) => Some(with_keys(state, client, &caller, cx).await),
        None => None,
    };
    let grounds = Grounds { issuer: &state.issuer, now: cx.now };
    match (caller.authenticate(client.as_ref(), grounds), client) {
        (Ok(single), Some(client)) if spend(state, single).await? => Ok(client),
        (Ok(Some(_)), Some(_)) => {
            note_refusal(state, id, cx).await?;
            Err(ErrorCode::InvalidClient.because("the assertion was used before").into())
        }
        (Ok(_), _) => Err(ErrorCode::InvalidClient.because("the client is not registered").into()),
        (Err(failure), known) => {
            if known.is_some() {
                note_refusal(state, id, cx).await?;
            }
            Err(failure.into())
        }
    }
}

/// The client with the keys that it publishes, where the caller shows something that one of them signed. They are asked
/// for outside of any transaction; where they cannot be had, nothing proves the client.
async fn with_keys(state: &State, client: Client, caller: &Caller, cx: &Cx) -> Client {
    let Credential::KeysAt { uri, alg } = &client.credential else { return client };
    if !caller.asserts() {
        return client;
    }
    match state.client_keys.keys(uri, *alg, caller.key().as_deref(), cx.now).await {
        Ok(keys) => Client { credential: Credential::Keys(keys), ..client },
        Err(Away) => client,
    }
}

/// As [`known`], of a client that can keep a secret: what public clients ask, anybody could ask (TK-09).
///
/// # Errors
/// As [`known`]; also for a public client.
pub(crate) async fn confidential(
    state: &State,
    authorization: Option<&str>,
    params: &Params,
    cx: &mut Cx,
) -> Result<Client, Failure> {
    let client = known(state, authorization, params, cx).await?;
    if client.is_confidential() {
        Ok(client)
    } else {
        Err(ErrorCode::InvalidClient.because("a client without secret or key is not answered here").into())
    }
}

/// Of any number of calls with one assertion one goes on: the database decides.
async fn spend(state: &State, single: Option<Single>) -> Result<bool, Error> {
    let Some(single) = single else { return Ok(true) };
    let mut tx = state.db.begin().await?;
    let is_first = spent::once(&mut tx, ASSERTION, single.digest, single.until).await?;
    tx.commit().await?;
    Ok(is_first)
}

/// Records that somebody failed to prove to be a client: of many such calls a few, since strangers must not be able to
/// fill the trail. Of clients that nobody registered, nothing is recorded.
async fn note_refusal(state: &State, id: ClientId, cx: &mut Cx) -> Result<(), Error> {
    let few = Rate { limit: 10, within: Duration::from_mins(1) };
    if let Pass::Wait { .. } = state.fleeting.count(&format!("client_refused:{id}"), few, cx.now).await {
        return Ok(());
    }
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, Event::client_refused(id, "refused"), cx).await?;
    Ok(tx.commit().await?)
}
