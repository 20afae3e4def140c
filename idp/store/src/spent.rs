//! What may be used once and leaves no other row.

use sekisho_base::{Digest, Timestamp};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;

/// Spends `digest` as something of `kind`: true for the first who does, false for everyone after. It must be remembered
/// until `expires_at`, when what it names is refused anyway.
///
/// # Errors
/// [`Error::Driver`].
pub async fn once(tx: &mut Tx, kind: &str, digest: Digest, expires_at: Timestamp) -> Result<bool, Error> {
    let insert = "insert into spent (kind, digest, expires_at) values ($1, $2, $3) on conflict do nothing";
    Ok(tx.execute(sql(insert).bind(kind).bind(digest).bind(expires_at)).await? == 1)
}

/// Whether `digest` was spent as something of `kind`.
///
/// # Errors
/// [`Error::Driver`].
pub async fn is_spent(db: &Db, kind: &str, digest: Digest) -> Result<bool, Error> {
    let find = "select kind from spent where kind = $1 and digest = $2";
    Ok(db.fetch_optional(sql(find).bind(kind).bind(digest)).await?.is_some())
}
