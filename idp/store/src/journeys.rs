//! Journeys under way.
//!
//! Each change names the version it answers, and changes nothing when that is not the present one.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{InsurerCode, JourneyId};
use sekisho_domain::journey::Kind;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A journey that begins.
pub struct New {
    /// Its id.
    pub id: JourneyId,
    /// What it is for.
    pub kind: Kind,
    /// Whose it is.
    pub insurer: InsurerCode,
    /// The digest of its rules.
    pub rules: Digest,
    /// Its rules, kept once by their digest.
    pub rules_text: String,
    /// The digest of the browser's cookie.
    pub browser: Digest,
    /// The sealed progress.
    pub state: Vec<u8>,
    /// When it begins.
    pub created_at: Timestamp,
    /// When it may no longer go on.
    pub expires_at: Timestamp,
}

/// A journey under way.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: JourneyId,
    /// How many changes it has seen: what an answer must name.
    pub version: i64,
    /// What it is for.
    pub kind: Kind,
    /// Whose it is.
    pub insurer: InsurerCode,
    /// The digest of its rules.
    pub rules: Digest,
    /// Its rules.
    pub rules_text: String,
    /// The digest of the browser's cookie.
    pub browser: Digest,
    /// The sealed progress.
    pub state: Vec<u8>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it may no longer go on.
    pub expires_at: Timestamp,
}

/// Stores a journey, with version 1.
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: &New) -> Result<(), Error> {
    let rules = "insert into journey_rules (digest, rules) values ($1, $2) on conflict do nothing";
    tx.execute(sql(rules).bind(new.rules).bind(&new.rules_text)).await?;
    let insert =
        "insert into journeys (id, version, kind, insurer, rules, browser, state, created_at, expires_at)
        values ($1, 1, $2, $3, $4, $5, $6, $7, $8)";
    let statement = sql(insert)
        .text(new.id)
        .bind(new.kind.as_str())
        .text(&new.insurer)
        .bind(new.rules)
        .bind(new.browser)
        .bind(&new.state)
        .bind(new.created_at)
        .bind(new.expires_at);
    tx.execute(statement).await?;
    Ok(())
}

/// A journey that may still go on at `now`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, id: JourneyId, now: Timestamp) -> Result<Option<Row>, Error> {
    let find =
        "select j.id, j.version, j.kind, j.insurer, j.rules, r.rules as rules_text, j.browser, j.state,
            j.created_at, j.expires_at
        from journeys j join journey_rules r on r.digest = j.rules
        where j.id = $1 and j.ended_at is null and j.expires_at > $2";
    let Some(row) = db.fetch_optional(sql(find).text(id).bind(now)).await? else { return Ok(None) };
    let row = Named::new(&row, "journeys", "id");
    Ok(Some(Row {
        id: row.parse("id")?,
        version: row.get("version")?,
        kind: row.parse("kind")?,
        insurer: row.parse("insurer")?,
        rules: row.get("rules")?,
        rules_text: row.get("rules_text")?,
        browser: row.get("browser")?,
        state: row.get("state")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    }))
}

/// Writes the progress that an answer to version `seen` led to. False when another answer came first.
///
/// # Errors
/// [`Error::Driver`].
pub async fn advance(tx: &mut Tx, id: JourneyId, seen: i64, state: &[u8]) -> Result<bool, Error> {
    let advance = "update journeys set version = version + 1, state = $3
        where id = $1 and version = $2 and ended_at is null";
    Ok(tx.execute(sql(advance).text(id).bind(seen).bind(state)).await? == 1)
}

/// Ends a journey with an answer to version `seen`, and erases what it knew. False when another answer came first.
///
/// # Errors
/// [`Error::Driver`].
pub async fn finish(
    tx: &mut Tx,
    id: JourneyId,
    seen: i64,
    outcome: &'static str,
    now: Timestamp,
) -> Result<bool, Error> {
    let finish = "update journeys set version = version + 1, state = $3, outcome = $4, ended_at = $5
        where id = $1 and version = $2 and ended_at is null";
    let statement = sql(finish).text(id).bind(seen).bind(Vec::new()).bind(outcome).bind(now);
    Ok(tx.execute(statement).await? == 1)
}

/// Moves a journey at version `seen` to another browser, with the progress that belongs there; the one before holds it
/// no longer. False when it was answered, moved or ended meanwhile.
///
/// # Errors
/// [`Error::Driver`].
pub async fn rebind(
    tx: &mut Tx,
    id: JourneyId,
    seen: i64,
    browser: Digest,
    state: &[u8],
) -> Result<bool, Error> {
    let rebind = "update journeys set version = version + 1, browser = $3, state = $4
        where id = $1 and version = $2 and ended_at is null";
    Ok(tx.execute(sql(rebind).text(id).bind(seen).bind(browser).bind(state)).await? == 1)
}

/// Ends every other journey that waits for its mail about `subject`, erases what it knew, and takes those links away
/// (row B39). Gives the number of journeys. Of two that supersede each other at the same instant both may go on: which
/// one binds the person is decided when it arrives.
///
/// # Errors
/// [`Error::Driver`].
pub async fn supersede(
    tx: &mut Tx,
    subject: Digest,
    except: JourneyId,
    now: Timestamp,
) -> Result<u64, Error> {
    let end = "update journeys set version = version + 1, state = $4, outcome = 'superseded', ended_at = $3
        where ended_at is null and id <> $2 and id in
            (select journey from links where subject = $1 and used_at is null and expires_at > $3)";
    let ended = tx.execute(sql(end).bind(subject).text(except).bind(now).bind(Vec::new())).await?;
    let links = "delete from links where subject = $1 and journey <> $2 and used_at is null";
    tx.execute(sql(links).bind(subject).text(except)).await?;
    Ok(ended)
}

/// Ends every other journey of a kind that a browser walks at an insurer, because it begins anew (row C32), and erases
/// what they knew. Gives their number.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end_others(
    tx: &mut Tx,
    browser: Digest,
    (kind, insurer): (Kind, &InsurerCode),
    except: JourneyId,
    now: Timestamp,
) -> Result<u64, Error> {
    let end = "update journeys set version = version + 1, state = $6, outcome = 'restarted', ended_at = $5
        where browser = $1 and kind = $2 and insurer = $3 and id <> $4 and ended_at is null";
    let statement =
        sql(end).bind(browser).bind(kind.as_str()).text(insurer).text(except).bind(now).bind(Vec::new());
    Ok(tx.execute(statement).await?)
}

/// How a journey ended, if it did: for telling a tab that the walk went on elsewhere or is over.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn outcome(db: &Db, id: JourneyId) -> Result<Option<String>, Error> {
    let find = "select id, outcome from journeys where id = $1 and ended_at is not null";
    let row = db.fetch_optional(sql(find).text(id)).await?;
    Ok(row.map(|row| Named::new(&row, "journeys", "id").get("outcome")).transpose()?.flatten())
}
