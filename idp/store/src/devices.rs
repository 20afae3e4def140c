//! Browsers in which somebody arrived as an account.
//!
//! A device is known by the account and by the digest of its browser's cookie. It has its own counter of wrong
//! passwords beside that of the factor: what strangers try elsewhere does not reach it.

use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{AccountId, DeviceId, InsurerCode, SessionId};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::factors::{HARD_STOP, NEVER, Reserved};
use crate::row::Named;

/// So long without a sign-in makes a device a stranger: no browser keeps a cookie for longer (RFC 6265bis §5.5).
pub const LIFE: Duration = Duration::from_hours(400 * 24);

/// What a device is known by: whose, and the digest of its browser's cookie.
pub type Key = (AccountId, Digest);

/// A device that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What the browser called itself at the last sign-in.
    pub user_agent: String,
    /// The first sign-in.
    pub first_seen_at: Timestamp,
    /// The last sign-in.
    pub last_seen_at: Timestamp,
    /// Until when it spares its owner the second factor, and at which insurer; as it was promised.
    pub remembered: Option<(InsurerCode, Timestamp)>,
    /// The digest of its browser's cookie.
    pub digest: Digest,
}

/// A device at which an account arrives.
pub struct Arrival<'a> {
    /// The id that it gets, should it be new.
    pub id: DeviceId,
    /// Whose, and where.
    pub key: Key,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Notes that an account arrived in a browser, and gives the device's id: the one offered when the account was never
/// here before, or so long ago that it is a stranger.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn meet(tx: &mut Tx, arrival: Arrival<'_>) -> Result<DeviceId, Error> {
    let meet = "insert into devices (id, account, digest, user_agent, first_seen_at, last_seen_at, failures)
        values ($1, $2, $3, $4, $5, $5, 0)
        on conflict (digest, account) where ended_at is null
            do update set user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at
        returning id";
    let (account, digest) = arrival.key;
    let stranger = "update devices set ended_at = $3
        where digest = $1 and account = $2 and ended_at is null and last_seen_at <= $4";
    let statement = sql(stranger).bind(digest).text(account).bind(arrival.at).bind(arrival.at - LIFE);
    tx.execute(statement).await?;
    let agent: String = arrival.user_agent.chars().filter(|c| !c.is_control()).take(256).collect();
    let statement = sql(meet).text(arrival.id).text(account).bind(digest).bind(agent).bind(arrival.at);
    let row = tx.fetch_one(statement).await?;
    Named::new(&row, "devices", "id").parse("id")
}

/// Moves all devices of a browser to another cookie: a secret that was not given out for an account is never adopted
/// for it (SE-01).
///
/// # Errors
/// [`Error::Driver`].
pub async fn rekey(tx: &mut Tx, old: Digest, new: Digest) -> Result<(), Error> {
    let rekey = "update devices set digest = $2 where digest = $1 and ended_at is null";
    tx.execute(sql(rekey).bind(old).bind(new)).await?;
    Ok(())
}

/// A device, if it is known at `now`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, (account, digest): Key, now: Timestamp) -> Result<Option<Device>, Error> {
    let find = "select id, user_agent, first_seen_at, last_seen_at, remembered_by, remembered_until, digest
        from devices where digest = $1 and account = $2 and ended_at is null and last_seen_at > $3";
    let statement = sql(find).bind(digest).text(account).bind(now - LIFE);
    let row = db.fetch_optional(statement).await?;
    row.map(|row| device(&row)).transpose()
}

/// Whether the account of a name is known in a browser at `now`: one look, whether anybody has the name or not.
///
/// # Errors
/// [`Error::Driver`].
pub async fn knows(db: &Db, digest: Digest, folded: &str, now: Timestamp) -> Result<bool, Error> {
    let find = "select d.id from devices d join identifiers i on i.account = d.account
        where d.digest = $1 and d.ended_at is null and d.last_seen_at > $3 and i.folded = $2";
    let row = db.fetch_optional(sql(find).bind(digest).bind(folded).bind(now - LIFE)).await?;
    Ok(row.is_some())
}

/// The known devices of an account, the one used last first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId, now: Timestamp) -> Result<Vec<Device>, Error> {
    let find = "select id, user_agent, first_seen_at, last_seen_at, remembered_by, remembered_until, digest
        from devices where account = $1 and ended_at is null and last_seen_at > $2
        order by last_seen_at desc, id";
    let rows = db.fetch_all(sql(find).text(account).bind(now - LIFE)).await?;
    rows.iter().map(device).collect()
}

/// Counts a try of the password before it is judged, as [`crate::factors::reserve_attempt`] does; none when the device
/// is not known.
///
/// # Errors
/// [`Error::Driver`].
pub async fn reserve_attempt(
    db: &Db,
    (account, digest): Key,
    now: Timestamp,
    limit: i64,
    rest: Duration,
) -> Result<Option<Reserved>, Error> {
    let reserve = "update devices set
            failures = failures + 1,
            blocked_until = case
                when failures + 1 >= $3 then $4
                when (failures + 1) % $5 = 0 then $2 + ($6 << cast(case
                    when (failures + 1) / $5 > 6 then 6 else (failures + 1) / $5 - 1 end as integer))
            end
        where digest = $1 and account = $7 and ended_at is null and last_seen_at > $8
            and failures < $3 and (blocked_until is null or blocked_until <= $2)
        returning id";
    let statement = sql(reserve)
        .bind(digest)
        .bind(now)
        .bind(HARD_STOP)
        .bind(NEVER)
        .bind(limit.max(1))
        .bind(i64::try_from(rest.as_micros()).unwrap_or(i64::MAX >> 7))
        .text(account)
        .bind(now - LIFE);
    if db.fetch_optional(statement).await?.is_some() {
        return Ok(Some(Reserved::Go));
    }
    let find = "select id, blocked_until from devices
        where digest = $1 and account = $2 and ended_at is null and last_seen_at > $3";
    let statement = sql(find).bind(digest).text(account).bind(now - LIFE);
    let Some(row) = db.fetch_optional(statement).await? else { return Ok(None) };
    let until = Named::new(&row, "devices", "id").get::<Option<Timestamp>>("blocked_until")?;
    // A right password may have lifted the block since: then the next try will go ahead.
    Ok(Some(Reserved::Blocked(until.unwrap_or(now))))
}

/// The password was right on a device: its failures are forgotten. False when the device is not known.
///
/// # Errors
/// [`Error::Driver`].
pub async fn succeed(tx: &mut Tx, (account, digest): Key, now: Timestamp) -> Result<bool, Error> {
    let clear = "update devices set failures = 0, blocked_until = null
        where digest = $1 and account = $2 and ended_at is null and last_seen_at > $3";
    Ok(tx.execute(sql(clear).bind(digest).text(account).bind(now - LIFE)).await? == 1)
}

/// Forgets the failures and rests of an account's devices.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget_failures(tx: &mut Tx, account: AccountId) -> Result<(), Error> {
    let forget =
        "update devices set failures = 0, blocked_until = null where account = $1 and ended_at is null";
    tx.execute(sql(forget).text(account)).await?;
    Ok(())
}

/// Lets a device spare its owner the second factor at an insurer, until `until`.
///
/// # Errors
/// [`Error::Driver`].
pub async fn remember(
    tx: &mut Tx,
    id: DeviceId,
    insurer: &InsurerCode,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let remember = "update devices set remembered_by = $2, remembered_at = $3, remembered_until = $4
        where id = $1 and ended_at is null";
    tx.execute(sql(remember).text(id).text(insurer).bind(now).bind(until)).await?;
    Ok(())
}

/// Whether a device spares its owner the second factor at an insurer: it was remembered after `since`, its time is not
/// over, and no password, phone, app or passkey of the account came or went since then (MF-14).
///
/// # Errors
/// [`Error::Driver`].
pub async fn is_remembered(
    db: &Db,
    (account, digest): Key,
    insurer: &InsurerCode,
    (since, now): (Timestamp, Timestamp),
) -> Result<bool, Error> {
    let find = "select d.id from devices d where d.digest = $1 and d.account = $2 and d.ended_at is null
            and d.remembered_by = $3 and d.remembered_at > $4 and d.remembered_until > $5
            and not exists (select 1 from factors f where f.account = d.account and f.kind <> 'recovery'
                and (f.created_at >= d.remembered_at or f.ended_at >= d.remembered_at))";
    let statement = sql(find).bind(digest).text(account).text(insurer).bind(since).bind(now);
    Ok(db.fetch_optional(statement).await?.is_some())
}

/// Makes a device of an account unknown. False when it is not the account's, or was unknown before.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget(tx: &mut Tx, account: AccountId, id: DeviceId, now: Timestamp) -> Result<bool, Error> {
    let forget = "update devices set ended_at = $3 where id = $1 and account = $2 and ended_at is null";
    Ok(tx.execute(sql(forget).text(id).text(account).bind(now)).await? == 1)
}

/// Makes the device unknown on which a session is used.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget_of_session(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<(), Error> {
    let forget = "update devices set ended_at = $2
        where id = (select s.device from sessions s where s.id = $1) and ended_at is null";
    tx.execute(sql(forget).text(session).bind(now)).await?;
    Ok(())
}

/// Makes all devices of an account unknown, but that of the browser `except`.
///
/// # Errors
/// [`Error::Driver`].
pub async fn forget_all(
    tx: &mut Tx,
    account: AccountId,
    except: Option<Digest>,
    now: Timestamp,
) -> Result<u64, Error> {
    let forget = "update devices set ended_at = $3 where account = $1 and ended_at is null and digest <> $2";
    // No digest is empty.
    let except = except.map_or_else(Vec::new, |digest| digest.as_bytes().to_vec());
    Ok(tx.execute(sql(forget).text(account).bind(except).bind(now)).await?)
}

fn device(row: &sekisho_site::db::Row) -> Result<Device, Error> {
    let row = Named::new(row, "devices", "id");
    let (by, until) = (row.parse_optional("remembered_by")?, row.get("remembered_until")?);
    Ok(Device {
        id: row.parse("id")?,
        user_agent: row.get("user_agent")?,
        first_seen_at: row.get("first_seen_at")?,
        last_seen_at: row.get("last_seen_at")?,
        remembered: by.zip(until),
        digest: row.get("digest")?,
    })
}
