//! Tries that are counted for certain although nobody is signed in, such as claims on a member record.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::factors::Reserved;
use crate::row::Named;

/// How many tries are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// So many tries …
    pub limit: i64,
    /// … and then none for so long. As long a pause before that forgets them, so that no stretch of this length ever
    /// sees more than `limit` (PW-13).
    pub within: Duration,
}

/// Counts a try of `kind` on `subject` before it is judged. Parallel tries are counted one by one.
///
/// `subject` must not be what a person typed: give a digest.
///
/// # Errors
/// [`Error::Driver`].
pub async fn reserve(
    db: &Db,
    insurer: &InsurerCode,
    (kind, subject): (&str, &str),
    window: Window,
    now: Timestamp,
) -> Result<Reserved, Error> {
    let reserve = "insert into attempts (insurer, kind, subject, failures, blocked_until, window_start)
        values ($1, $2, $3, 1, case when $4 <= 1 then $5 end, $6)
        on conflict (insurer, kind, subject) do update set
            failures = case when attempts.window_start <= $7 then 1 else attempts.failures + 1 end,
            blocked_until = case
                when case when attempts.window_start <= $7 then 1 else attempts.failures + 1 end >= $4 then $5
            end,
            window_start = $6
        where attempts.blocked_until is null or attempts.blocked_until <= $6
        returning failures";
    let statement = sql(reserve)
        .text(insurer)
        .bind(kind)
        .bind(subject)
        .bind(window.limit)
        .bind(now + window.within)
        .bind(now)
        .bind(now - window.within);
    if db.fetch_optional(statement).await?.is_some() {
        return Ok(Reserved::Go);
    }
    let find =
        "select subject, blocked_until from attempts where insurer = $1 and kind = $2 and subject = $3";
    let statement = sql(find).text(insurer).bind(kind).bind(subject);
    let Some(row) = db.fetch_optional(statement).await? else { return Ok(Reserved::Blocked(now)) };
    let until = Named::new(&row, "attempts", "subject").get::<Option<Timestamp>>("blocked_until")?;
    Ok(Reserved::Blocked(until.unwrap_or(now)))
}

/// Forgets the tries on `subject`, because one was right.
///
/// # Errors
/// [`Error::Driver`].
pub async fn clear(tx: &mut Tx, insurer: &InsurerCode, (kind, subject): (&str, &str)) -> Result<(), Error> {
    let clear = "delete from attempts where insurer = $1 and kind = $2 and subject = $3";
    tx.execute(sql(clear).text(insurer).bind(kind).bind(subject)).await?;
    Ok(())
}
