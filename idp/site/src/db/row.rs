//! Reads the columns of a row into typed values.

use std::str::FromStr;

use sekisho_base::{Digest, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

use super::Error;

/// A row of a result.
pub struct Row(pub(super) Inner);

pub(super) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of `column`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when what stands there is no `T`.
    pub fn get<T: Readable>(&self, column: &str) -> Result<T, Error> {
        T::read(self, column)
    }

    /// The value of a text column, parsed: for ids and other typed texts.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the text is no `T`.
    pub fn parse<T: FromStr>(&self, column: &str) -> Result<T, Error> {
        self.get::<String>(column)?.parse().map_err(|_| damaged(column, std::any::type_name::<T>()))
    }

    /// The value of a text column that may be null, parsed.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the text is no `T`.
    pub fn parse_optional<T: FromStr>(&self, column: &str) -> Result<Option<T>, Error> {
        self.get::<Option<String>>(column)?
            .map(|text| text.parse().map_err(|_| damaged(column, std::any::type_name::<T>())))
            .transpose()
    }
}

fn damaged(column: &str, expected: &'static str) -> Error {
    Error::Damaged { column: column.to_owned(), expected }
}

/// A type that a column can be read as.
pub trait Readable: Sized {
    /// Reads `column` of `row`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when what stands there is no such value.
    fn read(row: &Row, column: &str) -> Result<Self, Error>;
}

macro_rules! plain {
    ($($type:ty => $name:literal),*) => {$(
        impl Readable for Option<$type> {
            fn read(row: &Row, column: &str) -> Result<Self, Error> {
                let value = match &row.0 {
                    Inner::Sqlite(row) => row.try_get::<Self, _>(column),
                    Inner::Postgres(row) => row.try_get::<Self, _>(column),
                };
                value.map_err(|error| fault(error, column, $name))
            }
        }

        impl Readable for $type {
            fn read(row: &Row, column: &str) -> Result<Self, Error> {
                Option::<$type>::read(row, column)?.ok_or_else(|| damaged(column, $name))
            }
        }
    )*};
}

plain!(String => "text", bool => "boolean", Vec<u8> => "bytes");

impl Readable for Option<i64> {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        let value = match &row.0 {
            Inner::Sqlite(row) => row.try_get::<Self, _>(column),
            Inner::Postgres(row) => postgres_integer(row, column),
        };
        value.map_err(|error| fault(error, column, "integer"))
    }
}

/// A literal or a `case` without a cast is of type `int4` on `PostgreSQL`.
fn postgres_integer(row: &PgRow, column: &str) -> Result<Option<i64>, sqlx::Error> {
    if row.try_get_raw(column)?.type_info().name() == "INT4" {
        row.try_get::<Option<i32>, _>(column).map(|value| value.map(i64::from))
    } else {
        row.try_get(column)
    }
}

impl Readable for i64 {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        Option::<Self>::read(row, column)?.ok_or_else(|| damaged(column, "integer"))
    }
}

impl Readable for Option<Timestamp> {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        Ok(Option::<i64>::read(row, column)?.map(Timestamp::from_micros))
    }
}

impl Readable for Timestamp {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        i64::read(row, column).map(Self::from_micros)
    }
}

impl Readable for Option<Digest> {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        Option::<Vec<u8>>::read(row, column)?
            .map(|bytes| {
                <[u8; 32]>::try_from(bytes).map(Digest::from_bytes).map_err(|_| damaged(column, "digest"))
            })
            .transpose()
    }
}

impl Readable for Digest {
    fn read(row: &Row, column: &str) -> Result<Self, Error> {
        Option::<Self>::read(row, column)?.ok_or_else(|| damaged(column, "digest"))
    }
}

/// A column of another type is damage; a column that is not there is a fault of the statement.
fn fault(error: sqlx::Error, column: &str, expected: &'static str) -> Error {
    match error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => damaged(column, expected),
        other => other.into(),
    }
}
