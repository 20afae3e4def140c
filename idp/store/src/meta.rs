//! What is decided once for the whole house.

use sekisho_site::db::{Db, Tx, sql};

use crate::Error;

const EPOCH: &str = "epoch";

/// The value of `key`, if it was ever set.
///
/// # Errors
/// [`Error::Driver`].
pub async fn get(db: &Db, key: &str) -> Result<Option<String>, Error> {
    let row = db.fetch_optional(sql("select value from meta where key = $1").bind(key)).await?;
    Ok(row.map(|row| row.get("value")).transpose()?)
}

/// Sets `key` unless it was set before, and gives the value that stands: of nodes that start together one decides.
///
/// # Errors
/// [`Error::Driver`].
pub async fn set_once(db: &Db, key: &str, value: &str) -> Result<String, Error> {
    let insert = "insert into meta (key, value) values ($1, $2) on conflict (key) do nothing";
    db.execute(sql(insert).bind(key).bind(value)).await?;
    let row = db.fetch_one(sql("select value from meta where key = $1").bind(key)).await?;
    Ok(row.get("value")?)
}

/// The epoch that is part of every digest of a bearer value; 0 until a restore raised it.
///
/// # Errors
/// [`Error::Driver`], or [`Error::Damaged`] when it is no number.
pub async fn epoch(db: &Db) -> Result<i64, Error> {
    match get(db, EPOCH).await? {
        None => Ok(0),
        Some(value) => value.parse().map_err(|_| Error::Damaged {
            table: "meta",
            id: EPOCH.to_owned(),
            column: "value".to_owned(),
        }),
    }
}

/// Raises the epoch: every session, code, link and refresh token of before is unknown from now on.
///
/// # Errors
/// [`Error::Driver`].
pub async fn raise_epoch(tx: &mut Tx) -> Result<(), Error> {
    let raise = "insert into meta (key, value) values ($1, '1') on conflict (key) do update
        set value = cast(cast(meta.value as bigint) + 1 as text)";
    tx.execute(sql(raise).bind(EPOCH)).await?;
    Ok(())
}
