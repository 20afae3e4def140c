//! A statement and its values, and running it on one connection or the other.

use std::fmt;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};

use super::row::Inner;
use super::{Db, Error, Pools, Row, Value};

/// An SQL text with the values of its placeholders. It prints without the values.
#[must_use = "a statement does nothing until it is run"]
#[derive(Clone)]
pub struct Statement {
    text: &'static str,
    values: Vec<Value>,
}

/// A statement of `text`, whose placeholders are `$1`, `$2`, … in the order of [`Statement::bind`].
pub const fn sql(text: &'static str) -> Statement {
    Statement { text, values: Vec::new() }
}

impl Statement {
    /// Binds the next placeholder.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next placeholder to what `value` prints: for ids and other typed texts.
    pub fn text(self, value: impl fmt::Display) -> Self {
        self.bind(value.to_string())
    }

    /// Whether the statement only reads: `with` may carry an update, so only a leading `select` counts.
    fn only_reads(&self) -> bool {
        self.text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
    }

    fn sqlite(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.text), |query, value| match value {
            Value::Text(value) => query.bind(value),
            Value::Integer(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }

    fn postgres(self) -> sqlx::query::Query<'static, Postgres, PgArguments> {
        self.values.into_iter().fold(sqlx::query(self.text), |query, value| match value {
            Value::Text(value) => query.bind(value),
            Value::Integer(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
        })
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({})", self.text)
    }
}

/// Where a statement runs.
pub(super) enum Target<'t> {
    SqlitePool(&'t sqlx::SqlitePool),
    PostgresPool(&'t sqlx::PgPool),
    Sqlite(&'t mut sqlx::SqliteConnection),
    Postgres(&'t mut sqlx::PgConnection),
}

impl Target<'_> {
    pub(super) async fn execute(self, statement: Statement) -> Result<u64, Error> {
        Ok(match self {
            Self::SqlitePool(pool) => statement.sqlite().execute(pool).await?.rows_affected(),
            Self::PostgresPool(pool) => statement.postgres().execute(pool).await?.rows_affected(),
            Self::Sqlite(connection) => statement.sqlite().execute(connection).await?.rows_affected(),
            Self::Postgres(connection) => statement.postgres().execute(connection).await?.rows_affected(),
        })
    }

    pub(super) async fn fetch_all(self, statement: Statement) -> Result<Vec<Row>, Error> {
        let sqlite = |row| Row(Inner::Sqlite(row));
        let postgres = |row| Row(Inner::Postgres(row));
        Ok(match self {
            Self::SqlitePool(pool) => {
                statement.sqlite().fetch_all(pool).await?.into_iter().map(sqlite).collect()
            }
            Self::PostgresPool(pool) => {
                statement.postgres().fetch_all(pool).await?.into_iter().map(postgres).collect()
            }
            Self::Sqlite(connection) => {
                statement.sqlite().fetch_all(connection).await?.into_iter().map(sqlite).collect()
            }
            Self::Postgres(connection) => {
                statement.postgres().fetch_all(connection).await?.into_iter().map(postgres).collect()
            }
        })
    }

    /// The first row, if any. All rows are fetched: a `returning` statement that is dropped half-read would not be
    /// finished on `SQLite`.
    pub(super) async fn fetch_optional(self, statement: Statement) -> Result<Option<Row>, Error> {
        Ok(self.fetch_all(statement).await?.into_iter().next())
    }
}

impl Db {
    fn target(&self, statement: &Statement) -> Target<'_> {
        match &self.pools {
            Pools::Sqlite { readers, .. } if statement.only_reads() => Target::SqlitePool(readers),
            Pools::Sqlite { writer, .. } => Target::SqlitePool(writer),
            Pools::Postgres { pool, .. } => Target::PostgresPool(pool),
        }
    }

    /// Runs one statement by itself, committed at once, and counts the rows it changed.
    ///
    /// # Errors
    /// What kept it from running.
    pub async fn execute(&self, statement: Statement) -> Result<u64, Error> {
        self.target(&statement).execute(statement).await
    }

    /// Runs one statement by itself and gives its first row, if any.
    ///
    /// # Errors
    /// What kept it from running.
    pub async fn fetch_optional(&self, statement: Statement) -> Result<Option<Row>, Error> {
        self.target(&statement).fetch_optional(statement).await
    }

    /// Runs one statement by itself and gives its first row.
    ///
    /// # Errors
    /// What kept it from running, or that there is no row.
    pub async fn fetch_one(&self, statement: Statement) -> Result<Row, Error> {
        self.fetch_optional(statement).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Runs one statement by itself and gives all its rows.
    ///
    /// # Errors
    /// What kept it from running.
    pub async fn fetch_all(&self, statement: Statement) -> Result<Vec<Row>, Error> {
        self.target(&statement).fetch_all(statement).await
    }
}
