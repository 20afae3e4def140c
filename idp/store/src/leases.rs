//! Work that one node at a time does.

use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, sql};

use crate::Error;

/// Takes or renews the lease `name` for `holder`, for so long. Only one holder has it at a time.
///
/// A lease is a courtesy that saves work: what it guards must also be safe against two holders whose clocks differ.
///
/// # Errors
/// [`Error::Driver`].
pub async fn take(db: &Db, name: &str, holder: &str, now: Timestamp, long: Duration) -> Result<bool, Error> {
    let take = "insert into leases (name, holder, until) values ($1, $2, $3)
        on conflict (name) do update set holder = $2, until = $3
        where leases.holder = $2 or leases.until <= $4 returning holder";
    let statement = sql(take).bind(name).bind(holder).bind(now + long).bind(now);
    Ok(db.fetch_optional(statement).await?.is_some())
}

/// Gives a lease back before its time, so that another node need not wait.
///
/// # Errors
/// [`Error::Driver`].
pub async fn give_back(db: &Db, name: &str, holder: &str) -> Result<(), Error> {
    db.execute(sql("delete from leases where name = $1 and holder = $2").bind(name).bind(holder)).await?;
    Ok(())
}
