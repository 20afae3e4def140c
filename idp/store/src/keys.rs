//! Signing keys, sealed. Their times are decided here once, so that every node picks the same key by its clock.

use sekisho_base::Timestamp;
use sekisho_domain::jose::{Alg, Jwk};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A key as it stands in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The public half; its `kid` is the row's.
    pub public: Jwk,
    /// The private half, sealed for `signing_keys.private:<kid>`.
    pub private: Vec<u8>,
    /// Which key of its algorithm it is, from 1.
    pub ordinal: i64,
    /// From when it is served.
    pub published_at: Timestamp,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// Until when it signs.
    pub signs_until: Option<Timestamp>,
    /// Until when it is served.
    pub served_until: Option<Timestamp>,
}

/// All keys that are served at `now` or will be, by algorithm and age.
///
/// # Errors
/// [`Error::Damaged`] when a row cannot be read.
pub async fn served(db: &Db, now: Timestamp) -> Result<Vec<StoredKey>, Error> {
    let statement =
        sql("select kid, public, private, ordinal, published_at, signs_from, signs_until, served_until \
         from signing_keys where served_until is null or served_until > $1 order by alg, ordinal");
    let rows = db.fetch_all(statement.bind(now)).await?;
    rows.iter().map(read).collect()
}

/// Inserts a key as number `ordinal` of its algorithm. `false` when another node has made that one.
///
/// # Errors
/// When the row cannot be written.
pub async fn insert(tx: &mut Tx, key: &StoredKey) -> Result<bool, Error> {
    let statement =
        sql("insert into signing_keys (kid, alg, ordinal, public, private, published_at, signs_from, \
         signs_until, served_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (alg, ordinal) do nothing returning kid");
    let damaged =
        |_| Error::Damaged { table: "signing_keys", id: key.public.kid.clone(), column: "public".to_owned() };
    let statement = statement
        .bind(&key.public.kid)
        .text(key.public.alg)
        .bind(key.ordinal)
        .bind(serde_json::to_string(&key.public).map_err(damaged)?)
        .bind(&key.private)
        .bind(key.published_at)
        .bind(key.signs_from)
        .bind(key.signs_until)
        .bind(key.served_until);
    Ok(tx.fetch_optional(statement).await?.is_some())
}

/// Lets every key of `alg` before number `ordinal` sign until `signs_until` and be served until `served_until`, unless
/// it ends sooner already.
///
/// # Errors
/// When the rows cannot be written.
pub async fn retire_before(
    tx: &mut Tx,
    alg: Alg,
    ordinal: i64,
    (signs_until, served_until): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let signing = sql("update signing_keys set signs_until = $3 \
         where alg = $1 and ordinal < $2 and (signs_until is null or signs_until > $3)");
    tx.execute(signing.text(alg).bind(ordinal).bind(signs_until)).await?;
    let serving = sql("update signing_keys set served_until = $3 \
         where alg = $1 and ordinal < $2 and (served_until is null or served_until > $3)");
    tx.execute(serving.text(alg).bind(ordinal).bind(served_until)).await?;
    Ok(())
}

fn read(row: &Row) -> Result<StoredKey, Error> {
    let row = Named::new(row, "signing_keys", "kid");
    let public: String = row.get("public")?;
    Ok(StoredKey {
        public: serde_json::from_str(&public).map_err(|_| row.damaged("public"))?,
        private: row.get("private")?,
        ordinal: row.get("ordinal")?,
        published_at: row.get("published_at")?,
        signs_from: row.get("signs_from")?,
        signs_until: row.get("signs_until")?,
        served_until: row.get("served_until")?,
    })
}
