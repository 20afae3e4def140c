//! Reads the address of a database.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;

use super::Error;

/// Where a database is.
pub(super) enum Address {
    File(PathBuf),
    Scratch(Scratch),
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    /// Reads `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. The address may carry a password, so no error
    /// repeats it.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        if url == "sqlite::memory:" {
            return Scratch::create().map(Self::Scratch);
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(Error::Address("sqlite: needs a path".to_owned()))
            } else {
                Ok(Self::File(path.into()))
            };
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PgConnectOptions::from_str(url)
                .map(|options| Self::Postgres(Box::new(options)))
                .map_err(|_| Error::Address("the postgres:// address cannot be read".to_owned()));
        }
        Err(Error::Address("expected sqlite:PATH, sqlite::memory: or postgres://…".to_owned()))
    }
}

/// A database file that goes when its last user goes.
///
/// `SQLite`'s own in-memory databases are one per connection, or lock whole tables when shared; a file behaves in tests
/// as it does in service.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    fn create() -> Result<Self, Error> {
        let mut random = [0; 12];
        crate::chance::fill(&mut random);
        let name = sekisho_base::Digest::of_content(&random).short_hex(12);
        let path = std::env::temp_dir().join(format!("sekisho-{name}.db"));
        crate::files::create_private(&path, &[])
            .map_err(|error| Error::Address(format!("no scratch file could be made: {error}")))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_read_is_refused_without_repeating_it() {
        for url in ["mysql://u:himitsu@h/d", "postgres://u:himitsu@h:port/d", "sqlite:", ""] {
            let Err(refused) = Address::parse(url) else { panic!("{url} was accepted") };
            assert!(!format!("{refused} {refused:?}").contains("himitsu"), "{url}");
        }
    }
}
