//! The key that signs XML files.

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, sql};

use super::{Error, damaged};

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// What it is called.
    pub kid: String,
    /// The private key, sealed.
    pub body: Vec<u8>,
    /// The public key, as published.
    pub public_key: Vec<u8>,
}

/// The key, if there is one.
///
/// # Errors
/// What the database says.
pub async fn get(db: &Db) -> Result<Option<StoredKey>, Error> {
    let query = sql("select kid, body, public_key from signing_keys where place = 'current'");
    let Some(row) = db.fetch_optional(query).await? else { return Ok(None) };
    Ok(Some(StoredKey { kid: row.get("kid")?, body: row.get("body")?, public_key: row.get("public_key")? }))
}

/// Keeps the first key, and gives the one that is kept: another's, when it came before.
///
/// # Errors
/// What the database says.
pub async fn put_first(db: &Db, key: &StoredKey, now: Timestamp) -> Result<StoredKey, Error> {
    let insert = sql("insert into signing_keys (place, kid, body, public_key, created_at) \
         values ('current', $1, $2, $3, $4) on conflict (place) do nothing");
    db.execute(insert.bind(&key.kid).bind(&key.body).bind(&key.public_key).bind(now)).await?;
    get(db).await?.ok_or_else(|| damaged("signing_keys", "current"))
}
