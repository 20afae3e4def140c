//! A portal's own sessions: a row per sign-in, found by the digest of its cookie.
//!
//! The row's `signin` is the digest of the `state` it came from, and unique: an answer makes one
//! session, never two. Every portal has this table in its own database (see its migrations).

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind, Timestamp, id};
use sekisho_site::db::{Db, Row, Tx, sql};
use sekisho_site::seal::Ring;
use std::time::Duration;

use crate::Error;
use crate::claims::Insurance;

id!(
    /// A session of a portal.
    SessionId,
    "pse"
);

/// A browser's signed-in state at this portal.
#[derive(Clone, Debug)]
pub struct Session {
    /// The row's id.
    pub id: SessionId,
    /// Who signed the person in. With `subject` it is the person's identity here.
    pub issuer: String,
    /// The person, as the issuer names them to this portal.
    pub subject: String,
    /// The insurer of the membership.
    pub insurer: String,
    /// The assurance of the sign-in.
    pub acr: String,
    /// What the provider calls the sign-in there, if it said so: by it the provider says that it has ended.
    pub(crate) sid: Option<String>,
    /// When the person showed their first factor, if the provider said so.
    pub auth_at: Option<Timestamp>,
    /// What userinfo said.
    pub claims: Insurance,
    /// When it said so.
    pub claims_read_at: Timestamp,
    /// When the session was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The ID token, shown to the provider when signing out.
    pub(crate) id_token: SecretString,
    /// What the claims are read again by, if the provider gave it.
    pub(crate) refresh_token: Option<SecretString>,
}

/// What a new session is made from.
pub(crate) struct NewSession<'a> {
    pub cookie: &'a SecretString,
    pub state: &'a str,
    pub session: &'a Session,
    pub lives: Duration,
}

const SEEN_AT_MOST_EVERY: Duration = Duration::from_mins(1);

fn cookie_digest(cookie: &SecretString) -> Digest {
    Digest::of(Kind("portal-session"), 0, cookie)
}

fn sealed_as(column: &str, id: SessionId) -> String {
    format!("sessions.{column}:{id}")
}

/// Stores a session. `false` when its state was used before: the answer is a replay.
pub(crate) async fn insert(
    tx: &mut Tx,
    ring: &Ring,
    new: NewSession<'_>,
    cx: &mut Cx,
) -> Result<bool, Error> {
    let session = new.session;
    let claims = serde_json::to_vec(&session.claims).map_err(Error::Json)?;
    let claims = ring.seal(&sealed_as("claims", session.id), &claims, cx);
    let id_token = sealed(ring, ("id_token", session.id), &session.id_token, cx);
    let refresh_token = session.refresh_token.as_ref();
    let refresh_token = refresh_token.map(|token| sealed(ring, ("refresh_token", session.id), token, cx));
    let inserted = tx
        .execute(
            sql("insert into sessions (id, cookie, signin, issuer, subject, insurer, acr, auth_at, claims, \
                 claims_read_at, id_token, created_at, last_seen_at, ends_at, sid, refresh_token) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15) \
                 on conflict (signin) do nothing")
            .bind(session.id.to_string())
            .bind(cookie_digest(new.cookie))
            .bind(Digest::of_content(new.state.as_bytes()))
            .bind(session.issuer.as_str())
            .bind(session.subject.as_str())
            .bind(session.insurer.as_str())
            .bind(session.acr.as_str())
            .bind(session.auth_at)
            .bind(claims)
            .bind(session.claims_read_at)
            .bind(id_token)
            .bind(cx.now)
            .bind(cx.now + new.lives)
            .bind(session.sid.as_deref())
            .bind(refresh_token),
        )
        .await?;
    Ok(inserted == 1)
}

fn sealed(ring: &Ring, (column, id): (&str, SessionId), token: &SecretString, cx: &mut Cx) -> Vec<u8> {
    ring.seal(&sealed_as(column, id), token.expose_secret().as_bytes(), cx)
}

fn opened(ring: &Ring, (column, id): (&str, SessionId), sealed: &[u8]) -> Result<SecretString, Error> {
    let token = ring.open(&sealed_as(column, id), sealed)?;
    Ok(String::from_utf8_lossy(&token).into_owned().into())
}

/// The session of a cookie, unless it has ended, was idle for too long or is over.
pub(crate) async fn find(
    db: &Db,
    ring: &Ring,
    cookie: &SecretString,
    (seen_since, now): (Timestamp, Timestamp),
) -> Result<Option<Session>, Error> {
    let row = db
        .fetch_optional(
            sql(
                "select id, issuer, subject, insurer, acr, sid, auth_at, claims, claims_read_at, last_seen_at, id_token, \
                 refresh_token from sessions where cookie = $1 and ended_at is null and ends_at > $2 and last_seen_at > $3",
            )
            .bind(cookie_digest(cookie))
            .bind(now)
            .bind(seen_since),
        )
        .await?;
    row.map(|row| read(&row, ring)).transpose()
}

fn read(row: &Row, ring: &Ring) -> Result<Session, Error> {
    let id: SessionId = row.parse("id")?;
    let claims = ring.open(&sealed_as("claims", id), &row.get::<Vec<u8>>("claims")?)?;
    let refresh_token: Option<Vec<u8>> = row.get("refresh_token")?;
    let refresh_token = refresh_token.map(|token| opened(ring, ("refresh_token", id), &token)).transpose()?;
    Ok(Session {
        id,
        issuer: row.get("issuer")?,
        subject: row.get("subject")?,
        insurer: row.get("insurer")?,
        acr: row.get("acr")?,
        sid: row.get("sid")?,
        auth_at: row.get("auth_at")?,
        claims: serde_json::from_slice(&claims).map_err(Error::Json)?,
        claims_read_at: row.get("claims_read_at")?,
        last_seen_at: row.get("last_seen_at")?,
        id_token: opened(ring, ("id_token", id), &row.get::<Vec<u8>>("id_token")?)?,
        refresh_token,
    })
}

/// Notes that a session was used, at most once a minute.
pub(crate) async fn touch(db: &Db, session: &Session, now: Timestamp) -> Result<(), Error> {
    if now.since(session.last_seen_at) < SEEN_AT_MOST_EVERY {
        return Ok(());
    }
    let update = sql("update sessions set last_seen_at = $2 where id = $1 and last_seen_at < $2");
    db.execute(update.bind(session.id.to_string()).bind(now)).await?;
    Ok(())
}

/// Keeps what was read again of a session that has not ended meanwhile. `false` when it has.
pub(crate) async fn renew(db: &Db, ring: &Ring, session: &Session, cx: &mut Cx) -> Result<bool, Error> {
    let claims = serde_json::to_vec(&session.claims).map_err(Error::Json)?;
    let claims = ring.seal(&sealed_as("claims", session.id), &claims, cx);
    let refresh_token = session.refresh_token.as_ref();
    let refresh_token = refresh_token.map(|token| sealed(ring, ("refresh_token", session.id), token, cx));
    let update = sql("update sessions set claims = $2, claims_read_at = $3, refresh_token = $4 \
         where id = $1 and ended_at is null");
    let update = update.bind(session.id.to_string()).bind(claims).bind(session.claims_read_at);
    Ok(db.execute(update.bind(refresh_token)).await? == 1)
}

/// Ends the session of a cookie, if it has one.
pub(crate) async fn end(tx: &mut Tx, cookie: &SecretString, now: Timestamp) -> Result<(), Error> {
    let update =
        sql("update sessions set ended_at = $2, refresh_token = null where cookie = $1 and ended_at is null");
    tx.execute(update.bind(cookie_digest(cookie)).bind(now)).await?;
    Ok(())
}

/// Whose sessions end: those of one sign-in at the provider, or all of a person where it names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedOut {
    pub subject: Option<String>,
    pub sid: Option<String>,
}

/// Ends the sessions that the provider's news is about. There may be none: they may have ended here before.
pub(crate) async fn signed_out(
    tx: &mut Tx,
    issuer: &str,
    news: &SignedOut,
    now: Timestamp,
) -> Result<(), Error> {
    let update = sql(
        "update sessions set ended_at = $4, refresh_token = null where issuer = $1 and ended_at is null \
         and ($2 = '' or sid = $2) and ($3 = '' or subject = $3)",
    );
    let (sid, subject) = (news.sid.as_deref(), news.subject.as_deref());
    let update = update.bind(issuer).bind(sid.unwrap_or_default()).bind(subject.unwrap_or_default());
    tx.execute(update.bind(now)).await?;
    Ok(())
}

/// Notes that news of this name was heard. `false` when it was before.
pub(crate) async fn hear(tx: &mut Tx, jti: Digest, now: Timestamp) -> Result<bool, Error> {
    let insert = sql("insert into heard (jti, heard_at) values ($1, $2) on conflict do nothing");
    Ok(tx.execute(insert.bind(jti).bind(now)).await? == 1)
}

/// Forgets the names of news that was heard before a moment.
pub(crate) async fn forget_news(tx: &mut Tx, before: Timestamp) -> Result<(), Error> {
    tx.execute(sql("delete from heard where heard_at < $1").bind(before)).await?;
    Ok(())
}

/// Erases sessions that nothing can ask for again: `before` lies further back than any state lives.
pub(crate) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<(), Error> {
    tx.execute(sql("delete from sessions where created_at < $1 and ends_at < $1").bind(before)).await?;
    Ok(())
}
