//! Access tokens as they come back: whether one is ours, and whether what it stands on still lives.

use sekisho_base::Timestamp;
use sekisho_domain::ids::GrantId;
use sekisho_domain::oidc::access_token::{AccessToken, OPAQUE, SEAL};
use sekisho_store::grants::{self, Standing};
use sekisho_store::{clients, spent};

use super::Error;
use crate::state::State;

/// Under which kind a revoked token's `jti` is remembered until the token would have expired.
pub(super) const REVOKED: &str = "access_token";

/// A token that is ours and whose time has not run out, unless it was revoked.
///
/// # Errors
/// When rows cannot be read.
pub(super) async fn read(state: &State, text: &str, now: Timestamp) -> Result<Option<AccessToken>, Error> {
    let token = match text.strip_prefix(OPAQUE) {
        Some(sealed) => state.ring.open_json_text(SEAL, sealed).ok(),
        None => AccessToken::signed(text, &state.keys.verifiers(now)),
    };
    let Some(token) = token.filter(|token| token.is_live(&state.issuer, now)) else { return Ok(None) };
    let (digest, _) = token.revocation();
    Ok((!spent::is_spent(&state.db, REVOKED, digest).await?).then_some(token))
}

/// What stands behind a grant's token: the grant and all it depends on, the insurer included (TK-12).
///
/// # Errors
/// When rows cannot be read.
pub(super) async fn behind(state: &State, grant: GrantId, now: Timestamp) -> Result<Option<Standing>, Error> {
    let standing = grants::standing(&state.db, grant, now).await?;
    Ok(standing.filter(|standing| state.insurers.get(&standing.grant.membership.insurer).is_some()))
}

/// Whether everything that a token stands on still lives.
///
/// # Errors
/// When rows cannot be read.
pub(super) async fn stands(state: &State, token: &AccessToken, now: Timestamp) -> Result<bool, Error> {
    match token.grant() {
        Some(grant) => Ok(behind(state, grant, now).await?.is_some()),
        None => Ok(clients::find(&state.db, token.client()).await?.is_some()),
    }
}
