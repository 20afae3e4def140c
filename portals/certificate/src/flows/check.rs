//! The public check of a certificate by its number: valid, expired or revoked, and nothing else.

use sekisho_base::Timestamp;
use sekisho_site::db::Db;

use super::Error;
use crate::rows;
use crate::rules::serial::Serial;
use crate::rules::validity::Standing;

/// What a certificate of that number is worth now; `None` when there never was one.
pub async fn check(db: &Db, serial: &str, now: Timestamp) -> Result<Option<Standing>, Error> {
    let Ok(serial) = serial.parse::<Serial>() else { return Ok(None) };
    Ok(rows::span_of(db, &serial).await?.map(|span| span.state(now).into()))
}
