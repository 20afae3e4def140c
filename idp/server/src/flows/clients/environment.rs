//! Values of a clients' file that differ from one installation to the next.
//!
//! A file says at its top which variables of the environment it uses: `environment = ["SEKISHO_STAGE_SUITE"]`. Its texts
//! may then say `${SEKISHO_STAGE_SUITE}/callback`. Nothing is guessed: a name that is not listed, is not set, or is listed
//! and never used is refused, and so is every name that does not begin with `SEKISHO_`, for what else stands in an
//! environment is no business of a client's. What a variable holds is a text and is not looked at for further names.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// The key at the top of the file.
const KEY: &str = "environment";
/// What every name begins with.
const PREFIX: &str = "SEKISHO_";

/// Why a file cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The list is not one of texts.
    #[error("environment: a list of names")]
    List,
    /// The name is not of the form of ours.
    #[error(
        "environment: {0}: only names of capital letters, digits and _ that begin with SEKISHO_ can be used"
    )]
    Name(String),
    /// The variable is not set, or to nothing.
    #[error("environment: {0} is not set")]
    Missing(String),
    /// The variable holds what no text of the file could.
    #[error("environment: {0} holds control characters")]
    Control(String),
    /// The file uses a name that its list does not have.
    #[error("${{{0}}}: the list `environment` at the top of the file does not have this name")]
    Unlisted(String),
    /// The list has a name that the file does not use.
    #[error("environment: {0} is used nowhere in the file")]
    Unused(String),
    /// A name is begun and never ended.
    #[error("\"{0}\": a ${{ without its }}")]
    Open(String),
}

/// Whether a file uses the environment: by its list, or by a name in one of its texts.
pub fn is_used_in(file: &Table) -> bool {
    file.contains_key(KEY) || file.values().any(names_one)
}

fn names_one(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::Array(values) => values.iter().any(names_one),
        Value::Table(table) => table.values().any(names_one),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => false,
    }
}

/// Takes the list out of a file and fills its texts in.
///
/// # Errors
/// The first thing that is wrong.
pub fn filled(mut file: Table, variable: impl Fn(&str) -> Option<String>) -> Result<Table, Refused> {
    let mut listed = BTreeMap::new();
    for name in names(file.remove(KEY))? {
        let value = variable(&name).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Refused::Missing(name.clone()))?;
        if value.chars().any(char::is_control) {
            return Err(Refused::Control(name));
        }
        listed.insert(name, value);
    }
    let mut used = BTreeSet::new();
    for value in file.iter_mut().map(|(_, value)| value) {
        fill(value, &listed, &mut used)?;
    }
    match listed.into_keys().find(|name| !used.contains(name)) {
        Some(unused) => Err(Refused::Unused(unused)),
        None => Ok(file),
    }
}

fn names(list: Option<Value>) -> Result<Vec<String>, Refused> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let names: Vec<String> = list.try_into().map_err(|_| Refused::List)?;
    let is_ours = |name: &str| {
        name.len() > PREFIX.len()
            && name.starts_with(PREFIX)
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    match names.iter().find(|name| !is_ours(name)) {
        Some(other) => Err(Refused::Name(other.clone())),
        None => Ok(names),
    }
}

fn fill(
    value: &mut Value,
    listed: &BTreeMap<String, String>,
    used: &mut BTreeSet<String>,
) -> Result<(), Refused> {
    match value {
        Value::String(text) => *text = filled_in(text, listed, used)?,
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill(value, listed, used))?,
        Value::Table(table) => table.iter_mut().try_for_each(|(_, value)| fill(value, listed, used))?,
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
    Ok(())
}

/// A text whose names are whatever `variable` knows.
///
/// # Errors
/// When it names something that is not set, or does not end a name.
pub fn filled_text(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, Refused> {
    let mut listed = BTreeMap::new();
    for (name, _) in text.split("${").skip(1).filter_map(|rest| rest.split_once('}')) {
        let value = variable(name).filter(|value| !value.is_empty());
        listed.insert(name.to_owned(), value.ok_or_else(|| Refused::Missing(name.to_owned()))?);
    }
    filled_in(text, &listed, &mut BTreeSet::new())
}

/// A text with the values in the places of their names.
fn filled_in(
    text: &str,
    listed: &BTreeMap<String, String>,
    used: &mut BTreeSet<String>,
) -> Result<String, Refused> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or_else(|| Refused::Open(text.to_owned()))?;
        let value = listed.get(name).ok_or_else(|| Refused::Unlisted(name.to_owned()))?;
        used.insert(name.to_owned());
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Refused> {
        let variable = |name: &str| match name {
            "SEKISHO_SUITE" => Some("https://suite.example:8443".to_owned()),
            "SEKISHO_ODD" => Some("${SEKISHO_SUITE}".to_owned()),
            "SEKISHO_LINES" => Some("a\nb".to_owned()),
            "SEKISHO_EMPTY" => Some(String::new()),
            "PATH" => Some("/bin".to_owned()),
            _ => None,
        };
        filled(text.parse().unwrap(), variable).map(|file| toml::to_string(&file).unwrap())
    }

    #[test]
    fn texts_are_filled_in_wherever_they_stand() {
        let file = "environment = ['SEKISHO_SUITE', 'SEKISHO_ODD']
            [[client]]
            id = 'a'
            n = 1
            uris = ['${SEKISHO_SUITE}/cb?a=${SEKISHO_SUITE}', '/']
            name = { ja = '${SEKISHO_ODD}' }";
        let filled = read(file).unwrap();
        assert!(filled.contains("https://suite.example:8443/cb?a=https://suite.example:8443"), "{filled}");
        assert!(filled.contains("ja = \"${SEKISHO_SUITE}\""), "what a variable holds is a text: {filled}");
        assert!(!filled.contains("environment"), "{filled}");
        let plain = "a = 'b $ { } $x'";
        assert_eq!(read(plain).unwrap().trim(), plain.replace('\'', "\""));
        assert!(is_used_in(&file.parse().unwrap()) && !is_used_in(&plain.parse().unwrap()));
        assert!(is_used_in(&"a = [{ b = 'x${Y}' }]".parse().unwrap()));
    }

    #[test]
    fn no_name_is_guessed() {
        let name = |text: &str| text.to_owned();
        for (file, refused) in [
            ("environment = 'SEKISHO_SUITE'", Refused::List),
            ("environment = ['PATH']\na = '${PATH}'", Refused::Name(name("PATH"))),
            ("environment = ['SEKISHO_']\na = '${SEKISHO_}'", Refused::Name(name("SEKISHO_"))),
            ("environment = ['SEKISHO_suite']", Refused::Name(name("SEKISHO_suite"))),
            ("environment = ['SEKISHO_AWAY']\na = '${SEKISHO_AWAY}'", Refused::Missing(name("SEKISHO_AWAY"))),
            (
                "environment = ['SEKISHO_EMPTY']\na = '${SEKISHO_EMPTY}'",
                Refused::Missing(name("SEKISHO_EMPTY")),
            ),
            (
                "environment = ['SEKISHO_LINES']\na = '${SEKISHO_LINES}'",
                Refused::Control(name("SEKISHO_LINES")),
            ),
            ("a = '${SEKISHO_SUITE}'", Refused::Unlisted(name("SEKISHO_SUITE"))),
            ("a = '${PATH}'", Refused::Unlisted(name("PATH"))),
            ("environment = ['SEKISHO_SUITE']\na = 'b'", Refused::Unused(name("SEKISHO_SUITE"))),
            ("a = 'x${SEKISHO'", Refused::Open(name("x${SEKISHO"))),
        ] {
            assert_eq!(read(file), Err(refused), "{file}");
        }
    }
}
