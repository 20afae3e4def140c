//! Tries that are counted for certain although nobody is signed in, such as claims on a member record.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::ids::InsurerCode;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::factors::Reserved;
use crate::row::Named;

/// How many tries are allowed, and how long a subject rests after more: longer each time, yet never so long that a
/// stranger's tries could keep its owner away.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// After so many tries …
    pub limit: i64,
    /// … the subject rests for so long; each further try after a rest doubles the next one …
    pub rest: Duration,
    /// … up to this.
    pub longest: Duration,
    /// So long without a try forgets all of them.
    pub forget_after: Duration,
}

impl Window {
    /// After how many further tries rests no longer grow.
    fn doublings(&self) -> u32 {
        let (rest, longest) = (self.rest.as_micros().max(1), self.longest.as_micros());
        (0..MOST_DOUBLINGS).find(|power| rest << power >= longest).unwrap_or(MOST_DOUBLINGS)
    }
}

/// A microsecond doubled so often is more than a century.
const MOST_DOUBLINGS: u32 = 52;

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
                when attempts.window_start <= $7 then case when $4 <= 1 then $5 end
                when attempts.failures + 1 >= $4 + $9 then $8
                when attempts.failures + 1 >= $4
                    then $6 + ($10 << cast(attempts.failures + 1 - $4 as integer))
            end,
            window_start = $6
        where attempts.blocked_until is null or attempts.blocked_until <= $6
        returning failures";
    let statement = sql(reserve)
        .text(insurer)
        .bind(kind)
        .bind(subject)
        .bind(window.limit.max(1))
        .bind(now + window.rest.min(window.longest))
        .bind(now)
        .bind(now - window.forget_after)
        .bind(now + window.longest)
        .bind(window.doublings())
        .bind(i64::try_from(window.rest.as_micros()).unwrap_or(i64::MAX));
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

/// Gives a try back that [`reserve`] counted and nothing could judge, and with it the rest that it began. Tries that were
/// reserved meanwhile stay counted.
///
/// # Errors
/// [`Error::Driver`].
pub async fn give_back(db: &Db, insurer: &InsurerCode, (kind, subject): (&str, &str)) -> Result<(), Error> {
    let give_back = "update attempts set failures = failures - 1, blocked_until = null
        where insurer = $1 and kind = $2 and subject = $3 and failures > 0";
    db.execute(sql(give_back).text(insurer).bind(kind).bind(subject)).await?;
    Ok(())
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
