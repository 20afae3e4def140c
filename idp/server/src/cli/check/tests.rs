//! What `insurer check` says of the sample insurers, and of files that cannot be served.

mod keys;

use std::collections::BTreeMap;
use std::path::Path;

use super::sample::config;
use super::*;

fn files(insurers: &Path) -> Files {
    Files {
        insurers: insurers.to_owned(),
        terms: config().join("terms"),
        clients: config().join("clients.toml"),
    }
}

fn warnings(examined: Examined) -> BTreeMap<String, Vec<String>> {
    let read = examined.files.into_iter().map(|(_, read)| read.unwrap());
    read.map(|(insurer, report)| {
        assert_eq!(report.faults, [""; 0], "{}", insurer.code);
        (insurer.code.to_string(), report.warnings)
    })
    .collect()
}

const ONE_FACTOR: &str = "journeys.login: one factor only (urn:sekisho:acr:1f). Portals for certificates and medical \
                          costs ask for two: they turn its members away until they record who decided to take one";

#[test]
fn every_sample_insurer_is_served_with_exactly_these_warnings() {
    let examined = Examined::read(&files(&config().join("insurers")), &[]).unwrap();
    assert_eq!(examined.conflicts, [""; 0]);
    let expected: [(&str, &[&str]); 5] = [
        ("aoba", &[]),
        ("kaede", &[ONE_FACTOR]),
        ("minato", &[]),
        (
            "shinonome",
            &[
                "password.least: shorter than the 15 characters of the default",
                "password.most: passwords of 64 characters are refused",
                "password.kinds: kinds of characters are asked for, which makes passwords no safer",
                ONE_FACTOR,
            ],
        ),
        ("sora", &[ONE_FACTOR]),
    ];
    let found = warnings(examined);
    let found: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(code, said)| (code.as_str(), said.iter().map(String::as_str).collect())).collect();
    assert_eq!(found, expected.map(|(code, said)| (code, said.to_vec())));
}

#[test]
fn the_journeys_of_the_samples_read_as_a_clerk_would_tell_them() {
    for code in ["aoba", "kaede", "sora", "shinonome"] {
        let report = Report::of(&sample::read(code), &[]);
        let said: Vec<String> = report.words.into_iter().chain(report.notes).collect();
        insta::assert_snapshot!(code, said.join("\n"));
    }
}

/// A folder with these files.
fn folder(insurers: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in insurers {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn text(code: &str) -> String {
    std::fs::read_to_string(config().join(format!("insurers/{code}.toml"))).unwrap()
}

#[test]
fn what_cannot_be_served_is_refused() {
    let unwalkable = text("minato").replace("step = \"password\"", "step = \"email_link\"");
    let misspelt =
        format!("{}\n[texts]\n\"signin.titel\" = {{ ja = \"入口\", en = \"Entrance\" }}\n", text("minato"));
    let hurried = text("kaede").replace("journey_minutes = 1500", "journey_minutes = 1439");
    for wrong in [unwalkable, misspelt, hurried] {
        let folder = folder(&[("aoba.toml", text("aoba")), ("wrong.toml", wrong)]);
        let refused = insurers(&files(folder.path()), &[]).unwrap_err();
        assert_eq!(refused.to_string(), "1 of 2 files refused");
    }
    let served = folder(&[("minato.toml", text("minato"))]);
    insurers(&files(served.path()), &[]).unwrap();
}

#[test]
fn a_named_file_must_get_on_with_those_of_the_folder() {
    let twin = text("kaede").replace("code = \"kaede\"", "code = \"momiji\"").replace("06999023", "06999072");
    let draft = folder(&[("momiji.toml", twin), ("kaede.toml", text("kaede"))]);
    let house = files(&config().join("insurers"));
    let refused = insurers(&house, &[draft.path().join("momiji.toml")]).unwrap_err();
    assert_eq!(refused.to_string(), "these insurers cannot live side by side");
    insurers(&house, &[draft.path().join("kaede.toml")]).unwrap();
}
