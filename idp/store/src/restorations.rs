//! Second factors that are lost and to be replaced, once their owner had time to object.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{AccountId, InsurerCode, RestorationId};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A wish to replace a lost second factor.
#[derive(Clone, Debug)]
pub struct New {
    /// Its id.
    pub id: RestorationId,
    /// Under which insurer it was said.
    pub insurer: InsurerCode,
    /// Whose factor it is.
    pub account: AccountId,
    /// The digest of the token that stops it.
    pub stop: Digest,
    /// The digest of the token that begins it.
    pub start: Digest,
    /// The message that waits with that token.
    pub letter: String,
    /// When it was said.
    pub asked_at: Timestamp,
    /// From when on the factor may be replaced.
    pub ready_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A wish that is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restoration {
    /// Its id.
    pub id: RestorationId,
    /// Under which insurer it was said.
    pub insurer: InsurerCode,
    /// Whose factor it is.
    pub account: AccountId,
    /// The message that waits with the token that begins it.
    pub letter: String,
    /// From when on the factor may be replaced.
    pub ready_at: Timestamp,
}

/// Stores a wish. Older ones of the account are stopped, and given back: their messages must not leave any more.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn insert(tx: &mut Tx, new: &New) -> Result<Vec<Restoration>, Error> {
    let older = stop_all(tx, new.account, new.asked_at).await?;
    let insert = "insert into restorations
            (id, insurer, account, stop, start, letter, asked_at, ready_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let statement = sql(insert)
        .text(new.id)
        .text(&new.insurer)
        .text(new.account)
        .bind(new.stop)
        .bind(new.start)
        .bind(&new.letter)
        .bind(new.asked_at)
        .bind(new.ready_at)
        .bind(new.expires_at);
    tx.execute(statement).await?;
    Ok(older)
}

/// Stops every open wish of an account, and gives them back.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn stop_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<Vec<Restoration>, Error> {
    let stop = "update restorations set stopped_at = $2
        where account = $1 and stopped_at is null and used_at is null and expires_at > $2
        returning id, insurer, account, letter, ready_at";
    let rows = tx.fetch_all(sql(stop).text(account).bind(now)).await?;
    rows.iter().map(|row| restoration(&Named::new(row, "restorations", "id"))).collect()
}

/// The open wish that a token stops. Looking changes nothing (RC-06).
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find_stop(db: &Db, stop: Digest, now: Timestamp) -> Result<Option<Restoration>, Error> {
    let find = "select id, insurer, account, letter, ready_at from restorations
        where stop = $1 and stopped_at is null and used_at is null and expires_at > $2";
    found(db.fetch_optional(sql(find).bind(stop).bind(now)).await?.as_ref())
}

/// The open wish that a token begins, once its time has come.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find_start(db: &Db, start: Digest, now: Timestamp) -> Result<Option<Restoration>, Error> {
    let find = "select id, insurer, account, letter, ready_at from restorations
        where start = $1 and stopped_at is null and used_at is null and ready_at <= $2 and expires_at > $2";
    found(db.fetch_optional(sql(find).bind(start).bind(now)).await?.as_ref())
}

/// Stops an open wish: it is given to the first who does, and to nobody after.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn stop(tx: &mut Tx, stop: Digest, now: Timestamp) -> Result<Option<Restoration>, Error> {
    let update = "update restorations set stopped_at = $2
        where stop = $1 and stopped_at is null and used_at is null and expires_at > $2
        returning id, insurer, account, letter, ready_at";
    found(tx.fetch_optional(sql(update).bind(stop).bind(now)).await?.as_ref())
}

/// Uses a wish up, whose time has come and that nobody stopped. False when it is not open any more.
///
/// # Errors
/// [`Error::Driver`].
pub async fn spend(tx: &mut Tx, id: RestorationId, now: Timestamp) -> Result<bool, Error> {
    let spend = "update restorations set used_at = $2
        where id = $1 and stopped_at is null and used_at is null and ready_at <= $2";
    Ok(tx.execute(sql(spend).text(id).bind(now)).await? == 1)
}

fn found(row: Option<&sekisho_site::db::Row>) -> Result<Option<Restoration>, Error> {
    row.map(|row| restoration(&Named::new(row, "restorations", "id"))).transpose()
}

fn restoration(row: &Named<'_>) -> Result<Restoration, Error> {
    Ok(Restoration {
        id: row.parse("id")?,
        insurer: row.parse("insurer")?,
        account: row.parse("account")?,
        letter: row.get("letter")?,
        ready_at: row.get("ready_at")?,
    })
}
