//! Who wishes to hear of new bills, and whom a delivery was announced to.

use sekisho_base::{Cx, Timestamp};
use sekisho_site::db::{Db, Tx, sql};
use sekisho_site::outbox::{self, OutboxId};
use sekisho_site::seal::Ring;
use serde::{Deserialize, Serialize};

use super::imports::Import;
use super::{Error, damaged};

/// Where and how somebody is written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The proven address.
    pub email: String,
    /// The reader's language.
    pub language: sekisho_base::Language,
}

/// Whom a wish is about: an insurer's person, and since when it is known.
#[derive(Clone, Copy, Debug)]
pub struct Wisher<'a> {
    /// The insurer.
    pub insurer: &'a str,
    /// The insurer's key of the person.
    pub person: &'a str,
    /// When the identity provider said what is known.
    pub said_at: Timestamp,
}

/// Somebody who is written to about a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// The insurer's key of the person.
    pub person: String,
    /// Where and how.
    pub contact: Contact,
}

/// Whether something newer than what `wisher` says, or the same, is known, and whether there is a wish.
///
/// # Errors
/// What the database says.
pub async fn known(db: &Db, wisher: Wisher<'_>) -> Result<Option<(Timestamp, bool)>, Error> {
    let query =
        sql("select confirmed_at, case when body is null then 0 else 1 end as wishes from subscribers \
         where insurer = $1 and person = $2");
    let Some(row) = db.fetch_optional(query.bind(wisher.insurer).bind(wisher.person)).await? else {
        return Ok(None);
    };
    Ok(Some((row.get("confirmed_at")?, row.get::<i64>("wishes")? == 1)))
}

/// Keeps a wish, unless something newer is known.
///
/// # Errors
/// What the database says.
pub async fn put(
    db: &Db,
    ring: &Ring,
    wisher: Wisher<'_>,
    (contact, cover_ends_at): (&Contact, Option<Timestamp>),
    cx: &mut Cx,
) -> Result<(), Error> {
    let body = ring.seal_json(&place(wisher.insurer, wisher.person), contact, cx);
    let body = body.map_err(|_| damaged("subscribers", wisher.insurer))?;
    let insert = sql("insert into subscribers (insurer, person, body, cover_ends_at, confirmed_at) \
         values ($1, $2, $3, $4, $5) on conflict (insurer, person) do update set body = excluded.body, \
         cover_ends_at = excluded.cover_ends_at, confirmed_at = excluded.confirmed_at \
         where subscribers.confirmed_at <= excluded.confirmed_at");
    let insert =
        insert.bind(wisher.insurer).bind(wisher.person).bind(body).bind(cover_ends_at).bind(wisher.said_at);
    db.execute(insert).await?;
    Ok(())
}

/// Ends a wish, unless something newer is known, and calls back what is on its way.
///
/// # Errors
/// What the database says.
pub async fn end(db: &Db, wisher: Wisher<'_>) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let update = sql("update subscribers set body = null, cover_ends_at = null, confirmed_at = $3 \
         where insurer = $1 and person = $2 and confirmed_at <= $3");
    let ended = tx.execute(update.bind(wisher.insurer).bind(wisher.person).bind(wisher.said_at)).await?;
    if ended == 1 {
        let query =
            sql("select outbox from notices where insurer = $1 and person = $2 and outbox is not null");
        for row in tx.fetch_all(query.bind(wisher.insurer).bind(wisher.person)).await? {
            outbox::withdraw(&mut tx, row.parse::<OutboxId>("outbox")?).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Some of those to be told of a delivery at `now`: they wish so, have cover, were confirmed since `since`, have something
/// new in it, and were not told of it yet. In the order of their keys, after `after`.
///
/// # Errors
/// What the database says, or that an address does not open.
pub async fn to_be_told(
    db: &Db,
    ring: &Ring,
    import: Import<'_>,
    (after, since, now): (&str, Timestamp, Timestamp),
) -> Result<Vec<Subscriber>, Error> {
    let query = sql("select s.person, s.body from subscribers s where s.insurer = $1 and s.person > $3 \
         and s.body is not null and s.confirmed_at >= $4 and (s.cover_ends_at is null or s.cover_ends_at > $5) \
         and (exists (select 1 from bills b where b.insurer = s.insurer and b.import = $2 and b.person = s.person) \
         or exists (select 1 from bills b where b.insurer = s.insurer and b.changed_by = $2 and b.person = s.person)) \
         and not exists (select 1 from notices n where n.insurer = s.insurer and n.person = s.person \
         and n.import = $2) order by s.person limit 200");
    let query = query.bind(import.insurer).bind(import.number).bind(after).bind(since).bind(now);
    let rows = db.fetch_all(query).await?;
    rows.iter()
        .map(|row| {
            let person: String = row.get("person")?;
            let opened = ring.open_json(&place(import.insurer, &person), &row.get::<Vec<u8>>("body")?);
            let contact = opened.map_err(|_| damaged("subscribers", import.insurer))?;
            Ok(Subscriber { person, contact })
        })
        .collect()
}

/// Notes that a person is told of a delivery; false when that was noted before.
///
/// # Errors
/// What the database says.
pub async fn note(tx: &mut Tx, import: Import<'_>, person: &str, now: Timestamp) -> Result<bool, Error> {
    let insert = sql("insert into notices (insurer, import, person, made_at) values ($1, $2, $3, $4) \
         on conflict do nothing");
    Ok(tx.execute(insert.bind(import.insurer).bind(import.number).bind(person).bind(now)).await? == 1)
}

/// Notes what is on its way to a person who was just noted.
///
/// # Errors
/// What the database says.
pub async fn note_outbox(tx: &mut Tx, import: Import<'_>, person: &str, id: OutboxId) -> Result<(), Error> {
    let update = sql("update notices set outbox = $4 where insurer = $1 and import = $2 and person = $3");
    tx.execute(update.bind(import.insurer).bind(import.number).bind(person).text(id)).await?;
    Ok(())
}

/// Deletes wishes and notes of before `before`.
///
/// # Errors
/// What the database says.
pub async fn forget_before(db: &Db, before: Timestamp) -> Result<(), Error> {
    db.execute(sql("delete from subscribers where confirmed_at < $1").bind(before)).await?;
    db.execute(sql("delete from notices where made_at < $1").bind(before)).await?;
    Ok(())
}

fn place(insurer: &str, person: &str) -> String {
    format!("subscribers.body:{insurer}:{person}")
}
