//! The rules of the house that no lint knows: who may use what, what is used at all, and under which licences.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// All Rust files below a folder of the house, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The lines of a text that are code: comments may name what code may not use.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

/// Whether `line` uses something of the crate or module `name`, by path.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        let begins = before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':');
        let named = line.starts_with("use ") || after.starts_with("::");
        begins
            && named
            && (after.starts_with("::") || after.starts_with([';', ',', ' ', '}']) || after.is_empty())
    })
}

#[test]
fn each_floor_uses_only_what_it_may() {
    let floors: [(&str, &[&str]); 7] = [
        (
            "idp/domain/src",
            &["tokio", "sqlx", "axum", "redis", "lettre", "sekisho_site", "std::fs", "std::process"],
        ),
        ("idp/store/src", &["axum", "askama", "lettre"]),
        ("idp/server/src/flows", &["axum", "askama", "http", "hyper", "crate::web"]),
        ("idp/server/src/web", &["sekisho_store", "sqlx", "sekisho_site::db"]),
        ("portals/kit/src", &["sekisho_idp", "sekisho_domain", "sekisho_store"]),
        ("portals/certificate/src", &["sekisho_idp", "sekisho_domain", "sekisho_store", "openidconnect"]),
        ("portals/medical-costs/src", &["sekisho_idp", "sekisho_domain", "sekisho_store", "openidconnect"]),
    ];
    let mut wrong = Vec::new();
    for (folder, forbidden) in floors {
        let files = sources(folder);
        assert!(!files.is_empty(), "{folder} is empty");
        for (path, text) in files {
            for line in code(&text) {
                let found = forbidden.iter().filter(|name| uses(line, name));
                wrong.extend(found.map(|name| format!("{}: {name} in `{line}`", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rule_reader_tells_a_use_from_a_word() {
    assert!(uses("use axum::Router;", "axum"));
    assert!(uses("let x = http::StatusCode::OK;", "http"));
    assert!(uses("use {axum, tokio};", "axum"));
    assert!(!uses("let http = 1;", "http"));
    assert!(!uses("use axum_extra::extract::Form;", "axum"));
    assert!(!uses("use hyper_http::x;", "http"));
    assert!(!uses("use crate::http::Client;", "http"));
}

/// What a manifest lists, by section.
fn manifest(folder: &Path) -> toml::Table {
    std::fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap()
}

fn listed(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    let table = manifest.get(section).and_then(toml::Value::as_table);
    table.into_iter().flat_map(toml::Table::keys).cloned().collect()
}

fn crates() -> Vec<PathBuf> {
    let mut all = vec![root().join("tests")];
    for group in ["idp", "portals"] {
        let entries = std::fs::read_dir(root().join(group)).unwrap();
        all.extend(
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.join("Cargo.toml").exists()),
        );
    }
    all
}

#[test]
fn manifests_list_nothing_that_their_floor_may_not_use() {
    let forbidden: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("idp/base", &["tokio", "sqlx", "axum", "rand", "getrandom"] as &[&str]),
        ("idp/domain", &["tokio", "sqlx", "axum", "redis", "lettre", "sekisho-site"]),
        ("idp/store", &["axum", "askama", "lettre"]),
        ("portals/kit", &["sekisho-idp", "sekisho-domain", "sekisho-store"]),
        ("portals/certificate", &["sekisho-idp", "sekisho-domain", "sekisho-store", "openidconnect"]),
        ("portals/medical-costs", &["sekisho-idp", "sekisho-domain", "sekisho-store", "openidconnect"]),
    ]);
    for (folder, names) in forbidden {
        let all = listed(&manifest(&root().join(folder)), "dependencies");
        for name in names {
            assert!(!all.contains(*name), "{folder} lists {name}");
        }
    }
}

/// A file with what it takes from others by `#[path]`.
fn with_lent(path: &Path, text: &str) -> String {
    let lent = text.split("#[path = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let lent = lent.map(|other| std::fs::read_to_string(path.parent().unwrap().join(other)).unwrap());
    lent.fold(text.to_owned(), |all, more| all + &more)
}

#[test]
fn what_a_manifest_lists_is_used() {
    let mut idle = Vec::new();
    for folder in crates() {
        let manifest = manifest(&folder);
        let name = folder.strip_prefix(root()).unwrap().display().to_string();
        let text: String = sources(&name).iter().map(|(path, text)| with_lent(path, text)).collect();
        let mut templates = String::new();
        for entry in std::fs::read_dir(folder.join("templates")).into_iter().flatten().flatten() {
            templates.push_str(&std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
        for section in ["dependencies", "dev-dependencies"] {
            for dependency in listed(&manifest, section) {
                let word = dependency.replace('-', "_");
                let named = text.contains(&format!("{word}::")) || text.contains(&format!("use {word}"));
                if !named && !templates.contains(&format!("{word}::")) {
                    idle.push(format!("{name}: {dependency}"));
                }
            }
        }
    }
    assert!(idle.is_empty(), "listed and never used:\n{}", idle.join("\n"));
}

#[test]
fn the_visible_top_level_holds_nothing_else() {
    let known = [
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "config",
        "docker",
        "idp",
        "migrations",
        "portals",
        "tests",
    ];
    // What building and trying out leave behind is ignored by git.
    let left_behind = ["target", "data"];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let fits = name.starts_with('.') || known.contains(&&*name) || left_behind.contains(&&*name);
        assert!(fits, "{name} stands at the top level");
    }
}

/// Every package of the lock file, as cargo describes it.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    match metadata["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("not a list of packages: {other}"),
    }
}

#[test]
fn every_package_is_under_a_licence_that_we_may_ship() {
    let fine = [
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "MIT",
        "MIT-0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "0BSD",
        "Unlicense",
        "Unicode-3.0",
        "CC0-1.0",
        "CDLA-Permissive-2.0",
        "BSL-1.0",
        "OpenSSL",
        "MPL-2.0",
    ];
    let fits = |part: &str| fine.contains(&part.trim().trim_matches(['(', ')']).trim());
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or_default();
        // `A OR B` leaves the choice, `A AND B` asks for both; `/` is the old way to write OR.
        let licence_or = licence.replace('/', " OR ");
        let may = licence_or.split(" OR ").any(|choice| choice.split(" AND ").all(fits))
            || licence_or.split(" AND ").all(|part| part.split(" OR ").any(fits));
        assert!(may, "{} is under {licence:?}", package["name"]);
    }
}

#[test]
fn there_is_one_crypto_library_and_no_openssl() {
    let names: BTreeSet<String> =
        packages().iter().filter_map(|package| package["name"].as_str().map(str::to_owned)).collect();
    for name in ["openssl", "openssl-sys", "native-tls", "ring"] {
        let used = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--workspace", "--edges", "normal,build", "--invert", name])
            .current_dir(root())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&used.stdout).into_owned();
        assert!(!names.contains(name) || text.trim().is_empty(), "{name} is used by:\n{text}");
    }
}
