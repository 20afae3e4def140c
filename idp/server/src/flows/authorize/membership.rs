//! Under which of an account's memberships a request goes on.

use sekisho_domain::oidc::authorize::Asking;
use sekisho_domain::session::{MembershipRef, Session};
use sekisho_store::memberships;

use super::Failure;
use crate::flows::clients::highest;
use crate::state::State;

/// The session as a request sees it: under the account's membership at the insurer that is named, else under its own,
/// else under one that the client serves. None where that insurer's members show more at sign-in than the session
/// does: they sign in there first.
///
/// # Errors
/// When rows cannot be read.
pub async fn under(state: &State, asking: &Asking, session: &Session) -> Result<Option<Session>, Failure> {
    let (named, own) = (asking.insurer(), session.membership.as_ref());
    if own.is_some_and(|own| named.is_none_or(|named| own.insurer == *named)) {
        return Ok(Some(session.clone()));
    }
    let held = memberships::of_account(&state.db, session.account).await?;
    let served = |one: &&MembershipRef| asking.client().insurers.includes(&one.insurer);
    let there = held.iter().find(|one| named == Some(&one.insurer)).or(own);
    let Some(membership) = there.or_else(|| held.iter().find(served)) else {
        return Ok(Some(session.clone()));
    };
    let asks = state.insurers.get(&membership.insurer).map(highest);
    let is_enough = own == Some(membership) || asks.is_some_and(|asks| session.acr() >= asks);
    Ok(is_enough.then(|| Session { membership: Some(membership.clone()), ..session.clone() }))
}
