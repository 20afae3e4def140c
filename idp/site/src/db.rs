//! One database behind one SQL text: `SQLite` for one node, `PostgreSQL` for several.
//!
//! What must stay true: `$1` placeholders, lower-case SQL that both databases read, columns of `text`, `bigint`,
//! `boolean` and `bytea` only. `SQLite` has a single writer, so that a write never meets another half-way. Nothing
//! printed by this module carries a value of a statement.

mod address;
mod error;
mod migrate;
mod options;
mod row;
mod statement;
#[cfg(any(test, feature = "trial"))]
pub mod trial;
mod tx;
mod value;
mod wake;

use std::sync::Arc;

use sqlx::{PgPool, SqlitePool};

pub use error::Error;
pub use row::{Readable, Row};
pub use sqlx::migrate::Migrator;
pub use statement::{Statement, sql};
pub use tx::Tx;
pub use value::{Storable, Value};
pub use wake::Wake;

/// A service's database. Clones share its connections.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    wake: Wake,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        /// Holds one connection: `SQLite` knows one writer.
        writer: SqlitePool,
        /// Connections that refuse to write.
        readers: SqlitePool,
        /// Keeps the file of an in-memory address until the last clone is gone.
        _file: Option<Arc<address::Scratch>>,
    },
    Postgres {
        pool: PgPool,
        /// For the connections that live outside the pool: migrations and listeners.
        options: Box<sqlx::postgres::PgConnectOptions>,
    },
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing), `sqlite::memory:` (an own scratch file) or `postgres://…`.
    ///
    /// # Errors
    /// [`Error::Address`] when the address is none of these, else what the driver says.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let pools = match address::Address::parse(url)? {
            address::Address::File(path) => options::open_sqlite(&path, None).await?,
            address::Address::Scratch(file) => {
                let path = file.path().to_owned();
                options::open_sqlite(&path, Some(Arc::new(file))).await?
            }
            address::Address::Postgres(server) => options::open_postgres(*server),
        };
        Ok(Self { pools, wake: Wake::default() })
    }

    /// Begins a transaction that may write. On `SQLite` it holds the only writer until it ends, so hash, sign and
    /// call others before.
    ///
    /// # Errors
    /// [`Error::Busy`] when no connection came free in time.
    pub async fn begin(&self) -> Result<Tx, Error> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => tx::Inner::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres { pool, .. } => tx::Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx::new(inner, self.wake.clone()))
    }

    /// Whether this is `PostgreSQL`: for the few branches of dialect, and for what several nodes need.
    pub const fn is_postgres(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }

    /// Brings the tables up to date. Several nodes may do so at once: one works, the others wait for it.
    ///
    /// # Errors
    /// [`Error::Migration`] when a step fails or what was applied differs from what is known.
    pub async fn migrate(&self, migrator: &Migrator) -> Result<(), Error> {
        migrate::run(&self.pools, migrator).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// What kept it from answering.
    pub async fn ping(&self) -> Result<(), Error> {
        self.fetch_one(sql("select cast(1 as bigint) as one")).await.map(drop)
    }

    /// Waits for the running statements and closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// Woken after each commit of a transaction that [asked for it](Tx::wake_after_commit) in this process.
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// A listener to what other nodes `notify` on `channel`; `None` on `SQLite`, which has no other nodes.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>, Error> {
        let Pools::Postgres { options, .. } = &self.pools else { return Ok(None) };
        let pool =
            sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy_with((**options).clone());
        let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await?;
        listener.listen(channel).await?;
        Ok(Some(Listener(listener)))
    }
}

/// Hears the notifications of one channel.
pub struct Listener(sqlx::postgres::PgListener);

impl Listener {
    /// Waits for the next notification, reconnecting by itself; after a reconnection one is assumed.
    ///
    /// # Errors
    /// What the driver says when reconnecting failed as well.
    pub async fn heard(&mut self) -> Result<(), Error> {
        Ok(self.0.try_recv().await.map(drop)?)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trust;
