//! What may be used once and leaves no other row.

use sekisho_base::{Digest, Timestamp};
use sekisho_site::db::{Tx, sql};

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
