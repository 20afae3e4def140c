//! `rows.toml` names, for every row of the guides, the tests that show it. Here is held that it leaves none out and
//! names only what is there.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

/// How many rows each guide has.
const GUIDES: [(&str, usize); 4] = [("A", 37), ("B", 40), ("C", 42), ("E", 36)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The names of the functions of a file that are run as tests: what stands under `#[test]`, whoever runs it.
fn tests_in(text: &str) -> BTreeSet<&str> {
    let mut marked = false;
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        let function = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some(function) = function.filter(|_| marked) {
            found.extend(function.split(['(', '<']).next());
            marked = false;
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            marked = false;
        }
    }
    found
}

/// What is wrong with one row.
fn faults(row: &Table, files: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut faults = Vec::new();
    if row.get("is").and_then(Value::as_str).is_none_or(str::is_empty) {
        faults.push("does not say what it is about".to_owned());
    }
    let shown_by: Vec<(&String, &Value)> = row.iter().filter(|(key, _)| *key != "is").collect();
    if shown_by.iter().all(|(_, value)| texts(Some(value)).is_empty()) {
        faults.push("is shown by no test".to_owned());
    }
    for (file, functions) in shown_by {
        let Some(text) = files.get(file.as_str()) else {
            faults.push(format!("names {file}, which is not among the files"));
            continue;
        };
        let tests = tests_in(text);
        let missing = texts(Some(functions)).into_iter().filter(|function| !tests.contains(function));
        faults.extend(missing.map(|function| format!("names {function}, which is no test of {file}")));
    }
    faults
}

#[test]
fn every_row_of_the_guides_is_shown_by_a_test_that_is_there() {
    let table: Table = std::fs::read_to_string(root().join("tests/rows.toml")).unwrap().parse().unwrap();
    let paths = table.get("files").and_then(Value::as_table).unwrap();
    let read = |path: &Value| std::fs::read_to_string(root().join(path.as_str()?)).ok();
    let mut wrong: Vec<String> = Vec::new();
    let mut owned = BTreeMap::new();
    for (name, path) in paths {
        match read(path) {
            Some(text) => drop(owned.insert(name.as_str(), text)),
            None => wrong.push(format!("there is no file {path}, called {name}")),
        }
    }
    let files: BTreeMap<&str, &str> = owned.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let known: BTreeSet<String> =
        GUIDES.iter().flat_map(|(guide, rows)| (1..=*rows).map(move |row| format!("{guide}{row}"))).collect();
    for row in &known {
        match table.get(row).and_then(Value::as_table) {
            None => wrong.push(format!("{row} is missing")),
            Some(found) => {
                wrong.extend(faults(found, &files).into_iter().map(|fault| format!("{row} {fault}")));
            }
        }
    }
    let unknown = table.keys().filter(|key| *key != "files" && !known.contains(*key));
    wrong.extend(unknown.map(|key| format!("{key} is no row of a guide")));
    let used: BTreeSet<&String> = table.values().filter_map(Value::as_table).flat_map(Table::keys).collect();
    let idle = files.keys().filter(|file| !used.iter().any(|key| key == *file));
    wrong.extend(idle.map(|file| format!("{file} shows no row")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_test_is_told_from_any_other_function() {
    let text = "#[test]\n/// Why.\n#[expect(x)]\nfn one() {}\nfn two() {}\n#[tokio::test(flavor = \"x\")]\nasync fn three()\n\
                -> x {}\nproptest! {\n    #[test]\n    fn four(x in y) {}\n}\n#[test]\nconst X: u8 = 0;\nfn five() {}";
    assert_eq!(tests_in(text), BTreeSet::from(["one", "three", "four"]));
}

#[test]
fn a_row_without_a_test_with_an_unknown_one_or_without_words_is_found() {
    let files = BTreeMap::from([("guide", "#[test]\nfn there() {}")]);
    let faults = |row: &str| faults(&row.parse().unwrap(), &files);
    assert!(faults("is = 'x'\nguide = ['there']").is_empty());
    for row in [
        "is = 'x'",
        "is = 'x'\nguide = []",
        "guide = ['there']",
        "is = 'x'\nguide = ['gone']",
        "is = 'x'\nother = ['there']",
    ] {
        assert_eq!(faults(row).len(), 1, "{row}");
    }
}
