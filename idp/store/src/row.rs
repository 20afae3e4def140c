//! Rows are parsed too: what does not fit is damage, named by table and id.

use std::str::FromStr;

use sekisho_site::db::{self, Readable, Row};

use crate::Error;

/// A row under the name by which its damage is reported.
pub(crate) struct Named<'r> {
    row: &'r Row,
    table: &'static str,
    id: String,
}

impl<'r> Named<'r> {
    /// A row of `table` whose text column `key` names it.
    pub(crate) fn new(row: &'r Row, table: &'static str, key: &'static str) -> Self {
        let id = row.get::<Option<String>>(key).ok().flatten().unwrap_or_default();
        Self { row, table, id }
    }

    /// A row of `table` named by the short form of its digest `key`.
    pub(crate) fn by_digest(row: &'r Row, table: &'static str, key: &'static str) -> Self {
        let id = row.get::<sekisho_base::Digest>(key).map(|digest| digest.short_hex(4)).unwrap_or_default();
        Self { row, table, id }
    }

    pub(crate) fn get<T: Readable>(&self, column: &str) -> Result<T, Error> {
        self.row.get(column).map_err(|error| self.fault(error))
    }

    pub(crate) fn parse<T: FromStr>(&self, column: &str) -> Result<T, Error> {
        self.row.parse(column).map_err(|error| self.fault(error))
    }

    pub(crate) fn parse_optional<T: FromStr>(&self, column: &str) -> Result<Option<T>, Error> {
        self.row.parse_optional(column).map_err(|error| self.fault(error))
    }

    /// Says that what stands in `column` fits its type but no rule.
    pub(crate) fn damaged(&self, column: &str) -> Error {
        Error::Damaged { table: self.table, id: self.id.clone(), column: column.to_owned() }
    }

    fn fault(&self, error: db::Error) -> Error {
        match error {
            db::Error::Damaged { column, .. } => self.damaged(&column),
            other => Error::Driver(other),
        }
    }
}
