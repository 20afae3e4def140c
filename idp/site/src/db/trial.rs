//! Databases for tests: each is new, empty and gone afterwards.

use std::env;
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::{Db, Error};

/// The variable that names a `PostgreSQL` server on which databases may be made.
pub const POSTGRES: &str = "SEKISHO_TEST_POSTGRES";

/// A database of one test. It goes when this value goes.
pub struct Trial {
    /// The database.
    pub db: Db,
    /// Its address, for a service that opens it by itself; none where nobody else can.
    pub address: Option<String>,
    server: Option<(PgConnectOptions, String)>,
}

impl Trial {
    /// A new `SQLite` database.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn sqlite() -> Result<Self, Error> {
        Ok(Self { db: Db::connect("sqlite::memory:").await?, address: None, server: None })
    }

    /// A new database on the `PostgreSQL` server that [`POSTGRES`] names.
    ///
    /// # Errors
    /// [`Error::Address`] without the variable, else what the driver says.
    pub async fn postgres() -> Result<Self, Error> {
        let url = env::var(POSTGRES).map_err(|_| {
            Error::Address(format!("{POSTGRES} is not set: run tests/run, which starts a server"))
        })?;
        let options = PgConnectOptions::from_str(&url)?;
        let mut random = [0; 8];
        crate::chance::fill(&mut random);
        let name = format!("sekisho_trial_{}", sekisho_base::Digest::of_content(&random).short_hex(8));
        command(&options, format!("create database {name} template template0")).await?;
        let mut own =
            url::Url::parse(&url).map_err(|_| Error::Address(format!("{POSTGRES} is no address")))?;
        own.set_path(&name);
        let db = Db::connect(own.as_str()).await?;
        Ok(Self { db, address: Some(own.into()), server: Some((options, name)) })
    }

    /// Both databases, `SQLite` first.
    ///
    /// # Errors
    /// As [`Trial::postgres`].
    pub async fn both() -> Result<[Self; 2], Error> {
        Ok([Self::sqlite().await?, Self::postgres().await?])
    }
}

/// `name` is ours and of plain characters, so the text is safe.
async fn command(options: &PgConnectOptions, text: String) -> Result<(), Error> {
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

impl Drop for Trial {
    /// Drops the database from a thread of its own: the test's runtime may be ending.
    fn drop(&mut self) {
        let Some((options, name)) = self.server.take() else { return };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(command(&options, format!("drop database if exists {name} with (force)"))).ok()
        });
        let _ = dropping.join();
    }
}
