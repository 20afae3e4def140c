//! The sample insurers' files are the manual: every key that a file may have stands in one of them.

use std::collections::BTreeSet;

use super::super::sample::config;
use super::*;

/// Which keys a file may have where `zzz` stands.
fn expected(file: &str) -> Vec<String> {
    listed(file, "unknown field")
}

/// The parser's own list of what may stand where `zzz` does.
fn listed(file: &str, complaint: &str) -> Vec<String> {
    let refused = Insurer::parse("probe", file, &|_| None).err().map(|error| error.to_string());
    let list = refused
        .as_deref()
        .and_then(|said| said.split_once(&format!("{complaint} `zzz`, expected ")))
        .map(|(_, list)| list);
    list.map(|list| list.split('`').skip(1).step_by(2).map(str::to_owned).collect()).unwrap_or_default()
}

/// Every key of the form, as the path of its table and its own name.
fn known() -> BTreeSet<(String, String)> {
    let mut known = BTreeSet::new();
    for key in expected("zzz = 1") {
        for field in
            expected(&format!("[{key}]\nzzz = 1")).into_iter().chain(expected(&format!("[[{key}]]\nzzz = 1")))
        {
            known.insert((key.clone(), field));
        }
        known.insert((String::new(), key));
    }
    for word in listed("[[journeys.enrol]]\nstep = 'zzz'", "unknown variant") {
        let step = format!("[[journeys.enrol]]\nstep = '{word}'\n");
        for field in expected(&format!("{step}zzz = 1")) {
            for inner in expected(&format!("{step}{field} = {{ zzz = 1 }}")) {
                known.insert((format!("{word}.{field}"), inner));
            }
            known.insert((word.clone(), field));
        }
    }
    known
}

/// Every key that stands in a sample, behind `#` or not, in the same form.
fn shown() -> BTreeSet<(String, String)> {
    let mut shown = BTreeSet::new();
    for path in startup::insurer_files(&files(&config().join("insurers"))).unwrap() {
        let mut table = String::new();
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line = line.trim_start_matches("# ");
            if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
                table = header.trim_start_matches('[').to_owned();
                let (top, rest) = table.split_once('.').unwrap_or((&table, ""));
                shown.insert((String::new(), top.to_owned()));
                shown.insert((top.to_owned(), rest.to_owned()));
            } else if let Some((key, value)) = line.split_once(" = ") {
                if key == "step" {
                    table = value.trim_matches('"').to_owned();
                }
                let key = key.split('.').next().unwrap_or_default();
                for inner in value.split([',', '{']).filter_map(|part| part.split_once(" = ")) {
                    shown.insert((format!("{table}.{key}"), inner.0.trim().to_owned()));
                }
                shown.insert((table.clone(), key.to_owned()));
            }
        }
    }
    shown
}

#[test]
fn every_key_of_an_insurers_file_stands_in_a_sample() {
    let known = known();
    for sure in [
        ("", "journeys"),
        ("sign_in", "pages"),
        ("email_link", "valid_minutes"),
        ("email_code.code", "tries"),
    ] {
        assert!(known.contains(&(sure.0.to_owned(), sure.1.to_owned())), "{sure:?} {known:?}");
    }
    let missing: Vec<_> = known.difference(&shown()).cloned().collect();
    assert_eq!(missing, []);
}
