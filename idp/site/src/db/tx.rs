//! A transaction on whichever driver is held.

use std::time::Duration;

use super::statement::Target;
use super::{Error, Row, Statement, Wake, sql};

/// A transaction. Dropped without [`Tx::commit`] it is rolled back.
pub struct Tx {
    inner: Inner,
    wake: Wake,
    wakes: bool,
}

pub(super) enum Inner {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    pub(super) const fn new(inner: Inner, wake: Wake) -> Self {
        Self { inner, wake, wakes: false }
    }

    fn target(&mut self) -> Target<'_> {
        match &mut self.inner {
            Inner::Sqlite(tx) => Target::Sqlite(tx),
            Inner::Postgres(tx) => Target::Postgres(tx),
        }
    }

    /// Makes everything of this transaction durable.
    ///
    /// # Errors
    /// What the driver says; nothing of the transaction remains then.
    pub async fn commit(self) -> Result<(), Error> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        if self.wakes {
            self.wake.notify();
        }
        Ok(())
    }

    /// Undoes everything of this transaction now, instead of soon after the drop.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn rollback(self) -> Result<(), Error> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Whether this is `PostgreSQL`.
    pub const fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Notifies [`super::Db::wake`] once this transaction is committed.
    pub const fn wake_after_commit(&mut self) {
        self.wakes = true;
    }

    /// Lets the statements of this transaction run for up to `limit`, beyond what a request may: for imports.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn allow(&mut self, limit: Duration) -> Result<(), Error> {
        if self.is_postgres() {
            let millis = limit.as_millis().to_string();
            self.fetch_all(sql("select set_config('statement_timeout', $1, true) as x").bind(millis)).await?;
        }
        Ok(())
    }

    /// Runs a statement and counts the rows it changed.
    ///
    /// # Errors
    /// What kept it from running. On `PostgreSQL` the transaction is lost then.
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, Error> {
        self.target().execute(statement).await
    }

    /// Runs a statement and gives its first row, if any.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn fetch_optional(&mut self, statement: Statement) -> Result<Option<Row>, Error> {
        self.target().fetch_optional(statement).await
    }

    /// Runs a statement and gives its first row.
    ///
    /// # Errors
    /// As [`Tx::execute`], or that there is no row.
    pub async fn fetch_one(&mut self, statement: Statement) -> Result<Row, Error> {
        self.fetch_optional(statement).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Runs a statement and gives all its rows.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn fetch_all(&mut self, statement: Statement) -> Result<Vec<Row>, Error> {
        self.target().fetch_all(statement).await
    }
}
