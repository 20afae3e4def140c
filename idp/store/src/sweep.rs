//! Clears away what has expired and tells nothing any more.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, sql};

use crate::{Error, closing, devices};

/// How long what has expired is kept, for clocks that differ and for telling people what became of it.
const DAY: Duration = Duration::from_hours(24);
/// How long tries are remembered at most, whatever pause their counter asks for.
const TRIES: Duration = Duration::from_hours(7 * 24);
/// How long is known what an insurer's SMS of a day were.
const SPENT: Duration = Duration::from_hours(400 * 24);
/// How long an ended session is kept: a person sees their own sign-ins of 90 days.
const SESSIONS: Duration = Duration::from_hours(90 * 24);

/// Deletes expired journeys, links, spent values, counters and old sessions, and gives the number of rows. Each
/// statement stands alone, so that no lock is held long; it may run anywhere, at any time, twice at once.
///
/// # Errors
/// [`Error::Driver`].
pub async fn expired(db: &Db, now: Timestamp) -> Result<u64, Error> {
    let statements = [
        sql("delete from journeys where expires_at < $1").bind(now - DAY),
        sql("delete from links where expires_at < $1").bind(now - DAY),
        sql("delete from restorations where expires_at < $1").bind(now - SESSIONS),
        sql("delete from undos where expires_at < $1").bind(now - DAY),
        sql("delete from identifiers where account in (select id from accounts where closed_at < $1)")
            .bind(now - closing::KEPT),
        sql("delete from spent where expires_at < $1").bind(now - DAY),
        sql("delete from attempts where window_start < $1 and (blocked_until is null or blocked_until < $1)")
            .bind(now - TRIES),
        sql("delete from devices where last_seen_at < $1").bind(now - devices::LIFE),
        sql("delete from devices where ended_at < $1").bind(now - SESSIONS),
        sql("delete from registration_invitations where expires_at < $1").bind(now - SESSIONS),
        sql("delete from sms_sent where at < $1").bind(now - DAY * 2),
        sql("delete from sms_days where day < $1 and scope = 'prefix'").text((now - DAY * 2).date_in_tokyo()),
        sql("delete from sms_days where day < $1").text((now - SPENT).date_in_tokyo()),
    ];
    let mut rows = 0;
    for statement in statements {
        rows += db.execute(statement).await?;
    }
    // A session that grants still name stays with them.
    let sessions = "delete from sessions where ends_at < $1
        and not exists (select 1 from grants g where g.session = sessions.id)";
    rows += db.execute(sql(sessions).bind(now - SESSIONS)).await?;
    Ok(rows)
}
