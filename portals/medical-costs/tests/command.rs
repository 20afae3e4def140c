//! The command line as a clerk uses it.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/medical-costs.toml");
const CLAIMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/sample/claims-aoba.csv");

struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let office = Self { folder: tempfile::tempdir().unwrap() };
        let sample = std::fs::read_to_string(SAMPLE).unwrap();
        let here = office.path("").to_str().unwrap().to_owned();
        std::fs::write(office.path("costs.toml"), sample.replace("\"data/", &format!("\"{here}"))).unwrap();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the command on a database and keys of this test's.
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_sekisho-medical-costs"))
            .arg("--config")
            .arg(self.path("costs.toml"))
            .args(arguments)
            .env("SEKISHO__SERVER__DATABASE", format!("sqlite:{}", self.path("costs.db").display()))
            .output()
            .unwrap()
    }

    fn import(&self, file: &Path, more: &[&str]) -> Output {
        let file = file.to_str().unwrap();
        self.run(&[&["import", file, "--insurer", "aoba"], more].concat())
    }
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_clerk_tries_an_extract_out_imports_it_and_may_do_so_again() {
    let office = Office::new();
    assert!(office.run(&["migrate"]).status.success());
    let extract = office.path("claims.csv");
    std::fs::copy(CLAIMS, &extract).unwrap();
    let tried = office.import(&extract, &["--dry-run"]);
    assert!(tried.status.success() && said(&tried).contains("Tried only"), "{}", said(&tried));
    let merged = said(&office.import(&extract, &[]));
    assert!(merged.contains("120 rows read, 0 refused") && merged.contains("120 added"), "{merged}");
    let again = said(&office.import(&extract, &[]));
    assert!(again.contains("0 added") && again.contains("120 known"), "{again}");
    assert!(!office.path("claims.rejects.csv").exists(), "there is nothing to list");
}

#[test]
fn what_is_wrong_is_listed_beside_the_extract_and_a_held_one_ends_with_a_failure() {
    let office = Office::new();
    let extract = office.path("claims.csv");
    std::fs::write(&extract, "06999015,A0000001,2026,x,,柔整,1,10,0,7,0,3,0,0,0,,\n").unwrap();
    let held = office.import(&extract, &[]);
    assert!(
        !held.status.success() && said(&held).contains("held: 1 of 1 rows are refused"),
        "{}",
        said(&held)
    );
    let list = std::fs::read_to_string(office.path("claims.rejects.csv")).unwrap();
    assert!(list.contains("1,3,診療年月,not a month of the form YYYYMM"), "{list}");
    std::fs::write(&extract, "06999015,123456789018\n").unwrap();
    let refused = office.import(&extract, &["--force"]);
    assert!(
        !refused.status.success() && said(&refused).contains("line 1 holds a My Number"),
        "{}",
        said(&refused)
    );
    assert!(!said(&refused).contains("123456789018"));
    let nobody = office.run(&["import", extract.to_str().unwrap(), "--insurer", "nobody"]);
    assert!(!nobody.status.success() && said(&nobody).contains("there is no insurer nobody"));
}
