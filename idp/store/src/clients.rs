//! Relying parties.

use sekisho_base::Timestamp;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::{Client, Registration};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A registered client, with the registration it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// What `clients.toml` said.
    pub registration: Registration,
    /// Since when it says so.
    pub applied_at: Timestamp,
}

/// The live client of this id.
///
/// # Errors
/// [`Error::Damaged`] when its registration no longer passes.
pub async fn find(db: &Db, id: &ClientId) -> Result<Option<Client>, Error> {
    let statement = sql("select id, registration from clients where id = $1 and ended_at is null").text(id);
    db.fetch_optional(statement).await?.map(|row| client(&named(&row))).transpose()
}

/// As [`find`], within a transaction.
///
/// # Errors
/// As [`find`].
pub async fn find_in(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, Error> {
    let statement = sql("select id, registration from clients where id = $1 and ended_at is null").text(id);
    tx.fetch_optional(statement).await?.map(|row| client(&named(&row))).transpose()
}

/// All live clients, by id.
///
/// # Errors
/// [`Error::Damaged`] when one cannot be read.
pub async fn all(db: &Db) -> Result<Vec<Registered>, Error> {
    let statement =
        sql("select id, registration, applied_at from clients where ended_at is null order by id");
    let rows = db.fetch_all(statement).await?;
    let read = |row: &Row| {
        let row = named(row);
        Ok(Registered { registration: registration(&row)?, applied_at: row.get("applied_at")? })
    };
    rows.iter().map(read).collect()
}

/// Registers a client, or changes its registration. One that had ended lives again; its grants do not.
///
/// # Errors
/// When the row cannot be written.
pub async fn put(tx: &mut Tx, registration: &Registration, now: Timestamp) -> Result<(), Error> {
    let text = json(registration)?;
    let statement =
        sql("insert into clients (id, profile, registration, applied_at) values ($1, $2, $3, $4) \
         on conflict (id) do update set profile = excluded.profile, registration = excluded.registration, \
         applied_at = excluded.applied_at, ended_at = null");
    tx.execute(statement.text(&registration.id).bind(registration.profile.as_str()).bind(text).bind(now))
        .await?;
    Ok(())
}

/// Ends a client and every grant of it.
///
/// # Errors
/// When the rows cannot be written.
pub async fn end(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<(), Error> {
    let client =
        sql("update clients set ended_at = $2 where id = $1 and ended_at is null").text(id).bind(now);
    tx.execute(client).await?;
    let grants =
        sql("update grants set ended_at = $2, end_reason = 'client' where client = $1 and ended_at is null");
    tx.execute(grants.text(id).bind(now)).await?;
    Ok(())
}

fn named(row: &Row) -> Named<'_> {
    Named::new(row, "clients", "id")
}

/// The client of a row with `registration`. It passed when it was applied, under rules at least as strict.
pub(crate) fn client(row: &Named<'_>) -> Result<Client, Error> {
    registration(row)?.parse(true).map_err(|_| row.damaged("registration"))
}

fn registration(row: &Named<'_>) -> Result<Registration, Error> {
    serde_json::from_str(&row.get::<String>("registration")?).map_err(|_| row.damaged("registration"))
}

fn json(registration: &Registration) -> Result<String, Error> {
    let id = || registration.id.to_string();
    serde_json::to_string(registration).map_err(|_| Error::Damaged {
        table: "clients",
        id: id(),
        column: "registration".to_owned(),
    })
}
