//! How connections are opened.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::address::Scratch;
use super::{Error, Pools};

/// How long a request waits for `SQLite`'s one writer before it is told to come back (F-22).
const WRITER_WAIT: Duration = Duration::from_secs(5);
/// How long a request waits for a connection to `PostgreSQL` (F-05).
const POSTGRES_WAIT: Duration = Duration::from_secs(2);
/// Connections to `PostgreSQL` of one node.
const POSTGRES_CONNECTIONS: u32 = 20;
const SQLITE_READERS: u32 = 8;

/// Opens the writer first: it makes the file and turns on the write-ahead log that readers rely on.
pub(super) async fn open_sqlite(path: &Path, scratch: Option<Arc<Scratch>>) -> Result<Pools, Error> {
    // What is acknowledged in service is on disk; a scratch file survives nothing anyway.
    let synchronous = if scratch.is_some() { SqliteSynchronous::Off } else { SqliteSynchronous::Full };
    let shared = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(WRITER_WAIT)
        .foreign_keys(true)
        .disable_statement_logging();
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(WRITER_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(
            shared
                .clone()
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous),
        )
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(WRITER_WAIT)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(shared.pragma("query_only", "on"));
    Ok(Pools::Sqlite { writer, readers, _file: scratch })
}

/// Connects lazily: a service starts before its database and becomes ready by itself (F-29).
pub(super) fn open_postgres(options: PgConnectOptions) -> Pools {
    let options = options.application_name("sekisho").disable_statement_logging();
    let bounded = options.clone().options([
        ("statement_timeout", "5000"),
        ("lock_timeout", "4000"),
        ("idle_in_transaction_session_timeout", "30000"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(POSTGRES_WAIT)
        .connect_lazy_with(bounded);
    Pools::Postgres { pool, options: Box::new(options) }
}
