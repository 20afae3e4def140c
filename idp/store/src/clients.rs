//! Relying parties.

use sekisho_base::Timestamp;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::{Client, Origin, Registration};
use sekisho_site::db::{Db, Row, Tx, sql};

use crate::Error;
use crate::row::Named;

/// A registered client, with the registration it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// What `clients.toml` said, or the client itself.
    pub registration: Registration,
    /// Which of them.
    pub origin: Origin,
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
        sql("select id, registration, origin, applied_at from clients where ended_at is null order by id");
    let rows = db.fetch_all(statement).await?;
    let read = |row: &Row| {
        let row = named(row);
        let origin = row.parse("origin")?;
        Ok(Registered { registration: registration(&row)?, origin, applied_at: row.get("applied_at")? })
    };
    rows.iter().map(read).collect()
}

/// Registers a client of `clients.toml`, or changes its registration. One that had ended lives again; its grants do not.
/// False where the id belongs to a client that registered itself, which stays as it is.
///
/// # Errors
/// When the row cannot be written.
pub async fn put(tx: &mut Tx, registration: &Registration, now: Timestamp) -> Result<bool, Error> {
    let text = json(registration)?;
    let statement = sql(
        "insert into clients (id, profile, registration, origin, applied_at) values ($1, $2, $3, 'file', $4) \
         on conflict (id) do update set profile = excluded.profile, registration = excluded.registration, \
         applied_at = excluded.applied_at, ended_at = null where clients.origin = 'file'",
    );
    let statement = statement.text(&registration.id).bind(registration.profile.as_str()).bind(text).bind(now);
    Ok(tx.execute(statement).await? == 1)
}

/// Ends a client and every grant of it, and forgets its picture. False when it had ended.
///
/// # Errors
/// When the rows cannot be written.
pub async fn end(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool, Error> {
    let client =
        sql("update clients set ended_at = $2 where id = $1 and ended_at is null").text(id).bind(now);
    let was_live = tx.execute(client).await? == 1;
    tx.execute(sql("delete from client_logos where client = $1").text(id)).await?;
    let grants =
        sql("update grants set ended_at = $2, end_reason = 'client' where client = $1 and ended_at is null");
    tx.execute(grants.text(id).bind(now)).await?;
    Ok(was_live)
}

fn named(row: &Row) -> Named<'_> {
    Named::new(row, "clients", "id")
}

/// The client of a row with `registration`. It passed when it was applied, under rules at least as strict.
pub(crate) fn client(row: &Named<'_>) -> Result<Client, Error> {
    registration(row)?.parse(true).map_err(|_| row.damaged("registration"))
}

pub(crate) fn registration(row: &Named<'_>) -> Result<Registration, Error> {
    serde_json::from_str(&row.get::<String>("registration")?).map_err(|_| row.damaged("registration"))
}

pub(crate) fn json(registration: &Registration) -> Result<String, Error> {
    let id = || registration.id.to_string();
    serde_json::to_string(registration).map_err(|_| Error::Damaged {
        table: "clients",
        id: id(),
        column: "registration".to_owned(),
    })
}
