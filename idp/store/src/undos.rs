//! Changes of an address that can be undone by whoever reads the one before.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A change that can be undone until `expires_at`.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// The digest of the token that undoes it.
    pub token: Digest,
    /// Under which insurer it was made.
    pub insurer: &'a InsurerCode,
    /// Whose address it was.
    pub account: AccountId,
    /// The address before.
    pub email: &'a Email,
    /// When it was changed.
    pub made_at: Timestamp,
    /// Until when it can be undone.
    pub expires_at: Timestamp,
}

/// A change that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// Under which insurer it was made.
    pub insurer: InsurerCode,
    /// Whose address it was.
    pub account: AccountId,
    /// The address before.
    pub email: Email,
    /// When it was changed.
    pub made_at: Timestamp,
}

/// Stores a change.
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), Error> {
    let insert = "insert into undos (token, insurer, account, email, made_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let statement = sql(insert)
        .bind(new.token)
        .text(new.insurer)
        .text(new.account)
        .bind(new.email.as_str())
        .bind(new.made_at)
        .bind(new.expires_at);
    tx.execute(statement).await?;
    Ok(())
}

/// The change that a token undoes. Looking changes nothing (RC-06).
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, token: Digest, now: Timestamp) -> Result<Option<Undo>, Error> {
    let find = "select token, insurer, account, email, made_at from undos
        where token = $1 and used_at is null and ended_at is null and expires_at > $2";
    db.fetch_optional(sql(find).bind(token).bind(now)).await?.map(|row| undo(&row)).transpose()
}

/// Uses a token up: it is given to the first who does, and to nobody after. Whatever else could be undone for the
/// account ends with it: what a stranger changed must not come back by the stranger's own link.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn spend(tx: &mut Tx, token: Digest, now: Timestamp) -> Result<Option<Undo>, Error> {
    let spend = "update undos set used_at = $2
        where token = $1 and used_at is null and ended_at is null and expires_at > $2
        returning token, insurer, account, email, made_at";
    let Some(row) = tx.fetch_optional(sql(spend).bind(token).bind(now)).await? else { return Ok(None) };
    let spent = undo(&row)?;
    end_all_of(tx, spent.account, now).await?;
    Ok(Some(spent))
}

/// Ends everything that could be undone for an account.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end_all_of(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), Error> {
    let end = "update undos set ended_at = $2 where account = $1 and used_at is null and ended_at is null";
    tx.execute(sql(end).text(account).bind(now)).await?;
    Ok(())
}

fn undo(row: &Row) -> Result<Undo, Error> {
    let row = Named::by_digest(row, "undos", "token");
    let email: String = row.get("email")?;
    Ok(Undo {
        insurer: row.parse("insurer")?,
        account: row.parse("account")?,
        email: Email::parse(&email).map_err(|_| row.damaged("email"))?,
        made_at: row.get("made_at")?,
    })
}
