//! `sekisho stage` itself, started twice as the file of its configuration says.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use axum::http::Request;
use sekisho_site::http::Outbound;
use sekisho_site::http::trial::Authority;
use serde_json::Value;

use crate::house::{HOST, client, root};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// The command in a folder, at a port, with a certificate of its own.
fn start(folder: &Path, port: u16) -> (Child, Vec<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.args(["--config", "config/conformance/sekisho.toml", "stage"]).current_dir(folder);
    for (name, value) in [
        ("SEKISHO_STAGE_SUITE", "https://suite.example:8443"),
        ("SEKISHO_STAGE_ALIAS", "sekisho"),
        ("SEKISHO__OUTBOUND__PRIVATE_HOSTS", "suite.example=127.0.0.1"),
        ("SEKISHO__SERVER__ISSUER", &format!("https://{HOST}:{port}")),
        ("SEKISHO__SERVER__LISTEN", &format!("127.0.0.1:{port}")),
        ("SEKISHO__SERVER__OPERATORS", "127.0.0.1:0"),
        ("SEKISHO__SERVER__TLS__CERTIFICATE", "stage.pem"),
        ("SEKISHO__SERVER__TLS__KEY", "stage.key"),
        ("SEKISHO__LOG__LEVEL", "warn"),
    ] {
        command.env(name, value);
    }
    let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(running.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = Vec::new();
    for line in lines {
        let is_last = line.ends_with("third-party-login.json");
        said.push(line);
        if is_last {
            break;
        }
    }
    (running, said)
}

fn stop(mut running: Child) {
    Command::new("kill").arg(running.id().to_string()).status().unwrap();
    assert!(running.wait().unwrap().success(), "it ends in order when it is asked to");
}

#[tokio::test]
async fn one_command_sets_the_stage_and_the_same_command_finds_it_set() {
    let place = tempfile::tempdir().unwrap();
    copy(&root(), &place.path().join("config"));
    let authority = Authority::new();
    let identity = authority.issue(HOST);
    fs::write(place.path().join("stage.pem"), identity.certificate).unwrap();
    fs::write(place.path().join("stage.key"), identity.key).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();

    let (running, said) = start(place.path(), port);
    assert!(said.iter().any(|line| line.contains("stage.person") && line.ends_with("(new)")), "{said:?}");
    let hosts = vec![format!("{HOST}=127.0.0.1").parse().unwrap()];
    let asking = client(&Outbound { private_hosts: hosts, ..authority.trusted(place.path()) });
    let plan = fs::read_to_string(place.path().join("data/stage/plans/basic.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let discovery = plan["server"]["discoveryUrl"].as_str().unwrap();
    let answer = asking.send(Request::get(discovery).body(Vec::new()).unwrap()).await.unwrap();
    let told: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(told["issuer"], format!("https://{HOST}:{port}"));
    let names = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"];
    assert!(names.iter().all(|name| told[name].as_str().unwrap().starts_with("https://")));
    stop(running);

    let (running, said) = start(place.path(), port);
    assert!(said.iter().any(|line| line.ends_with("(there already)")), "{said:?}");
    stop(running);
}

#[test]
fn without_its_environment_the_stage_is_not_set() {
    let place = tempfile::tempdir().unwrap();
    copy(&root(), &place.path().join("config"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.args(["--config", "config/conformance/sekisho.toml", "stage"]).current_dir(place.path());
    let ended = command.env("SEKISHO__LOG__LEVEL", "warn").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("SEKISHO_STAGE_SUITE is not set"), "{said}");
    let mut earnest = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    let ended = earnest
        .args(["--config", "config/sekisho.toml", "stage"])
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("[server] stage = true"), "{said}");
}
