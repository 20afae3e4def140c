//! The portal as a service: on a port of its own, from its configuration file, until it is asked to end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use sekisho_certificate::{Config, StartError, start};
use sekisho_site::clock::SystemClock;
use sekisho_site::http::trial::Authority;
use sekisho_site::http::{Client, Reach};
use tokio_util::sync::CancellationToken;

fn config() -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/certificate.toml");
    let mut config: Config = sekisho_site::config::read(&path).unwrap();
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    config.server.operators = Some("127.0.0.1:0".parse().unwrap());
    config.server.database = "sqlite::memory:".into();
    config.keys_file = None;
    config.master_keys = Some("k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into());
    config
}

async fn status(address: std::net::SocketAddr, path: &str) -> Option<u16> {
    let request = http::Request::get(format!("http://{address}{path}")).body(Vec::new()).unwrap();
    Client::new(Reach::Loopback).send(request).await.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test]
async fn when_start_returns_the_portal_answers_and_it_ends_when_asked() {
    let shutdown = CancellationToken::new();
    let running = start(config(), Arc::new(SystemClock), shutdown.clone()).await.unwrap();
    let (address, operators) = (running.address, running.operators.unwrap());
    assert_eq!(status(address, "/").await, Some(200));
    assert_eq!(status(operators, "/health/live").await, Some(200));
    assert_eq!(status(operators, "/health/ready").await, Some(200));
    assert_eq!(status(address, "/health/live").await, Some(404), "for operators only");
    // No issuer is there: signing in says so, and the front page stays open.
    assert_eq!(status(address, "/login").await, Some(503));
    shutdown.cancel();
    running.ended().await;
    assert_eq!(status(address, "/").await, None);
}

#[tokio::test]
async fn a_portal_ends_tls_by_itself_and_its_operators_listener_stays_plain() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let mut config = config();
    config.server.tls = Some(authority.issue("certificate.example.jp").shown(folder.path()));
    let mixed = start(config.clone(), Arc::new(SystemClock), CancellationToken::new()).await;
    assert!(mixed.err().unwrap().to_string().contains("server.tls"), "its address is http");
    config.server.public_url = "https://certificate.example.jp".parse().unwrap();
    let shutdown = CancellationToken::new();
    let running = start(config, Arc::new(SystemClock), shutdown.clone()).await.unwrap();
    let mut outbound = authority.trusted(folder.path());
    outbound.private_hosts.push("certificate.example.jp=127.0.0.1".parse().unwrap());
    let url = format!("https://certificate.example.jp:{}/", running.address.port());
    let request = http::Request::get(url).body(Vec::new()).unwrap();
    let answer = outbound.client(Reach::Configured).unwrap().send(request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(status(running.address, "/").await, None);
    assert_eq!(status(running.operators.unwrap(), "/health/ready").await, Some(200));
    shutdown.cancel();
    running.ended().await;
}

#[tokio::test]
async fn what_cannot_be_served_from_does_not_start() {
    let mut red = config();
    red.insurers.get_mut("aoba").unwrap().accent = "#b03a26".into();
    let mut keyless = config();
    keyless.master_keys = None;
    let mut broken = config();
    broken.master_keys = Some("k1:short".into());
    let mut lost = config();
    lost.server.database = "mysql://localhost/x".into();
    for config in [red, keyless, broken, lost] {
        let started = start(config, Arc::new(SystemClock), CancellationToken::new()).await;
        let error: StartError = started.err().unwrap();
        assert!(!error.to_string().is_empty());
    }
}
