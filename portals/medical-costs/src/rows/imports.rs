//! Deliveries: what an insurer has sent, and the one that is under way.

use std::time::Duration;

use sekisho_site::db::{Db, sql};

use super::{Error, damaged};
use crate::rules::month::Month;
use crate::rules::year::Delivered;

/// How long the statements of an import may take.
pub(super) const PATIENCE: Duration = Duration::from_mins(30);

/// The months that an insurer has delivered so far; none before its first delivery.
///
/// # Errors
/// What the database says, or that a row cannot be read.
pub async fn delivered(db: &Db, insurer: &str) -> Result<Option<Delivered>, Error> {
    let query = sql("select min(since) as since, max(until) as until from imports \
                     where insurer = $1 and outcome = 'merged'");
    let row = db.fetch_one(query.bind(insurer)).await?;
    let month = |number: Option<i64>| {
        number.map(|number| Month::from_number(number).ok_or_else(|| damaged("imports", insurer))).transpose()
    };
    let (since, until) = (month(row.get("since")?)?, month(row.get("until")?)?);
    Ok(since.zip(until).map(|(since, until)| Delivered { since, until }))
}
