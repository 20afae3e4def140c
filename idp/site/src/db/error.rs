//! What can go wrong between a service and its rows.

use std::fmt;

use sqlx::error::ErrorKind;

/// A statement that did not succeed. Prints never carry a value that was bound or read: drivers repeat the
/// values of a violated key, so their details stay inside.
#[derive(thiserror::Error)]
pub enum Error {
    /// The database is there but could not serve in time, or gave way to another transaction: try again later.
    #[error("the database is busy")]
    Busy,
    /// A stored value does not fit the type it is read as.
    #[error("column {column} holds no {expected}")]
    Damaged {
        /// The column.
        column: String,
        /// What was expected there.
        expected: &'static str,
    },
    /// The address of the database cannot be used.
    #[error("database address: {0}")]
    Address(String),
    /// The tables could not be brought up to date.
    #[error("migration: {0}")]
    Migration(String),
    /// Everything else the driver says.
    #[error("{}", public(.0))]
    Driver(#[source] Private),
}

/// A driver's error, whose own print may name values and is therefore never used.
pub struct Private(sqlx::Error);

impl Error {
    /// Whether the statement would have made a second row where one may exist.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Driver(Private(error)) if error.as_database_error().is_some_and(
            |error| error.kind() == ErrorKind::UniqueViolation,
        ))
    }

    /// Whether the statement names a row that does not exist.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::Driver(Private(error)) if error.as_database_error().is_some_and(
            |error| error.kind() == ErrorKind::ForeignKeyViolation,
        ))
    }

    /// Whether a query for exactly one row found none.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Driver(Private(sqlx::Error::RowNotFound)))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_busy(&error) { Self::Busy } else { Self::Driver(Private(error)) }
    }
}

/// `SQLite`: busy (5, 261, 517), locked (6, 262). `PostgreSQL`: serialization, deadlock, lock timeout, statement timeout,
/// too many connections, starting or stopping.
fn is_busy(error: &sqlx::Error) -> bool {
    const CODES: [&str; 13] = [
        "5", "6", "261", "262", "517", "40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03",
    ];
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| CODES.contains(&&*code)),
        _ => false,
    }
}

/// The part of a driver's error that holds no values: its kind, code and constraint.
fn public(error: &Private) -> String {
    match &error.0 {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            match error.constraint() {
                Some(constraint) => format!("database error {code} on {constraint}"),
                None => format!("database error {code}: {}", headline(error.as_ref())),
            }
        }
        sqlx::Error::ColumnNotFound(column) => format!("no column {column} in the row"),
        sqlx::Error::RowNotFound => "no row".to_owned(),
        sqlx::Error::Io(error) => format!("database connection: {}", error.kind()),
        sqlx::Error::Tls(_) => "database connection: TLS was refused".to_owned(),
        sqlx::Error::PoolClosed => "the database is closed".to_owned(),
        _ => "database driver error".to_owned(),
    }
}

/// A database's message where it names tables and columns only: syntax and schema faults, and `SQLite`'s constraints.
fn headline(error: &dyn sqlx::error::DatabaseError) -> &str {
    let schema_fault = error.code().is_some_and(|code| code.starts_with("42"));
    let sqlite = error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
    if schema_fault || sqlite { error.message() } else { "" }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "db::Error({self})")
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&public(self))
    }
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&public(self))
    }
}

impl std::error::Error for Private {}
