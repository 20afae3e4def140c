//! Reads configuration: a TOML file, overridden by the environment.
//!
//! `SEKISHO__SMTP__PORT=2525` sets `port` in `[smtp]`; `SEKISHO__SMTP__PASSWORD_FILE=/run/secrets/x` sets `password` to what
//! stands in that file. Unknown keys are fatal, provided the types say `deny_unknown_fields`. No error repeats a value:
//! it might be a secret.

mod de;
mod environment;
mod node;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use node::Node;

/// Why a configuration cannot be used, for whoever wrote it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// A file is not TOML.
    #[error("{path}, line {line}: {message}", path = path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A variable of the environment names a section where the file has a value, or the other way round.
    #[error("{0}: names a section and a value at once")]
    Contradiction(String),
    /// A key is unknown, missing, or its value does not fit.
    #[error("{origin}: {key}{message}")]
    Key {
        /// Where the key stands: a file or the environment.
        origin: String,
        /// The key, as `section.key: `; empty at the top.
        key: String,
        /// What is wrong with it.
        message: String,
    },
}

/// Reads `path`, if given, and what the environment has under `PREFIX__`.
///
/// # Errors
/// [`Error`] naming file and key.
pub fn load<T: DeserializeOwned>(path: Option<&Path>, prefix: &str) -> Result<T, Error> {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    load_from(path, prefix, variables)
}

/// As [`load`], with an environment of the caller's.
///
/// # Errors
/// As [`load`].
pub fn load_from<T: DeserializeOwned>(
    path: Option<&Path>,
    prefix: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<T, Error> {
    let mut root = match path {
        Some(path) => read_file(path)?,
        None => Node::default(),
    };
    environment::overlay(&mut root, prefix, variables)?;
    finish(root, path)
}

/// Reads one file that the environment does not override, such as an insurer's.
///
/// # Errors
/// As [`load`].
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    finish(read_file(path)?, Some(path))
}

fn finish<T: DeserializeOwned>(root: Node, path: Option<&Path>) -> Result<T, Error> {
    T::deserialize(root).map_err(|fault| {
        let file = path.map_or_else(|| "configuration".to_owned(), |path| path.display().to_string());
        Error::Key {
            origin: fault.variable.unwrap_or(file),
            key: Key(&fault.path).to_string(),
            message: fault.message,
        }
    })
}

fn read_file(path: &Path) -> Result<Node, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::Unreadable(path.to_owned(), error))?;
    let table = text.parse::<toml::Table>().map_err(|error| Error::Syntax {
        path: path.to_owned(),
        line: error
            .span()
            .map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1),
        message: error.message().to_owned(),
    })?;
    Ok(Node::from(toml::Value::Table(table)))
}

/// A path of keys, innermost first, as people write it.
struct Key<'a>(&'a [String]);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.0.iter().rev().enumerate() {
            let dot = if place == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        f.write_str(if self.0.is_empty() { "" } else { ": " })
    }
}

#[cfg(test)]
mod tests;
