//! What a person can show: passwords, phones, apps.

use std::time::Duration;

use secrecy::SecretString;
use sekisho_base::Timestamp;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// So many wrong tries in a row end a factor's use until its owner sets it up anew (NIST SP 800-63B-4 §3.2.2; MF-03).
pub const HARD_STOP: i64 = 100;

/// When a factor that met the hard stop may be tried again: 9999-01-01.
pub const NEVER: Timestamp = Timestamp::from_seconds(253_370_764_800);

/// Whether a try may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// It may, and was counted as a failure until it turns out right.
    Go,
    /// None may be made before this moment.
    Blocked(Timestamp),
}

/// A factor at rest.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: FactorId,
    /// Whose it is.
    pub account: AccountId,
    /// What it is.
    pub kind: FactorKind,
    /// A password's Argon2id hash in PHC form; everything else sealed.
    pub secret: Vec<u8>,
    /// The last used step of an authenticator app.
    pub last_step: Option<i64>,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was last right.
    pub last_used_at: Option<Timestamp>,
}

/// A factor to be stored.
#[derive(Clone)]
pub struct New<'a> {
    /// Its id.
    pub id: FactorId,
    /// Whose it will be.
    pub account: AccountId,
    /// What it is.
    pub kind: FactorKind,
    /// What makes it work, as it rests.
    pub secret: &'a [u8],
    /// The step with which an authenticator app was set up: it cannot be used again.
    pub last_step: Option<i64>,
    /// When it was set up.
    pub at: Timestamp,
}

/// Stores a factor.
///
/// # Errors
/// [`Error::Conflict`] when it is a second live password, or [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), Error> {
    let insert = "insert into factors (id, account, kind, secret, failures, last_step, created_at)
        values ($1, $2, $3, $4, 0, $5, $6) on conflict do nothing";
    let statement = sql(insert)
        .text(new.id)
        .text(new.account)
        .bind(new.kind.as_str())
        .bind(new.secret)
        .bind(new.last_step)
        .bind(new.at);
    if tx.execute(statement).await? == 1 { Ok(()) } else { Err(Error::Conflict { what: "factors.account" }) }
}

/// The live factors of an account, oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<Row>, Error> {
    let find = "select id, account, kind, secret, last_step, created_at, last_used_at from factors
        where account = $1 and ended_at is null order by created_at, id";
    let rows = db.fetch_all(sql(find).text(account)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "factors", "id");
            Ok(Row {
                id: row.parse("id")?,
                account: row.parse("account")?,
                kind: row.parse("kind")?,
                secret: row.get("secret")?,
                last_step: row.get("last_step")?,
                created_at: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
            })
        })
        .collect()
}

/// The hash of a live password, in PHC form; none when it has ended.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn password_hash(db: &Db, id: FactorId) -> Result<Option<SecretString>, Error> {
    let find = "select id, secret from factors where id = $1 and kind = 'password' and ended_at is null";
    let Some(row) = db.fetch_optional(sql(find).text(id)).await? else { return Ok(None) };
    let row = Named::new(&row, "factors", "id");
    let hash = String::from_utf8(row.get("secret")?).map_err(|_| row.damaged("secret"))?;
    Ok(Some(hash.into()))
}

/// Counts a try before it is judged: of any number of parallel tries, `limit` go ahead. Then the factor rests for
/// `rest`, after as many more for twice as long, and so on up to 64 times; [`HARD_STOP`] ends it.
///
/// # Errors
/// [`Error::Driver`].
pub async fn reserve_attempt(
    db: &Db,
    id: FactorId,
    now: Timestamp,
    limit: i64,
    rest: Duration,
) -> Result<Reserved, Error> {
    let reserve = "update factors set
            failures = failures + 1,
            blocked_until = case
                when failures + 1 >= $3 then $4
                when (failures + 1) % $5 = 0 then $2 + ($6 << cast(case
                    when (failures + 1) / $5 > 6 then 6 else (failures + 1) / $5 - 1 end as integer))
            end
        where id = $1 and ended_at is null and failures < $3 and (blocked_until is null or blocked_until <= $2)
        returning id";
    let statement = sql(reserve)
        .text(id)
        .bind(now)
        .bind(HARD_STOP)
        .bind(NEVER)
        .bind(limit.max(1))
        .bind(i64::try_from(rest.as_micros()).unwrap_or(i64::MAX >> 7));
    if db.fetch_optional(statement).await?.is_some() {
        return Ok(Reserved::Go);
    }
    let find = "select id, blocked_until from factors where id = $1 and ended_at is null";
    let Some(row) = db.fetch_optional(sql(find).text(id)).await? else { return Ok(Reserved::Blocked(NEVER)) };
    let until = Named::new(&row, "factors", "id").get::<Option<Timestamp>>("blocked_until")?;
    // A right answer may have lifted the block since: then the next try will go ahead.
    Ok(Reserved::Blocked(until.unwrap_or(now)))
}

/// A factor was right: its failures are forgotten.
///
/// # Errors
/// [`Error::Driver`].
pub async fn succeed(tx: &mut Tx, id: FactorId, now: Timestamp) -> Result<(), Error> {
    let clear = "update factors set failures = 0, blocked_until = null, last_used_at = $2
        where id = $1 and ended_at is null";
    tx.execute(sql(clear).text(id).bind(now)).await?;
    Ok(())
}

/// A factor was right where its tries are counted elsewhere: when is noted, and failures are forgotten while they are
/// fewer than `limit`.
///
/// # Errors
/// [`Error::Driver`].
pub async fn note_use(tx: &mut Tx, id: FactorId, limit: i64, now: Timestamp) -> Result<(), Error> {
    let note =
        "update factors set last_used_at = $2, failures = case when failures < $3 then 0 else failures end
        where id = $1 and ended_at is null";
    tx.execute(sql(note).text(id).bind(now).bind(limit)).await?;
    Ok(())
}

/// Remembers a step of an authenticator app as used. True for the first who shows it; false for it again, for an
/// earlier one, and for a factor that has ended (MF-01, MF-02).
///
/// # Errors
/// [`Error::Driver`].
pub async fn use_totp_step(tx: &mut Tx, id: FactorId, step: i64) -> Result<bool, Error> {
    let advance = "update factors set last_step = $2
        where id = $1 and ended_at is null and (last_step is null or last_step < $2)";
    Ok(tx.execute(sql(advance).text(id).bind(step)).await? == 1)
}

/// Replaces what a factor rests as by another form of the same secret, such as a hash of the present cost. False when
/// it was replaced meanwhile.
///
/// # Errors
/// [`Error::Driver`].
pub async fn restate(tx: &mut Tx, id: FactorId, seen: &[u8], secret: &[u8]) -> Result<bool, Error> {
    let replace = "update factors set secret = $3 where id = $1 and secret = $2 and ended_at is null";
    Ok(tx.execute(sql(replace).text(id).bind(seen).bind(secret)).await? == 1)
}

/// Ends a factor and erases its secret. False when it had ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end(tx: &mut Tx, id: FactorId, now: Timestamp) -> Result<bool, Error> {
    let end = "update factors set ended_at = $2, secret = $3 where id = $1 and ended_at is null";
    Ok(tx.execute(sql(end).text(id).bind(now).bind(Vec::new())).await? == 1)
}

/// Ends the live password of an account, unless it was chosen after `shown_at`. False when there is none to end: who
/// proved something before that is too late with it.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end_password(
    tx: &mut Tx,
    account: AccountId,
    shown_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    let end = "update factors set ended_at = $3, secret = $4
        where account = $1 and kind = 'password' and ended_at is null and created_at <= $2";
    let statement = sql(end).text(account).bind(shown_at).bind(now).bind(Vec::new());
    Ok(tx.execute(statement).await? == 1)
}

/// Ends every factor of an account that was set up at a moment or after it, and erases their secrets. Gives their kinds.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn end_since(
    tx: &mut Tx,
    account: AccountId,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<FactorKind>, Error> {
    let end = "update factors set ended_at = $3, secret = $4
        where account = $1 and created_at >= $2 and ended_at is null returning id, kind";
    let rows = tx.fetch_all(sql(end).text(account).bind(since).bind(now).bind(Vec::new())).await?;
    rows.iter().map(|row| Named::new(row, "factors", "id").parse("kind")).collect()
}

/// Whether a factor lives and its account may be used; both stay so until the transaction ends, as far as the factor
/// goes.
///
/// # Errors
/// [`Error::Driver`].
pub async fn hold(tx: &mut Tx, id: FactorId) -> Result<bool, Error> {
    let hold = "update factors set last_used_at = last_used_at
        where id = $1 and ended_at is null and exists (select 1 from accounts a where a.id = factors.account
            and a.locked_at is null and a.suspended_at is null and a.closed_at is null)";
    Ok(tx.execute(sql(hold).text(id)).await? == 1)
}

/// How a live factor stands, without what makes it work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: FactorKind,
    /// Tries that were not followed by a right one.
    pub failures: i64,
    /// Until when it rests.
    pub blocked_until: Option<Timestamp>,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was shown last.
    pub last_used_at: Option<Timestamp>,
}

/// How the live factors of an account stand, oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn standing(db: &Db, account: AccountId) -> Result<Vec<Standing>, Error> {
    let find = "select id, kind, failures, blocked_until, created_at, last_used_at from factors
        where account = $1 and ended_at is null order by created_at, id";
    let rows = db.fetch_all(sql(find).text(account)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "factors", "id");
            Ok(Standing {
                kind: row.parse("kind")?,
                failures: row.get("failures")?,
                blocked_until: row.get("blocked_until")?,
                created_at: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
            })
        })
        .collect()
}

/// Forgets the failures and rests of an account's factors.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget_failures(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    let forget =
        "update factors set failures = 0, blocked_until = null where account = $1 and ended_at is null";
    tx.execute(sql(forget).text(account)).await?;
    Ok(())
}

/// The kinds of an account's live factors, in the midst of a change.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn kinds(tx: &mut Tx, account: AccountId) -> Result<Vec<FactorKind>, Error> {
    let find = "select id, kind from factors where account = $1 and ended_at is null order by id";
    let rows = tx.fetch_all(sql(find).text(account)).await?;
    rows.iter().map(|row| Named::new(row, "factors", "id").parse("kind")).collect()
}

/// Ends all live factors of some kinds, and erases their secrets. Gives how many there were.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end_kinds(
    tx: &mut Tx,
    account: AccountId,
    kinds: &[FactorKind],
    now: Timestamp,
) -> Result<u64, Error> {
    let end = "update factors set ended_at = $3, secret = $4
        where account = $1 and kind = $2 and ended_at is null";
    let mut ended = 0;
    for kind in kinds {
        let statement = sql(end).text(account).bind(kind.as_str()).bind(now).bind(Vec::new());
        ended += tx.execute(statement).await?;
    }
    Ok(ended)
}
