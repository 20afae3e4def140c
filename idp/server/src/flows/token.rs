//! The token endpoint: a code, a refresh token or a client's own proof becomes tokens.
//!
//! What must stay true: who calls is judged before what for, and both before anything is spent; what is spent is spent in
//! the transaction that says whether everything it depends on still lives; tokens are signed after that transaction, so
//! that of a hundred callers with one code one costs a signature.

mod caller;
mod code;
mod mint;
mod refresh;

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::oidc::access_token::AccessToken;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::error;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_domain::oidc::token::{self, Offer, Request, Tokens, audience};
use sekisho_store::audit;

use super::Error;
use crate::keys;
use crate::state::State;

pub(super) use caller::{confidential, known};
pub(super) use refresh::proven;

/// Why there is no answer.
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
    let client = known(state, authorization, params, cx).await?;
    let Request { offer, resources } = Request::read(params)?.by(&client)?;
    match offer {
        Offer::Code(redemption) => code::redeem(state, &client, (redemption, &resources), cx).await,
        Offer::Refresh(refreshing) => refresh::turn(state, &client, (refreshing, &resources), cx).await,
        Offer::Client => own(state, &client, &resources, cx).await,
    }
}

/// A client in its own name (RFC 6749 §4.4): there is no person, no grant and nothing to renew.
async fn own(state: &State, client: &Client, resources: &[String], cx: &mut Cx) -> Result<Tokens, Failure> {
    let audience = audience::of_client(client, &state.issuer, resources)?;
    let token = AccessToken::of_client(&state.issuer, client, audience, cx);
    let access = mint::access(state, client, &token, cx)?;
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, Event::token_issued_to_client(client.id.clone()), cx).await?;
    tx.commit().await?;
    Ok(Tokens::new(access, &ScopeSet::default()))
}
