//! What people allowed clients, remembered beyond sessions.

use sekisho_base::Timestamp;
use sekisho_domain::ids::{AccountId, ClientId};
use sekisho_domain::oidc::scope::ScopeSet;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// The scopes that `account` allowed `client`.
///
/// # Errors
/// [`Error::Damaged`] when the row cannot be read.
pub async fn find(db: &Db, account: AccountId, client: &ClientId) -> Result<Option<ScopeSet>, Error> {
    let statement = sql("select scopes from consents where account = $1 and client = $2");
    let Some(row) = db.fetch_optional(statement.text(account).text(client)).await? else { return Ok(None) };
    let scopes: String = row.get("scopes")?;
    Ok(Some(ScopeSet::understood(&scopes)))
}

/// What an account allowed a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Whom.
    pub client: ClientId,
    /// What.
    pub scopes: ScopeSet,
    /// When.
    pub given_at: Timestamp,
}

/// Everything that an account allowed clients, by client.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn of_account(db: &Db, account: AccountId) -> Result<Vec<Remembered>, Error> {
    let find = "select client, scopes, given_at from consents where account = $1 order by client";
    let rows = db.fetch_all(sql(find).text(account)).await?;
    rows.iter()
        .map(|row| {
            let row = Named::new(row, "consents", "client");
            Ok(Remembered {
                client: row.parse("client")?,
                scopes: ScopeSet::understood(&row.get::<String>("scopes")?),
                given_at: row.get("given_at")?,
            })
        })
        .collect()
}

/// Forgets what an account allowed a client. False when there was nothing to forget.
///
/// # Errors
/// [`Error::Driver`].
pub async fn withdraw(tx: &mut Tx, account: AccountId, client: &ClientId) -> Result<bool, Error> {
    let forget = sql("delete from consents where account = $1 and client = $2").text(account).text(client);
    Ok(tx.execute(forget).await? == 1)
}

/// Remembers that `account` allows `client` these scopes and, from now on, no others.
///
/// # Errors
/// When the row cannot be written.
pub async fn put(
    tx: &mut Tx,
    account: AccountId,
    client: &ClientId,
    scopes: &ScopeSet,
    now: Timestamp,
) -> Result<(), Error> {
    let statement = sql("insert into consents (account, client, scopes, given_at) values ($1, $2, $3, $4) \
         on conflict (account, client) do update set scopes = excluded.scopes, given_at = excluded.given_at");
    tx.execute(statement.text(account).text(client).text(scopes).bind(now)).await?;
    Ok(())
}
