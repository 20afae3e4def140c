//! Revocation (RFC 7009): a client gives a token back.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::refresh::RefreshToken;
use sekisho_store::{audit, grants, spent};

use super::token::{Failure, known, proven};
use super::{Error, access};
use crate::state::State;

/// Takes the token of `params` back. A refresh token takes its grant and all access tokens of that along; an access token
/// goes alone. What is not the caller's own, or no token at all, is left as it is and not told apart (RFC 7009 §2.2).
///
/// # Errors
/// [`Failure`], never for what is wrong with the token.
pub async fn answer(
    state: &State,
    authorization: Option<&str>,
    params: &Params,
    cx: &mut Cx,
) -> Result<(), Failure> {
    let caller = known(state, authorization, params, cx).await?;
    let token = params.get("token").ok_or(ErrorCode::InvalidRequest.because("token is missing"))?;
    if RefreshToken::is_meant(token) {
        refresh(state, &caller, token, cx).await?;
    } else {
        single(state, &caller, token, cx).await?;
    }
    Ok(())
}

async fn refresh(state: &State, caller: &Client, token: &str, cx: &mut Cx) -> Result<(), Error> {
    let Some(proven) = proven(state, token).await? else { return Ok(()) };
    if proven.family.client != caller.id {
        return Ok(());
    }
    let grant = proven.token.grant;
    let mut tx = state.db.begin().await?;
    if grants::end(&mut tx, grant, "revoked", cx.now).await? {
        let event = Event::token_revoked(caller.id.clone(), "refresh", Some(grant));
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    Ok(tx.commit().await?)
}

async fn single(state: &State, caller: &Client, token: &str, cx: &mut Cx) -> Result<(), Error> {
    let Some(token) = access::read(state, token, cx.now).await? else { return Ok(()) };
    if *token.client() != caller.id {
        return Ok(());
    }
    let (digest, until) = token.revocation();
    let mut tx = state.db.begin().await?;
    if spent::once(&mut tx, access::REVOKED, digest, until).await? {
        let event = Event::token_revoked(caller.id.clone(), "access", token.grant());
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    Ok(tx.commit().await?)
}
