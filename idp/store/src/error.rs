//! What can go wrong between a rule and its rows.

use sekisho_site::db;

/// Why rows could not be read or written. Nothing printed carries a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something of which there may be one is there already.
    #[error("{what} is taken")]
    Conflict {
        /// What it is, as `table.column`.
        what: &'static str,
    },
    /// A row holds what no rule could have written.
    #[error("{table} {id}: column {column} is damaged")]
    Damaged {
        /// The row's table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// The column that does not fit.
        column: String,
    },
    /// The database did not carry out a statement.
    #[error(transparent)]
    Driver(#[from] db::Error),
}

impl Error {
    /// Whether trying again later may help.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Driver(db::Error::Busy))
    }
}
