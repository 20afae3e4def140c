//! Accounts that their owners close: they end after a time in which one press keeps them.
//!
//! Until then nobody is signed in with them: a session of such an account is found here only. Afterwards nothing of the
//! person is left but what the law and the trail need: the account's own row, so that no `sub` ever means somebody else,
//! its ended memberships and factors without secrets, what it accepted, and the audit events. A chosen login ID is
//! nobody's for [`KEPT`] more, so that a stranger cannot pass for who had it; an address or an ID that an insurer gave
//! out is free at once, since only its owner can prove it.

use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{AccountId, InsurerCode, SessionId};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// How long nobody may choose the login ID of an account that has ended.
pub const KEPT: Duration = Duration::from_hours(365 * 24);

/// A browser that is signed in to an account that closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The session, which nothing else takes for one.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
    /// Under which insurer the session was begun.
    pub insurer: Option<InsurerCode>,
    /// When the account ends.
    pub ends_at: Timestamp,
}

/// Closes an account: it ends at `ends_at`. False when it was closed before.
///
/// # Errors
/// [`Error::Driver`].
pub async fn begin(tx: &mut Tx, id: AccountId, ends_at: Timestamp) -> Result<bool, Error> {
    let close =
        "update accounts set closing_at = $2 where id = $1 and closing_at is null and closed_at is null";
    Ok(tx.execute(sql(close).text(id).bind(ends_at)).await? == 1)
}

/// When an account ends that its owner closed; none when it stays, or has ended.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, id: AccountId) -> Result<Option<Timestamp>, Error> {
    let find = "select id, closing_at from accounts where id = $1 and closed_at is null";
    let row = db.fetch_optional(sql(find).text(id)).await?;
    Ok(row.map(|row| Named::new(&row, "accounts", "id").get("closing_at")).transpose()?.flatten())
}

/// The session of a cookie at an account that closes.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_cookie(db: &Db, cookie: Digest, now: Timestamp) -> Result<Option<Closing>, Error> {
    let find = "select s.id, s.account, s.insurer, a.closing_at
        from sessions s join accounts a on a.id = s.account
        where s.cookie = $1 and s.ended_at is null and s.ends_at > $2 and s.last_seen_at > $2 - s.idle_micros
            and a.closing_at is not null and a.closed_at is null
            and a.locked_at is null and a.suspended_at is null";
    let Some(row) = db.fetch_optional(sql(find).bind(cookie).bind(now)).await? else { return Ok(None) };
    let row = Named::new(&row, "sessions", "id");
    Ok(Some(Closing {
        session: row.parse("id")?,
        account: row.parse("account")?,
        insurer: row.parse_optional("insurer")?,
        ends_at: row.get("closing_at")?,
    }))
}

/// Keeps an account that was closed and has not ended. False when it was kept before, or has ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn keep(tx: &mut Tx, id: AccountId) -> Result<bool, Error> {
    let keep = "update accounts set closing_at = null
        where id = $1 and closing_at is not null and closed_at is null";
    Ok(tx.execute(sql(keep).text(id)).await? == 1)
}

/// The accounts whose time has come at `now`, the longest due first, so many at most.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn due(db: &Db, now: Timestamp, most: u32) -> Result<Vec<AccountId>, Error> {
    let find = "select id from accounts
        where closing_at is not null and closed_at is null and closing_at <= $1 order by closing_at limit $2";
    let rows = db.fetch_all(sql(find).bind(now).bind(i64::from(most))).await?;
    rows.iter().map(|row| Named::new(row, "accounts", "id").parse("id")).collect()
}

/// Ends an account whose time has come, and erases what is the person's. False when it was kept meanwhile, or has ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool, Error> {
    let close = "update accounts set closed_at = $2, nickname = ''
        where id = $1 and closing_at <= $2 and closed_at is null";
    if tx.execute(sql(close).text(id).bind(now)).await? == 0 {
        return Ok(false);
    }
    let ended = [
        "update sessions set ended_at = $2, end_reason = 'account closed' where account = $1 and ended_at is null",
        "update grants set ended_at = $2, end_reason = 'account closed' where account = $1 and ended_at is null",
        "update memberships set ended_at = $2 where account = $1 and ended_at is null",
        "update opt_ins set ended_at = $2 where account = $1 and ended_at is null",
        "update devices set ended_at = $2 where account = $1 and ended_at is null",
        "update undos set ended_at = $2 where account = $1 and ended_at is null",
        "update restorations set stopped_at = $2 where account = $1 and stopped_at is null",
    ];
    for statement in ended {
        tx.execute(sql(statement).text(id).bind(now)).await?;
    }
    let factors = "update factors set ended_at = $2, secret = $3 where account = $1 and ended_at is null";
    tx.execute(sql(factors).text(id).bind(now).bind(Vec::new())).await?;
    let erased = [
        "delete from identifiers where account = $1 and kind <> 'chosen'",
        "delete from contacts where account = $1",
        "delete from account_claims where account = $1",
        "update memberships set email = null, phone = null where account = $1",
        "update passkeys set name = '' where account = $1",
        "update undos set email = '' where account = $1",
        "update devices set user_agent = '' where account = $1",
        "update sessions set user_agent = '' where account = $1",
        "delete from consents where account = $1",
    ];
    for statement in erased {
        tx.execute(sql(statement).text(id)).await?;
    }
    Ok(true)
}
