//! The audit trail's rows: events with the change they tell of, links by the sealer. Rows are only added.

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::{Chain, Event, Kind, MacKey, Record, Sealed};
use sekisho_domain::ids::{AccountId, EventId};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// Records an event in the transaction of the change it tells of: either both stand, or neither.
///
/// # Errors
/// [`Error::Driver`]; then the change must not stand either (LO-04).
pub async fn append(tx: &mut Tx, key: &MacKey, event: Event, cx: &mut Cx) -> Result<(), Error> {
    let record = event.record(key, cx);
    let waits = sql("insert into audit_unsealed (insurer, event_id) values ($1, $2)")
        .bind(&record.insurer)
        .text(record.id);
    let insert =
        "insert into audit_events (insurer, id, at, event, result, actor, account, detail, mac, key_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let statement = sql(insert)
        .bind(record.insurer)
        .text(record.id)
        .bind(record.at)
        .bind(record.event)
        .bind(record.result)
        .bind(record.actor)
        .bind(record.account)
        .bind(record.detail)
        .bind(record.mac)
        .bind(record.key_id);
    tx.execute(statement).await?;
    tx.execute(waits).await?;
    Ok(())
}

/// Up to `count` committed events that wait for the sealer, by insurer, then oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn unsealed(db: &Db, count: u32) -> Result<Vec<Record>, Error> {
    // A cross join, which `SQLite` takes in the order written: else it would walk through every event there ever was.
    let find =
        "select e.id, e.insurer, e.at, e.event, e.result, e.actor, e.account, e.detail, e.mac, e.key_id
        from audit_unsealed u cross join audit_events e where e.insurer = u.insurer and e.id = u.event_id
        order by e.insurer, e.at, e.id limit $1";
    db.fetch_all(sql(find).bind(count)).await?.iter().map(record).collect()
}

/// Which events of an account are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Not those of before.
    pub since: Timestamp,
    /// Only those of before this one, where a list goes on.
    pub before: Option<(Timestamp, EventId)>,
    /// Only those of these kinds.
    pub kinds: &'a [Kind],
    /// Not more than these.
    pub count: u32,
}

/// The events of an account, the latest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId, asked: Asked<'_>) -> Result<Vec<Record>, Error> {
    let find = "select id, insurer, at, event, result, actor, account, detail, mac, key_id from audit_events
        where account = $1 and at >= $2 and (at < $3 or (at = $3 and id < $4)) and $5 like '%,' || event || ',%'
        order by at desc, id desc limit $6";
    let (at, id) = match asked.before {
        Some((at, id)) => (at, id.to_string()),
        None => (Timestamp::from_micros(i64::MAX), String::new()),
    };
    let kinds: String = asked.kinds.iter().flat_map(|kind| [kind.as_str(), ","]).collect();
    let statement = sql(find)
        .text(account)
        .bind(asked.since)
        .bind(at)
        .bind(id)
        .bind(format!(",{kinds}"))
        .bind(asked.count);
    db.fetch_all(statement).await?.iter().map(record).collect()
}

/// How far the chain of `insurer` goes.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn head(tx: &mut Tx, insurer: &str) -> Result<Chain, Error> {
    let find = "select insurer, seq, hash from audit_seals where insurer = $1 order by seq desc limit 1";
    let Some(row) = tx.fetch_optional(sql(find).bind(insurer)).await? else {
        return Ok(Chain::empty(insurer));
    };
    chain(&row)
}

/// Adds links to the chain of `insurer`; their events wait no longer.
///
/// # Errors
/// [`Error::Driver`]; a unique violation says that another sealer was faster, and nothing of this one stands.
pub async fn seal(tx: &mut Tx, insurer: &str, links: &[Sealed], now: Timestamp) -> Result<(), Error> {
    let insert = "insert into audit_seals (insurer, seq, event_id, prev_hash, hash, key_id, sealed_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    for link in links {
        let statement = sql(insert)
            .bind(insurer)
            .bind(link.seq)
            .text(link.event)
            .bind(link.prev_hash)
            .bind(link.hash)
            .bind(&link.key_id)
            .bind(now);
        tx.execute(statement).await?;
    }
    let Some(first) = links.first() else { return Ok(()) };
    let waited = "delete from audit_unsealed where insurer = $1 and event_id in
        (select event_id from audit_seals where insurer = $1 and seq >= $2)";
    tx.execute(sql(waited).bind(insurer).bind(first.seq)).await?;
    Ok(())
}

/// How far each chain goes.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn heads(db: &Db) -> Result<Vec<Chain>, Error> {
    let find = "select s.insurer, s.seq, s.hash from audit_seals s
        join (select insurer, max(seq) as seq from audit_seals group by insurer) h
            on h.insurer = s.insurer and h.seq = s.seq
        order by s.insurer";
    db.fetch_all(sql(find)).await?.iter().map(chain).collect()
}

/// Up to `count` links of the chain of `insurer` behind the number `after`, in order, with their events.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn page(db: &Db, insurer: &str, after: i64, count: u32) -> Result<Vec<(Sealed, Record)>, Error> {
    let find = "select s.seq, s.event_id, s.prev_hash, s.hash, s.key_id as seal_key,
            e.id, e.insurer, e.at, e.event, e.result, e.actor, e.account, e.detail, e.mac, e.key_id
        from audit_seals s join audit_events e on e.insurer = s.insurer and e.id = s.event_id
        where s.insurer = $1 and s.seq > $2 order by s.seq limit $3";
    let rows = db.fetch_all(sql(find).bind(insurer).bind(after).bind(count)).await?;
    rows.iter().map(|row| Ok((sealed(row)?, record(row)?))).collect()
}

/// Events of before `deadline` that no chain holds, oldest first, up to `count`.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn forgotten(db: &Db, deadline: Timestamp, count: u32) -> Result<Vec<Record>, Error> {
    let find =
        "select e.id, e.insurer, e.at, e.event, e.result, e.actor, e.account, e.detail, e.mac, e.key_id
        from audit_events e
        where e.at < $1 and not exists
            (select 1 from audit_seals s where s.insurer = e.insurer and s.event_id = e.id)
        order by e.at, e.id limit $2";
    db.fetch_all(sql(find).bind(deadline).bind(count)).await?.iter().map(record).collect()
}

/// The link of the chain of `insurer` with the number `seq`, if there is one.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn link(db: &Db, insurer: &str, seq: i64) -> Result<Option<Chain>, Error> {
    let find = "select insurer, seq, hash from audit_seals where insurer = $1 and seq = $2";
    db.fetch_optional(sql(find).bind(insurer).bind(seq)).await?.map(|row| chain(&row)).transpose()
}

fn chain(row: &Row) -> Result<Chain, Error> {
    let row = Named::new(row, "audit_seals", "insurer");
    Ok(Chain::at(row.get::<String>("insurer")?, row.get("seq")?, row.get("hash")?))
}

fn sealed(row: &Row) -> Result<Sealed, Error> {
    let row = Named::new(row, "audit_seals", "event_id");
    Ok(Sealed {
        seq: row.get("seq")?,
        event: row.parse::<EventId>("event_id")?,
        prev_hash: row.get("prev_hash")?,
        hash: row.get("hash")?,
        key_id: row.get("seal_key")?,
    })
}

fn record(row: &Row) -> Result<Record, Error> {
    let row = Named::new(row, "audit_events", "id");
    Ok(Record {
        id: row.parse("id")?,
        insurer: row.get("insurer")?,
        at: row.get("at")?,
        event: row.get("event")?,
        result: row.get("result")?,
        actor: row.get("actor")?,
        account: row.get("account")?,
        detail: row.get("detail")?,
        mac: row.get("mac")?,
        key_id: row.get("key_id")?,
    })
}
