//! Brings tables up to date, once, however many nodes start together.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};

use super::{Error, Migrator, Pools};

/// The advisory lock of whoever migrates: "sekisho" in ASCII.
const LOCK: i64 = 0x0073_656b_6973_686f;
/// A second process on the same `SQLite` file loses the race at most once per step.
const SQLITE_ATTEMPTS: usize = 3;

// `run_direct` is what `Migrator::run` calls; the latter's future is not `Send` for any lifetime.
pub(super) async fn run(pools: &Pools, migrator: &Migrator) -> Result<(), Error> {
    match pools {
        Pools::Sqlite { writer, .. } => sqlite(writer, migrator).await,
        Pools::Postgres { options, .. } => postgres(options, migrator).await,
    }
}

async fn sqlite(writer: &SqlitePool, migrator: &Migrator) -> Result<(), Error> {
    let mut attempt = 1;
    loop {
        let mut connection = writer.acquire().await?;
        match migrator.run_direct(None, &mut *connection, false).await {
            Ok(()) => return Ok(()),
            Err(error) if attempt == SQLITE_ATTEMPTS => return Err(describe(&error)),
            Err(_) => attempt += 1,
        }
    }
}

/// On a connection of its own, without the timeouts of requests, but never holding a table against them for long.
async fn postgres(options: &PgConnectOptions, migrator: &Migrator) -> Result<(), Error> {
    let mut connection = options.connect().await?;
    sqlx::query("select pg_advisory_lock($1)").bind(LOCK).execute(&mut connection).await?;
    sqlx::query("set lock_timeout = '1s'").execute(&mut connection).await?;
    let outcome = migrator.run_direct(None, &mut connection, false).await;
    // Closing the session gives the lock back, whatever happened.
    connection.close().await?;
    outcome.map_err(|error| describe(&error))
}

/// Migrations hold no personal values, so the message may be shown in full.
fn describe(error: &sqlx::migrate::MigrateError) -> Error {
    Error::Migration(error.to_string())
}
