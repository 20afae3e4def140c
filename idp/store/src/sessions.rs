//! Signed-in browsers.
//!
//! A session is found only while it may be used: neither idle too long, nor past its end, nor ended, and its account
//! in good standing. A membership that ended is no longer the session's.

use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{AccountId, DeviceId, SessionId};
use sekisho_domain::session::{Event, Session};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::memberships;
use crate::row::Named;

/// `last_seen_at` is written at most this often.
const MINUTE: Duration = Duration::from_mins(1);

/// Stores a new session under the digest of its cookie.
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, session: &Session, cookie: Digest, user_agent: &str) -> Result<(), Error> {
    let insert =
        "insert into sessions (id, cookie, account, insurer, membership, events, language, user_agent,
            created_at, last_seen_at, idle_micros, ends_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let membership = session.membership.as_ref();
    let agent: String = user_agent.chars().filter(|c| !c.is_control()).take(256).collect();
    let statement = sql(insert)
        .text(session.id)
        .bind(cookie)
        .text(session.account)
        .bind(membership.map(|membership| membership.insurer.to_string()))
        .bind(membership.map(|membership| membership.id.to_string()))
        .bind(events(&session.events))
        .bind(session.language.tag())
        .bind(agent)
        .bind(session.created_at)
        .bind(session.last_seen_at)
        .bind(i64::try_from(session.idle.as_micros()).unwrap_or(i64::MAX))
        .bind(session.ends_at);
    tx.execute(statement).await?;
    Ok(())
}

macro_rules! find_where {
    ($condition:literal) => {
        concat!(
            "select s.id, s.account, s.events, s.language, s.created_at, s.last_seen_at, s.idle_micros, s.ends_at,
                s.user_agent, m.insurer, m.id as membership, m.person_key
            from sessions s
            join accounts a on a.id = s.account
            left join memberships m on m.insurer = s.insurer and m.id = s.membership and m.ended_at is null
            where ",
            $condition,
            " and s.ended_at is null and s.ends_at > $2 and s.last_seen_at > $2 - s.idle_micros
                and a.locked_at is null and a.suspended_at is null and a.closed_at is null
                and a.closing_at is null"
        )
    };
}

/// The session of a cookie, if it may be used at `now`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find_by_cookie(db: &Db, cookie: Digest, now: Timestamp) -> Result<Option<Session>, Error> {
    let find = sql(find_where!("s.cookie = $1")).bind(cookie).bind(now);
    db.fetch_optional(find).await?.map(|row| session(&row)).transpose()
}

/// The session of an id, if it may be used at `now`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, id: SessionId, now: Timestamp) -> Result<Option<Session>, Error> {
    let find = sql(find_where!("s.id = $1")).text(id).bind(now);
    db.fetch_optional(find).await?.map(|row| session(&row)).transpose()
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The session.
    pub session: Session,
    /// What the browser called itself when it began, cut to 256 characters.
    pub agent: String,
}

/// The sessions of an account that may be used at `now`, the last used first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId, now: Timestamp) -> Result<Vec<Seen>, Error> {
    let find = concat!(find_where!("s.account = $1"), " order by s.last_seen_at desc, s.id desc");
    let rows = db.fetch_all(sql(find).text(account).bind(now)).await?;
    rows.iter()
        .map(|row| {
            let agent = Named::new(row, "sessions", "id").get("user_agent")?;
            Ok(Seen { session: session(row)?, agent })
        })
        .collect()
}

/// Whose a session is or was.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn owner(db: &Db, id: SessionId) -> Result<Option<AccountId>, Error> {
    let row = db.fetch_optional(sql("select id, account from sessions where id = $1").text(id)).await?;
    row.map(|row| Named::new(&row, "sessions", "id").parse("account")).transpose()
}

/// Notes that a session was used, at most once a minute. Give it the session as it was found.
///
/// # Errors
/// [`Error::Driver`].
pub async fn touch(db: &Db, session: &Session, now: Timestamp) -> Result<(), Error> {
    if now.since(session.last_seen_at) < MINUTE {
        return Ok(());
    }
    // Of parallel requests one writes.
    let touch =
        "update sessions set last_seen_at = $2 where id = $1 and ended_at is null and last_seen_at <= $3";
    db.execute(sql(touch).text(session.id).bind(now).bind(now - MINUTE)).await?;
    Ok(())
}

/// A gain of assurance: the session after it, and the cookie it is known by from then on.
pub struct Gain<'a> {
    /// The digest of the cookie with which the gain began.
    pub seen: Digest,
    /// The digest of the new cookie.
    pub cookie: Digest,
    /// The session as it goes on; its account and its beginning stay.
    pub session: &'a Session,
}

/// Writes a gain of assurance; the cookie before it is unknown from then on (SE-01). False when the session ended or
/// gained otherwise meanwhile.
///
/// # Errors
/// [`Error::Driver`].
pub async fn add_event_rotate(tx: &mut Tx, gain: Gain<'_>) -> Result<bool, Error> {
    let rotate = "update sessions set cookie = $3, events = $4, insurer = $5, membership = $6, language = $7,
            last_seen_at = $8, idle_micros = $9, ends_at = $10
        where id = $1 and cookie = $2 and ended_at is null";
    let Gain { seen, cookie, session } = gain;
    let membership = session.membership.as_ref();
    let statement = sql(rotate)
        .text(session.id)
        .bind(seen)
        .bind(cookie)
        .bind(events(&session.events))
        .bind(membership.map(|membership| membership.insurer.to_string()))
        .bind(membership.map(|membership| membership.id.to_string()))
        .bind(session.language.tag())
        .bind(session.last_seen_at)
        .bind(i64::try_from(session.idle.as_micros()).unwrap_or(i64::MAX))
        .bind(session.ends_at);
    Ok(tx.execute(statement).await? == 1)
}

/// Notes on which device a session is used.
///
/// # Errors
/// [`Error::Driver`].
pub async fn put_on(tx: &mut Tx, id: SessionId, device: DeviceId) -> Result<(), Error> {
    tx.execute(sql("update sessions set device = $2 where id = $1").text(id).text(device)).await?;
    Ok(())
}

/// The sessions of an account on a device that have not ended.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn on(tx: &mut Tx, account: AccountId, device: DeviceId) -> Result<Vec<SessionId>, Error> {
    let find = "select id from sessions where account = $1 and device = $2 and ended_at is null";
    let rows = tx.fetch_all(sql(find).text(account).text(device)).await?;
    rows.iter().map(|row| Named::new(row, "sessions", "id").parse("id")).collect()
}

/// How many sessions of an account live at `now`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn live(db: &Db, account: AccountId, now: Timestamp) -> Result<u64, Error> {
    let count = "select count(*) as live from sessions
        where account = $1 and ended_at is null and ends_at > $2 and last_seen_at + idle_micros > $2";
    let row = db.fetch_one(sql(count).text(account).bind(now)).await?;
    let live: i64 = Named::new(&row, "sessions", "live").get("live")?;
    Ok(u64::try_from(live).unwrap_or(0))
}

/// Whether a session may be used at `now`; it cannot end until the transaction does.
///
/// # Errors
/// [`Error::Driver`].
pub async fn hold(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<bool, Error> {
    let hold = "update sessions set ends_at = ends_at
        where id = $1 and ended_at is null and ends_at > $2 and last_seen_at > $2 - idle_micros";
    Ok(tx.execute(sql(hold).text(id).bind(now)).await? == 1)
}

/// Ends a session. False when it had ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end(tx: &mut Tx, id: SessionId, reason: &'static str, now: Timestamp) -> Result<bool, Error> {
    let end = "update sessions set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null";
    Ok(tx.execute(sql(end).text(id).bind(now).bind(reason)).await? == 1)
}

/// Ends a session of an account. False when it is another's, or had ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end_of(
    tx: &mut Tx,
    account: AccountId,
    id: SessionId,
    (reason, now): (&'static str, Timestamp),
) -> Result<bool, Error> {
    let end = "update sessions set ended_at = $3, end_reason = $4
        where id = $1 and account = $2 and ended_at is null";
    Ok(tx.execute(sql(end).text(id).text(account).bind(now).bind(reason)).await? == 1)
}

/// Ends all sessions of an account but `except`, and gives those that ended (SE-03).
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn end_all_of(
    tx: &mut Tx,
    account: AccountId,
    except: Option<SessionId>,
    (reason, now): (&'static str, Timestamp),
) -> Result<Vec<SessionId>, Error> {
    let end = "update sessions set ended_at = $3, end_reason = $4
        where account = $1 and ended_at is null and id <> $2 returning id";
    let except = except.map_or_else(String::new, |id| id.to_string());
    let rows = tx.fetch_all(sql(end).text(account).bind(except).bind(now).bind(reason)).await?;
    rows.iter().map(|row| Named::new(row, "sessions", "id").parse("id")).collect()
}

fn events(events: &[Event]) -> String {
    serde_json::to_string(events).unwrap_or_else(|_| unreachable!("moments and words are always JSON"))
}

fn session(row: &Row) -> Result<Session, Error> {
    let row = Named::new(row, "sessions", "id");
    let events: String = row.get("events")?;
    let idle: i64 = row.get("idle_micros")?;
    Ok(Session {
        id: row.parse("id")?,
        account: row.parse("account")?,
        membership: memberships::joined(&row)?,
        events: serde_json::from_str(&events).map_err(|_| row.damaged("events"))?,
        language: row.parse("language")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        idle: Duration::from_micros(u64::try_from(idle).map_err(|_| row.damaged("idle_micros"))?),
        ends_at: row.get("ends_at")?,
    })
}
