//! The portal's own command, as an operator types it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Place {
    directory: tempfile::TempDir,
    config: PathBuf,
}

fn place(change: impl Fn(String) -> String) -> Place {
    let directory = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/certificate.toml");
    let text = std::fs::read_to_string(sample).unwrap();
    let text = text.replace("data/certificate", &directory.path().join("certificate").display().to_string());
    let config = directory.path().join("certificate.toml");
    std::fs::write(&config, change(text)).unwrap();
    Place { directory, config }
}

fn run(place: &Place, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_sekisho-certificate"))
        .args(arguments)
        .arg("--config")
        .arg(&place.config)
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

#[test]
fn check_says_nothing_of_the_sample_and_names_a_font_that_is_missing() {
    assert_eq!(run(&place(|text| text), &["check"]), (Some(0), String::new()));
    let fontless = place(|text| text.replace("NotoSerifCJK-Regular.ttc", "Missing.ttc"));
    let (code, said) = run(&fontless, &["check"]);
    assert_eq!(code, Some(0), "it can be served from");
    assert!(said.contains("pdf.font") && said.contains("Missing.ttc"), "{said}");
}

#[test]
fn the_office_is_told_what_cannot_be_taken_back() {
    let place = place(|text| text);
    assert_eq!(run(&place, &["migrate"]).0, Some(0));
    assert!(place.directory.path().join("certificate.db").exists());
    let (code, said) = run(&place, &["revoke", "7k2m94qx", "--reason", "届け出を確かめるため。"]);
    assert!(code == Some(1) && said.contains("there is no certificate 7K2M-94QX"), "{said}");
    let (code, said) = run(&place, &["show", "7K2M"]);
    assert!(code == Some(1) && said.contains("7K2M-94QX"), "the form of a number is shown: {said}");
    let (code, said) = run(&place, &["revoke", "7K2M-94QX"]);
    assert!(code == Some(2) && said.contains("--reason"), "{said}");
}
