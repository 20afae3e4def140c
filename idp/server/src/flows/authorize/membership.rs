//! Under which of an account's memberships a request goes on.

use sekisho_domain::oidc::authorize::Asking;
use sekisho_domain::session::{Acr, MembershipRef, Session};
use sekisho_store::memberships;

use super::Failure;
use crate::flows::clients::highest;
use crate::state::State;

/// The session as a request sees it: under the account's membership at the insurer that is named, else under its own,
/// else under one that the client serves; and what is to be shown there at least, where that insurer's members show more
/// at sign-in than its own. None where the account `can` not show that much: it signs in there, and is told what it lacks.
///
/// # Errors
/// When rows cannot be read.
pub async fn under(
    state: &State,
    asking: &Asking,
    (session, can): (&Session, Acr),
) -> Result<Option<(Session, Option<Acr>)>, Failure> {
    let (named, own) = (asking.insurer(), session.membership.as_ref());
    if own.is_some_and(|own| named.is_none_or(|named| own.insurer == *named)) {
        return Ok(Some((session.clone(), None)));
    }
    let held = memberships::of_account(&state.db, session.account).await?;
    let served = |one: &&MembershipRef| asking.client().insurers.includes(&one.insurer);
    let there = held.iter().find(|one| named == Some(&one.insurer)).or(own);
    let Some(membership) = there.or_else(|| held.iter().find(served)) else {
        return Ok(Some((session.clone(), None)));
    };
    let Some(asks) = state.insurers.get(&membership.insurer).map(highest) else { return Ok(None) };
    let least = (own != Some(membership)).then_some(asks);
    let session = Session { membership: Some(membership.clone()), ..session.clone() };
    Ok(least.is_none_or(|least| least <= can || least <= session.acr()).then_some((session, least)))
}
