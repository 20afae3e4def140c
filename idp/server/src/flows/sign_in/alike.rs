//! An ID that was given out is refused alike, whether somebody has registered with it or nobody has.

use sekisho_base::Cx;
use sekisho_domain::journey::{Facts, Kind, Reason, Refusal, Want};

use super::super::{Error, facts};
use super::Outcome;
use crate::flows::visitor::Visitor;
use crate::state::State;

/// Refuses who is known by a name. Where the name was given out and the records are elsewhere, they are asked as for an
/// ID that nobody has registered with: neither the time it takes nor the words, while nobody answers, tell the two apart.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn refused(
    state: &State,
    visitor: &Visitor,
    (name, kind): (&str, Kind),
    refusal: Outcome,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let insurer = state.insurers.reserving(name).filter(|insurer| insurer.activate().is_some());
    let Some(insurer) = insurer.filter(|_| kind == Kind::Login) else { return Ok(refusal) };
    if !state.directory(&insurer.code)?.is_elsewhere() {
        return Ok(refusal);
    }
    match facts::gather(state, visitor, insurer, Want::Given(name.to_owned()), cx).await? {
        Facts::Unavailable => Ok(unavailable()),
        _ => Ok(refusal),
    }
}

/// The answer while the records cannot be asked.
pub fn unavailable() -> Outcome {
    Outcome::Refused(vec![Refusal::page(Reason::Unavailable)])
}
