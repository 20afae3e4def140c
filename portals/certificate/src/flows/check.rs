//! The public check of a certificate by its number: valid, expired or revoked, and nothing else.

use sekisho_base::Timestamp;
use sekisho_site::db::Db;

use super::Error;
use crate::rows;
use crate::rules::serial::Serial;
use crate::rules::validity::Standing;

/// What a certificate of that number is worth now; `None` when there never was one.
///
/// The rows are asked once, whatever was typed: how long an answer takes says nothing about which numbers exist.
pub async fn check(db: &Db, serial: &str, now: Timestamp) -> Result<Option<Standing>, Error> {
    let serial = serial.parse::<Serial>().unwrap_or_else(|_| Serial::none());
    Ok(rows::span_of(db, &serial).await?.map(|span| span.state(now).into()))
}
