//! The tree that files and environment are merged into.

use std::collections::BTreeMap;

/// One place of the tree.
pub(super) enum Node {
    Table(BTreeMap<String, Self>),
    Array(Vec<Self>),
    /// A value of a file, of the type it was written in.
    Value(toml::Value),
    /// A value of the environment, whose type is the one that is asked for.
    Text {
        text: String,
        variable: String,
    },
}

impl Default for Node {
    fn default() -> Self {
        Self::Table(BTreeMap::new())
    }
}

impl From<toml::Value> for Node {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::Table(table) => {
                Self::Table(table.into_iter().map(|(key, value)| (key, Self::from(value))).collect())
            }
            toml::Value::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            other => Self::Value(other),
        }
    }
}

impl Node {
    /// Puts `leaf` at `path`, over what is there; false when a section would become a value or the other way round.
    pub(super) fn put(&mut self, path: &[&str], leaf: Self) -> bool {
        let (Self::Table(table), Some((key, rest))) = (self, path.split_first()) else { return false };
        if rest.is_empty() {
            let fits = !matches!(table.get(*key), Some(Self::Table(_)));
            table.insert((*key).to_owned(), leaf);
            return fits;
        }
        table.entry((*key).to_owned()).or_default().put(rest, leaf)
    }
}
