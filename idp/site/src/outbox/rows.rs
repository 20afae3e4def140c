//! The rows of the outbox.

use std::time::Duration;

use sekisho_base::{Cx, Timestamp};

use super::bounds::Room;
use super::{Intent, Lane, OutboxId};
use crate::db::{Db, Error, Row, Tx, sql};

/// How long a claim holds without an answer. Longer than any sender waits, so that a row is sent twice only if its
/// sender died.
pub(super) const CLAIM: Duration = Duration::from_mins(2);
/// How long a dead letter is kept.
const DEAD_KEPT: Duration = Duration::from_hours(30 * 24);

/// Where a row's payload belongs, for its seal.
pub(super) fn place(id: OutboxId) -> String {
    format!("outbox.payload:{id}")
}

pub(super) async fn insert(
    tx: &mut Tx,
    id: OutboxId,
    intent: &Intent,
    (payload, now): (Vec<u8>, Timestamp),
) -> Result<(), Error> {
    tx.execute(
        sql(
            "insert into outbox (id, kind, lane, target, payload, created_at, expires_at, due_at, attempts) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
        )
        .text(id)
        .bind(intent.kind)
        .bind(intent.lane.as_str())
        .bind(plain(&intent.target))
        .bind(payload)
        .bind(now)
        .bind(intent.expires_at)
        .bind(intent.due_at.unwrap_or(now)),
    )
    .await?;
    if tx.is_postgres() {
        tx.fetch_all(sql("select pg_notify('outbox', '')")).await?;
    }
    Ok(())
}

/// Deletes a row that has not left.
pub(super) async fn delete(tx: &mut Tx, id: OutboxId) -> Result<bool, Error> {
    Ok(tx.execute(sql("delete from outbox where id = $1 and claim is null").text(id)).await? == 1)
}

/// A target as it is counted: lower case, without what separates the list of full ones or is a wildcard there.
fn plain(target: &str) -> String {
    target.to_ascii_lowercase().replace(['|', '%', '_'], "-")
}

/// A row that is ours to send until the claim runs out.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) id: OutboxId,
    pub(super) kind: String,
    pub(super) lane: Lane,
    pub(super) target: String,
    pub(super) payload: Vec<u8>,
    pub(super) expires_at: Timestamp,
    /// This try's number, from 1.
    pub(super) attempts: i64,
    claim: String,
}

/// The two texts differ in the one branch of dialect: on `PostgreSQL` whoever claims passes over what another is just
/// claiming. `SQLite` has one writer, so nobody is.
macro_rules! claim_text {
    ($skip:literal) => {
        concat!(
            "update outbox set claimed_until = $1, claim = $2, attempts = attempts + 1 \
             where id = (select id from outbox where lane = $3 and dead_at is null and due_at <= $4 \
             and expires_at > $4 and (claimed_until is null or claimed_until <= $4) \
             and $5 not like '%|' || target || '|%' and ($6 = '' or $6 like '%|' || target || '|%') \
             order by due_at limit 1",
            $skip,
            ") returning id, kind, target, payload, expires_at, attempts"
        )
    };
}

/// Whether something of `lane` is due: asked before claiming, so that an idle outbox leaves the one writer alone.
async fn any_due(db: &Db, lane: Lane, now: Timestamp) -> Result<bool, Error> {
    let row = db
        .fetch_optional(
            sql("select id from outbox where lane = $1 and dead_at is null and due_at <= $2 and expires_at > $2 \
                 and (claimed_until is null or claimed_until <= $2) limit 1")
            .bind(lane.as_str())
            .bind(now),
        )
        .await?;
    Ok(row.is_some())
}

/// Claims the row of `lane` that has been due longest, of those whose target has room.
pub(super) async fn claim(db: &Db, lane: Lane, room: &Room, cx: &mut Cx) -> Result<Option<Claimed>, Error> {
    if !any_due(db, lane, cx.now).await? {
        return Ok(None);
    }
    let claim = OutboxId::draw(cx).to_string();
    let text = if db.is_postgres() { claim_text!(" for update skip locked") } else { claim_text!("") };
    let statement = sql(text).bind(cx.now + CLAIM).bind(&claim).bind(lane.as_str()).bind(cx.now);
    let statement = statement.bind(room.full.as_str()).bind(room.only.as_str());
    let Some(row) = db.fetch_optional(statement).await? else { return Ok(None) };
    Ok(Some(Claimed {
        id: row.parse("id")?,
        kind: row.get("kind")?,
        lane,
        target: row.get("target")?,
        payload: row.get("payload")?,
        expires_at: row.get("expires_at")?,
        attempts: row.get("attempts")?,
        claim,
    }))
}

impl Claimed {
    /// Erases what was delivered.
    pub(super) async fn delivered(&self, db: &Db) -> Result<(), Error> {
        db.execute(sql("delete from outbox where id = $1 and claim = $2").text(self.id).bind(&self.claim))
            .await
            .map(drop)
    }

    /// Lets it be tried again from `due_at` on.
    pub(super) async fn again(&self, db: &Db, due_at: Timestamp) -> Result<(), Error> {
        db.execute(
            sql("update outbox set claim = null, claimed_until = null, due_at = $3 where id = $1 and claim = $2")
                .text(self.id)
                .bind(&self.claim)
                .bind(due_at),
        )
        .await
        .map(drop)
    }

    /// Gives it up, for `reason`.
    pub(super) async fn dead(&self, db: &Db, now: Timestamp, reason: &str) -> Result<(), Error> {
        db.execute(
            sql("update outbox set claim = null, claimed_until = null, dead_at = $3, reason = $4 \
                 where id = $1 and claim = $2")
            .text(self.id)
            .bind(&self.claim)
            .bind(now)
            .bind(reason),
        )
        .await
        .map(drop)
    }
}

/// Erases what has expired unsent, the content of dead letters that have expired, and dead letters of long ago. Counts
/// the first.
pub(super) async fn sweep(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let expired = db
        .execute(
            sql("delete from outbox where expires_at <= $1 and dead_at is null \
                 and (claimed_until is null or claimed_until <= $1)")
            .bind(now),
        )
        .await?;
    db.execute(
        sql("update outbox set payload = null where expires_at <= $1 and dead_at is not null \
             and payload is not null")
        .bind(now),
    )
    .await?;
    db.execute(sql("delete from outbox where expires_at <= $1 and dead_at <= $1").bind(now - DEAD_KEPT))
        .await?;
    Ok(expired)
}

/// Something that could not be delivered, as an operator sees it.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The row.
    pub id: OutboxId,
    /// What it is.
    pub kind: String,
    /// The host or domain it was for.
    pub target: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was given up.
    pub dead_at: Timestamp,
    /// Why.
    pub reason: String,
}

/// All dead letters, the newest first.
///
/// # Errors
/// What keeps the rows from being read.
pub async fn dead_letters(db: &Db) -> Result<Vec<DeadLetter>, Error> {
    let rows = db
        .fetch_all(sql("select id, kind, target, attempts, dead_at, reason from outbox \
                        where dead_at is not null order by dead_at desc, id"))
        .await?;
    rows.iter().map(dead_letter).collect()
}

fn dead_letter(row: &Row) -> Result<DeadLetter, Error> {
    Ok(DeadLetter {
        id: row.parse("id")?,
        kind: row.get("kind")?,
        target: row.get("target")?,
        attempts: row.get("attempts")?,
        dead_at: row.get("dead_at")?,
        reason: row.get("reason")?,
    })
}

/// Lets a dead letter be tried afresh; false when there is none that could still be sent.
///
/// # Errors
/// What keeps the row from being written.
pub async fn requeue(db: &Db, id: OutboxId, now: Timestamp) -> Result<bool, Error> {
    let changed = db
        .execute(
            sql("update outbox set dead_at = null, reason = null, attempts = 0, due_at = $2 \
                 where id = $1 and dead_at is not null and payload is not null and expires_at > $2")
            .text(id)
            .bind(now),
        )
        .await?;
    db.wake().notify();
    Ok(changed == 1)
}
