//! Passkeys: what they are found by, and what their owners see. The key itself is a factor like any other.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_site::db::{Db, Row as DbRow, Tx, sql};

use crate::row::Named;
use crate::{Error, factors};

/// A live passkey.
#[derive(Clone, Debug)]
pub struct Row {
    /// The factor.
    pub factor: FactorId,
    /// Whose it is.
    pub account: AccountId,
    /// The SHA-256 of the credential's id.
    pub credential: Digest,
    /// The key, sealed.
    pub secret: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// The model of the authenticator, as 32 hexadecimal digits.
    pub aaguid: String,
    /// How the authenticator is reached.
    pub transports: Vec<String>,
    /// The authenticator's count.
    pub sign_count: u32,
    /// Whether it is kept elsewhere as well.
    pub backed_up: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was shown last.
    pub last_used_at: Option<Timestamp>,
}

/// A passkey to be stored.
pub struct New<'a> {
    /// The factor it will be.
    pub factor: FactorId,
    /// What the ceremony gave; its account is whose it will be.
    pub made: &'a passkey::New,
    /// The key, sealed.
    pub secret: &'a [u8],
    /// What its owner calls it.
    pub name: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Stores a passkey with its factor. On an error the transaction must be dropped.
///
/// # Errors
/// [`Error::Conflict`] when some account holds, or held, the same credential; or [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: New<'_>) -> Result<(), Error> {
    let New { factor, made, secret, name, at } = new;
    let account = made.account;
    let of_kind =
        factors::New { id: factor, account, kind: FactorKind::Passkey, secret, last_step: None, at };
    factors::insert(tx, of_kind).await?;
    let insert =
        "insert into passkeys (factor, account, credential, name, aaguid, transports, sign_count, backed_up)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    let statement = sql(insert)
        .text(factor)
        .text(account)
        .bind(made.credential)
        .bind(name)
        .bind(&made.aaguid)
        .bind(serde_json::to_string(&made.transports).unwrap_or_else(|_| "[]".to_owned()))
        .bind(i64::from(made.sign_count))
        .bind(made.backed_up);
    if tx.execute(statement).await? == 1 {
        Ok(())
    } else {
        Err(Error::Conflict { what: "passkeys.credential" })
    }
}

macro_rules! find_where {
    ($condition:literal) => {
        concat!(
            "select p.factor, p.account, p.credential, f.secret, p.name, p.aaguid, p.transports, p.sign_count,
                p.backed_up, f.created_at, f.last_used_at
            from passkeys p join factors f on f.id = p.factor and f.ended_at is null
            where ",
            $condition,
            " order by f.created_at, p.factor"
        )
    };
}

/// The live passkeys of an account, oldest first.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<Row>, Error> {
    let rows = db.fetch_all(sql(find_where!("p.account = $1")).text(account)).await?;
    rows.iter().map(read).collect()
}

/// The live passkey of a credential.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, credential: Digest) -> Result<Option<Row>, Error> {
    let row = db.fetch_optional(sql(find_where!("p.credential = $1")).bind(credential)).await?;
    row.as_ref().map(read).transpose()
}

/// A passkey was shown: its count grows, its use is noted, its failures are forgotten. False when it has ended, or was
/// shown meanwhile with a count that is not below this one (WA-05).
///
/// # Errors
/// [`Error::Driver`].
pub async fn show(tx: &mut Tx, shown: &passkey::Shown, now: Timestamp) -> Result<bool, Error> {
    let count = "update passkeys set sign_count = $2, backed_up = $3 where factor = $1
        and (sign_count < $2 or (sign_count = 0 and $2 = 0))
        and exists (select 1 from factors f where f.id = passkeys.factor and f.ended_at is null)";
    let statement = sql(count).text(shown.factor).bind(i64::from(shown.sign_count)).bind(shown.backed_up);
    if tx.execute(statement).await? != 1 {
        return Ok(false);
    }
    if let Some(sealed) = &shown.sealed {
        let rest = "update factors set secret = $2 where id = $1 and ended_at is null";
        tx.execute(sql(rest).text(shown.factor).bind(sealed.as_slice())).await?;
    }
    factors::succeed(tx, shown.factor, now).await?;
    Ok(true)
}

/// Calls an account's passkey otherwise. False when it is not the account's, or has ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn rename(tx: &mut Tx, account: AccountId, factor: FactorId, name: &str) -> Result<bool, Error> {
    let rename = "update passkeys set name = $3 where factor = $1 and account = $2
        and exists (select 1 from factors f where f.id = passkeys.factor and f.ended_at is null)";
    Ok(tx.execute(sql(rename).text(factor).text(account).bind(name)).await? == 1)
}

/// Ends an account's passkey and erases its key; its credential is remembered, so that it is nobody else's ever. False
/// when it is not the account's, or had ended.
///
/// # Errors
/// [`Error::Driver`].
pub async fn end(tx: &mut Tx, account: AccountId, factor: FactorId, now: Timestamp) -> Result<bool, Error> {
    let end = "update factors set ended_at = $3, secret = $4
        where id = $1 and account = $2 and kind = 'passkey' and ended_at is null";
    Ok(tx.execute(sql(end).text(factor).text(account).bind(now).bind(Vec::new())).await? == 1)
}

fn read(row: &DbRow) -> Result<Row, Error> {
    let row = Named::new(row, "passkeys", "factor");
    let transports: String = row.get("transports")?;
    let count: i64 = row.get("sign_count")?;
    Ok(Row {
        factor: row.parse("factor")?,
        account: row.parse("account")?,
        credential: row.get("credential")?,
        secret: row.get("secret")?,
        name: row.get("name")?,
        aaguid: row.get("aaguid")?,
        transports: serde_json::from_str(&transports).map_err(|_| row.damaged("transports"))?,
        sign_count: u32::try_from(count).map_err(|_| row.damaged("sign_count"))?,
        backed_up: row.get("backed_up")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
