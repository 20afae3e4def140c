//! What the environment overrides.

use std::path::Path;

use super::Error;
use super::node::Node;

/// Puts every variable under `PREFIX__` over what the file says.
pub(super) fn overlay(
    root: &mut Node,
    prefix: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<(), Error> {
    for (variable, value) in variables {
        let Some(path) = variable.strip_prefix(prefix).and_then(|rest| rest.strip_prefix("__")) else {
            continue;
        };
        let path = path.to_ascii_lowercase();
        let (path, text) = match path.strip_suffix("_file") {
            Some(path) => (path.to_owned(), secret(Path::new(&value))?),
            None => (path, value),
        };
        let keys: Vec<&str> = path.split("__").collect();
        if !root.put(&keys, Node::Text { text, variable: variable.clone() }) {
            return Err(Error::Contradiction(variable));
        }
    }
    Ok(())
}

/// The content of a file, without the line end that editors add.
fn secret(path: &Path) -> Result<String, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::Unreadable(path.to_owned(), error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
