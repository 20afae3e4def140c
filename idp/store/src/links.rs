//! Mailed links: each is known by its digest and works once.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::JourneyId;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A link to be mailed.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The digest of its token.
    pub digest: Digest,
    /// The journey it leads to.
    pub journey: JourneyId,
    /// What it is for.
    pub purpose: &'a str,
    /// Whom it is about, where a journey that asks for the same person again supersedes this one
    /// ([`crate::journeys::supersede`]).
    pub subject: Option<Digest>,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// A mailed link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The journey it leads to.
    pub journey: JourneyId,
    /// What it is for.
    pub purpose: String,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// Stores a link. Only the newest of a journey and purpose lives (RC-02).
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), Error> {
    let older = "delete from links where journey = $1 and purpose = $2 and used_at is null";
    tx.execute(sql(older).text(new.journey).bind(new.purpose)).await?;
    let insert =
        "insert into links (digest, journey, purpose, subject, expires_at) values ($1, $2, $3, $4, $5)";
    let statement = sql(insert)
        .bind(new.digest)
        .text(new.journey)
        .bind(new.purpose)
        .bind(new.subject)
        .bind(new.expires_at);
    tx.execute(statement).await?;
    Ok(())
}

/// A link that still works at `now`. Looking spends nothing (RC-06).
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, digest: Digest, now: Timestamp) -> Result<Option<Link>, Error> {
    let find = "select digest, journey, purpose, expires_at from links
        where digest = $1 and used_at is null and expires_at > $2";
    let row = db.fetch_optional(sql(find).bind(digest).bind(now)).await?;
    row.map(|row| link(&Named::by_digest(&row, "links", "digest"))).transpose()
}

/// Spends a link: it is given to the first who does, and to nobody after.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn spend(tx: &mut Tx, digest: Digest, now: Timestamp) -> Result<Option<Link>, Error> {
    let spend = "update links set used_at = $2 where digest = $1 and used_at is null and expires_at > $2
        returning digest, journey, purpose, expires_at";
    let row = tx.fetch_optional(sql(spend).bind(digest).bind(now)).await?;
    row.map(|row| link(&Named::by_digest(&row, "links", "digest"))).transpose()
}

fn link(row: &Named<'_>) -> Result<Link, Error> {
    let (journey, purpose) = (row.parse("journey")?, row.get("purpose")?);
    Ok(Link { journey, purpose, expires_at: row.get("expires_at")? })
}
