//! The token endpoint: a code becomes a grant, and the grant's first tokens.

use std::time::Duration;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::jose::{Alg, Typ, sign};
use sekisho_domain::oidc::access_token::AccessToken;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::code::{self, Code, Presented, Redeemed};
use sekisho_domain::oidc::error::{self, ErrorCode};
use sekisho_domain::oidc::id_token::IdToken;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::token::{self, Caller, Request, Tokens};
use sekisho_store::fleeting::{Pass, Rate};
use sekisho_store::grants::{self, Spent};
use sekisho_store::{audit, clients};

use super::Error;
use crate::keys;
use crate::state::State;

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller is not believed to be the client.
    #[error("{}", .0.error)]
    Caller(token::Failure),
    /// The request is refused.
    #[error(transparent)]
    Refused(#[from] error::Error),
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<token::Failure> for Failure {
    fn from(failure: token::Failure) -> Self {
        Self::Caller(failure)
    }
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<sekisho_site::db::Error> for Failure {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<keys::Error> for Failure {
    fn from(error: keys::Error) -> Self {
        Self::Flow(error.into())
    }
}

/// Answers a request for tokens. `authorization` is the header of that name.
///
/// # Errors
/// [`Failure`]: who calls is judged before what for, and both before anything is spent.
pub async fn answer(
    state: &State,
    authorization: Option<&str>,
    params: &Params,
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let client = caller(state, authorization, params, cx).await?;
    match Request::read(params)? {
        Request::Code { code, redirect_uri, verifier } => {
            let presented = Presented {
                client: &client.id,
                redirect_uri: redirect_uri.as_deref(),
                verifier: verifier.as_deref(),
            };
            let redeemed = open(state, &code)?.redeem(presented, state.epoch, cx)?;
            from_code(state, &client, redeemed, cx).await
        }
    }
}

async fn caller(
    state: &State,
    authorization: Option<&str>,
    params: &Params,
    cx: &mut Cx,
) -> Result<Client, Failure> {
    let caller = Caller::read(authorization, params)?;
    let id = caller.id().clone();
    let client = clients::find(&state.db, &id).await?;
    match (caller.authenticate(client.as_ref()), client) {
        (Ok(()), Some(client)) => Ok(client),
        (Ok(()), None) => Err(ErrorCode::InvalidClient.because("the client is not registered").into()),
        (Err(failure), known) => {
            if known.is_some() {
                note_refusal(state, id, cx).await?;
            }
            Err(failure.into())
        }
    }
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

fn open(state: &State, sealed: &str) -> Result<Code, Failure> {
    let unknown = ErrorCode::InvalidGrant.because("the code is not one of ours");
    state.ring.open_json_text(code::SEAL, sealed).map_err(|_| unknown.into())
}

/// Spends the code in one transaction, and signs before it begins.
async fn from_code(
    state: &State,
    client: &Client,
    redeemed: Redeemed,
    cx: &mut Cx,
) -> Result<Tokens, Failure> {
    let Redeemed { digest, grant, nonce } = redeemed;
    let sub = state.keys.name(&client.subject, grant.account);
    let access = AccessToken::new(&state.issuer, &grant, sub.clone(), cx);
    let access = sign(&*state.keys.signer(Alg::Es256, cx.now)?, Typ::AccessToken, &access)
        .map_err(keys::Error::from)?;
    let id = IdToken::new(&state.issuer, &grant, sub, nonce, cx.now);
    let id =
        sign(&*state.keys.signer(client.id_token_alg, cx.now)?, Typ::Jwt, &id).map_err(keys::Error::from)?;

    let insurer = grant.membership.insurer.clone();
    let mut tx = state.db.begin().await?;
    if let Spent::Replayed(former) = grants::insert(&mut tx, &grant, digest).await? {
        let event = Event::code_replayed(insurer, client.id.clone(), former);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
        tx.commit().await?;
        return Err(ErrorCode::InvalidGrant.because("the code was used before").into());
    }
    // Since the code was issued the person may have signed out, or been suspended.
    let standing = grants::standing_in(&mut tx, grant.id, cx.now).await?;
    if standing.is_none() || state.insurers.get(&insurer).is_none() {
        tx.rollback().await?;
        return Err(ErrorCode::InvalidGrant.because("the sign-in that the code is for has ended").into());
    }
    let event = Event::token_issued(insurer, grant.account, client.id.clone(), grant.id);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(Tokens::new(access, id, &grant.scopes))
}
