//! Introspection (RFC 7662): what a token says, told to whom it concerns.

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::jose::{Typ, sign};
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::introspection::{Introspection, Signed, may_hear};
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::refresh::{CAP, IDLE, RefreshToken};

use super::token::{Failure, confidential, proven};
use super::{Error, access};
use crate::keys;
use crate::state::State;

/// What is answered, in the form that the caller asked for.
pub enum Told {
    /// Plain.
    Plain(Introspection),
    /// Signed, as a compact JWS (RFC 9701).
    Signed(String),
}

/// Answers what the token of `params` is. The caller proves itself first; a public client cannot.
///
/// # Errors
/// [`Failure`], never for what is wrong with the token.
pub async fn answer(
    state: &State,
    (authorization, is_signed): (Option<&str>, bool),
    params: &Params,
    cx: &mut Cx,
) -> Result<Told, Failure> {
    let caller = confidential(state, authorization, params, cx).await?;
    let token = params.get("token").ok_or(ErrorCode::InvalidRequest.because("token is missing"))?;
    let answer = look(state, &caller, token, cx.now).await?;
    if !is_signed {
        return Ok(Told::Plain(answer));
    }
    let signer = state.keys.signer(caller.introspection_alg, cx.now)?;
    let signed = Signed::new(&state.issuer, &caller, answer, cx.now);
    Ok(Told::Signed(sign(&signer, Typ::Introspection, &signed).map_err(keys::Error::from)?))
}

/// What a token says. What kind it is shows in the token; a hint would tell nothing more (RFC 7662 §2.1).
async fn look(state: &State, caller: &Client, token: &str, now: Timestamp) -> Result<Introspection, Error> {
    let told = if RefreshToken::is_meant(token) {
        refresh(state, caller, token, now).await?
    } else {
        let read = access::read(state, token, now).await?.filter(|token| may_hear(caller, token));
        match read {
            Some(token) if access::stands(state, &token, now).await? => {
                Some(Introspection::of_access(&token))
            }
            _ => None,
        }
    };
    Ok(told.unwrap_or_else(Introspection::inactive))
}

async fn refresh(
    state: &State,
    caller: &Client,
    token: &str,
    now: Timestamp,
) -> Result<Option<Introspection>, Error> {
    let Some(proven) = proven(state, token).await? else { return Ok(None) };
    if proven.family.client != caller.id || proven.family.generation != proven.token.generation {
        return Ok(None);
    }
    let Some(standing) = access::behind(state, proven.token.grant, now).await? else { return Ok(None) };
    let ends_at = (standing.grant.created_at + CAP).min(standing.used_at + IDLE);
    if ends_at <= now {
        return Ok(None);
    }
    let sub = state.keys.name(&caller.subject, standing.grant.account);
    Ok(Some(Introspection::of_refresh(&state.issuer, &standing.grant, sub, ends_at)))
}
