//! How connections are opened.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
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
    let options = protected(options).application_name("sekisho").disable_statement_logging();
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

/// Over a network the server has to prove its name, unless the address says otherwise by `sslmode=require` or `disable`:
/// the driver's own default would fall back to no TLS at all (LO-08).
fn protected(options: PgConnectOptions) -> PgConnectOptions {
    let host = options.get_host();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    match options.get_ssl_mode() {
        PgSslMode::Prefer | PgSslMode::Allow if !here => options.ssl_mode(PgSslMode::VerifyFull),
        mode @ (PgSslMode::Disable | PgSslMode::Require | PgSslMode::VerifyCa) if !here => {
            tracing::warn!(host, sslmode = ?mode, "the database is over a network and need not prove its name");
            options
        }
        _ => options,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lo_08_over_a_network_the_database_has_to_prove_its_name() {
        let mode = |url: &str| protected(url.parse().unwrap()).get_ssl_mode();
        let full = |url| matches!(mode(url), PgSslMode::VerifyFull);
        assert!(full("postgres://u@db.example.jp/d"));
        assert!(full("postgres://u@10.0.0.5/d?sslmode=prefer"));
        assert!(matches!(mode("postgres://u@db.example.jp/d?sslmode=disable"), PgSslMode::Disable));
        assert!(matches!(mode("postgres://u@127.0.0.1/d"), PgSslMode::Prefer));
        assert!(matches!(mode("postgres://u@localhost/d"), PgSslMode::Prefer));
    }
}
