//! Deliveries: what an insurer has sent, and the one that is under way.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, Tx, sql};

use super::{Error, damaged};
use crate::rules::intake::Counts;
use crate::rules::month::Month;
use crate::rules::year::Delivered;

/// An import that has not moved for so long has lost its process.
const LOST: Duration = Duration::from_mins(10);
/// How long the statements of an import may take.
pub(super) const PATIENCE: Duration = Duration::from_mins(30);

/// A delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import<'a> {
    /// Whose.
    pub insurer: &'a str,
    /// Its number among the insurer's, from 1.
    pub number: i64,
}

/// Begins an import, unless another of the insurer is running. What lost ones have left is taken away.
///
/// # Errors
/// What the database says.
pub async fn begin<'a>(db: &Db, insurer: &'a str, now: Timestamp) -> Result<Option<Import<'a>>, Error> {
    let mut tx = db.begin().await?;
    tx.allow(PATIENCE).await?;
    let lost = sql("update imports set ended_at = $2, outcome = 'lost' \
         where insurer = $1 and ended_at is null and alive_at < $3");
    tx.execute(lost.bind(insurer).bind(now).bind(now - LOST)).await?;
    let left = sql("delete from staging where insurer = $1 and import in \
         (select number from imports where insurer = $1 and ended_at is not null)");
    tx.execute(left.bind(insurer)).await?;
    let insert = sql("insert into imports (insurer, number, started_at, alive_at) \
         select cast($1 as text), coalesce(max(number), 0) + 1, cast($2 as bigint), cast($2 as bigint) \
         from imports where insurer = $1 on conflict do nothing returning number");
    let row = tx.fetch_optional(insert.bind(insurer).bind(now)).await?;
    tx.commit().await?;
    Ok(row.map(|row| row.get("number")).transpose()?.map(|number| Import { insurer, number }))
}

/// Says that an import lives.
pub(super) async fn alive(tx: &mut Tx, import: Import<'_>, now: Timestamp) -> Result<(), Error> {
    let update = sql("update imports set alive_at = $3 where insurer = $1 and number = $2");
    tx.execute(update.bind(import.insurer).bind(import.number).bind(now)).await?;
    Ok(())
}

/// Ends an import with its outcome. False when it was taken for lost meanwhile: then nothing of it may be committed.
///
/// # Errors
/// What the database says.
pub async fn end(
    tx: &mut Tx,
    import: Import<'_>,
    (outcome, counts): (&str, &Counts),
    now: Timestamp,
) -> Result<bool, Error> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let update =
        sql("update imports set ended_at = $3, outcome = $4, read = $5, refused = $6, outdated = $7, \
         added = $8, corrections = $9, changed = $10, known = $11 \
         where insurer = $1 and number = $2 and ended_at is null");
    let update = update
        .bind(import.insurer)
        .bind(import.number)
        .bind(now)
        .bind(outcome)
        .bind(number(counts.read))
        .bind(number(counts.refused))
        .bind(number(counts.outdated))
        .bind(number(counts.added))
        .bind(number(counts.corrections))
        .bind(number(counts.changed))
        .bind(number(counts.known));
    Ok(tx.execute(update).await? == 1)
}

/// The months that an insurer has delivered so far; none before its first delivery.
///
/// # Errors
/// What the database says, or that a row cannot be read.
pub async fn delivered(db: &Db, insurer: &str) -> Result<Option<Delivered>, Error> {
    let query = sql("select min(since) as since, max(until) as until from imports \
                     where insurer = $1 and outcome = 'merged'");
    let row = db.fetch_one(query.bind(insurer)).await?;
    let month = |number: Option<i64>| {
        number.map(|number| Month::from_number(number).ok_or_else(|| damaged("imports", insurer))).transpose()
    };
    let (since, until) = (month(row.get("since")?)?, month(row.get("until")?)?);
    Ok(since.zip(until).map(|(since, until)| Delivered { since, until }))
}

/// The deliveries that were merged since `since` and not announced to everybody yet: insurer and number.
///
/// # Errors
/// What the database says.
pub async fn unannounced(db: &Db, since: Timestamp) -> Result<Vec<(String, i64)>, Error> {
    let query = sql("select insurer, number from imports where outcome = 'merged' and announced_at is null \
         and ended_at >= $1 order by insurer, number");
    let rows = db.fetch_all(query.bind(since)).await?;
    rows.iter().map(|row| Ok((row.get("insurer")?, row.get("number")?))).collect()
}

/// Notes that a delivery was announced to everybody.
///
/// # Errors
/// What the database says.
pub async fn note_announced(db: &Db, import: Import<'_>, now: Timestamp) -> Result<(), Error> {
    let update = sql("update imports set announced_at = $3 where insurer = $1 and number = $2 \
         and announced_at is null");
    db.execute(update.bind(import.insurer).bind(import.number).bind(now)).await?;
    Ok(())
}
