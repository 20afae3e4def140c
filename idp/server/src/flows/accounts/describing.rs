//! What an office tells relying parties of a person beyond the record.

use sekisho_base::Cx;
use sekisho_domain::particular::{Particular, Particulars};
use sekisho_store::account_claims;

use super::{Found, record};
use crate::flows::Error;
use crate::state::State;

/// What changes: each with its value, as [`Particular::read`] gave it, or with none to take it back.
pub type Changes = Vec<(Particular, Option<String>)>;

/// What is told of an account.
///
/// # Errors
/// When rows cannot be read.
pub async fn told(state: &State, found: &Found) -> Result<Particulars, Error> {
    Ok(account_claims::of_account(&state.db, found.account.id).await?)
}

/// Tells something else of an account. False when all of it was so before; then nothing is recorded either.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn describe(
    state: &State,
    found: &Found,
    (changes, reason): (Changes, &str),
    cx: &mut Cx,
) -> Result<bool, Error> {
    let before = told(state, found).await?;
    let new = |(particular, value): &(Particular, Option<String>)| before.get(particular) != value.as_ref();
    let fresh: Changes = changes.into_iter().filter(new).collect();
    if fresh.is_empty() {
        return Ok(false);
    }
    let id = found.account.id;
    let mut tx = state.db.begin().await?;
    for (particular, value) in fresh {
        if let Some(value) = value {
            account_claims::put(&mut tx, id, (particular, &value), cx.now).await?;
        } else {
            account_claims::clear(&mut tx, id, particular).await?;
        }
    }
    // What is told is the person's own; the trail has only that it changed.
    record(state, &mut tx, found, ("described", reason), cx).await?;
    tx.commit().await?;
    Ok(true)
}
