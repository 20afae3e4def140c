//! The portal's rows: bills, the deliveries they came with, and who wishes to hear of them.
//!
//! Nothing is decided here but whether a row still allows a change. Bills carry the insurer's key of a person, never a
//! name; addresses and keys are sealed with table, column and id.

pub mod bills;
pub mod imports;
pub mod signing_keys;
pub mod staging;
pub mod subscribers;

use sekisho_site::db::Migrator;

/// The portal's tables, `migrations/medical-costs`.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/medical-costs");

/// What can be wrong with the rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed, or a column does not hold what it should.
    #[error("the database: {0}")]
    Db(#[from] sekisho_site::db::Error),
    /// A row does not open or cannot be read.
    #[error("{table} {id} is damaged")]
    Damaged {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
    },
}

pub(crate) fn damaged(table: &'static str, id: impl std::fmt::Display) -> Error {
    Error::Damaged { table, id: id.to_string() }
}
