use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::Listening;
use super::super::connection::Limits;
use super::*;
use crate::http::trial::{Authority, Identity};

const ASKED: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

/// A certificate's files.
struct Kept(TempDir);

impl Kept {
    fn of(identity: &Identity) -> Self {
        let kept = Self(tempfile::tempdir().unwrap());
        kept.replace(identity);
        kept
    }

    fn replace(&self, identity: &Identity) {
        std::fs::write(self.tls().certificate, &identity.certificate).unwrap();
        std::fs::write(self.tls().key, &identity.key).unwrap();
    }

    fn tls(&self) -> Tls {
        Tls { certificate: self.0.path().join("cert.pem"), key: self.0.path().join("key.pem") }
    }
}

struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
}

async fn start(kept: &Kept) -> Running {
    let slow = async || {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "done"
    };
    let router = Router::new().route("/", get(async || "here")).route("/slow", get(slow));
    let limits = Limits { handshake: Duration::from_millis(300), ..Limits::default() };
    let listening = Listening::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let listening = listening.limited(limits).under(Some(&kept.tls())).unwrap();
    let listening = listening.looking_every(Duration::from_millis(20));
    let address = listening.address().unwrap();
    let shutdown = CancellationToken::new();
    tokio::spawn(listening.serve(router, shutdown.clone()));
    Running { address, shutdown }
}

async fn connect(
    address: SocketAddr,
    trusted: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("id.example.jp").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Asks over a connection that stays open.
async fn ask(stream: &mut TlsStream<TcpStream>) -> String {
    stream.write_all(ASKED).await.unwrap();
    let mut received = vec![0; 4096];
    let read = stream.read(&mut received).await.unwrap();
    String::from_utf8_lossy(&received[..read]).into_owned()
}

/// What a server says to bytes that are no handshake of ours, until it closes.
async fn exchange(address: SocketAddr, sent: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut received = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut received)).await;
    let _ = closed.expect("the server closes");
    received
}

#[tokio::test]
async fn both_versions_of_tls_are_spoken_and_the_newer_is_preferred() {
    let authority = Authority::new();
    let kept = Kept::of(&authority.issue("id.example.jp"));
    let running = start(&kept).await;
    for (versions, spoken) in [
        (&[&TLS13][..], ProtocolVersion::TLSv1_3),
        (&[&TLS12][..], ProtocolVersion::TLSv1_2),
        (&[&TLS12, &TLS13][..], ProtocolVersion::TLSv1_3),
    ] {
        let mut stream = connect(running.address, &authority, versions).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(spoken));
        assert!(ask(&mut stream).await.ends_with("here"));
    }
}

/// A first message of a handshake that offers one suite, in a version.
fn hello(version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let groups = [0, 10, 0, 4, 0, 2, 0, 23];
    let signatures = [0, 13, 0, 6, 0, 4, 4, 3, 8, 4];
    let points = [0, 11, 0, 2, 1, 0];
    let extensions = [&groups[..], &signatures, &points].concat();
    let length = u16::try_from(extensions.len()).unwrap().to_be_bytes();
    let body = [&version[..], &[7; 32], &[0], &[0, 2], &suite, &[1, 0], &length, &extensions].concat();
    let body_length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let record_length = u16::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[0x16, 3, 1][..], &record_length, &[1, 0], &body_length, &body].concat()
}

#[tokio::test]
async fn lo_08_old_versions_and_weak_suites_are_refused() {
    const ALERT: u8 = 0x15;
    const HANDSHAKE: u8 = 0x16;
    let (aes_128_gcm, aes_128_cbc, without_forward_secrecy) = ([0xc0, 0x2b], [0xc0, 0x09], [0x00, 0x9c]);
    let kept = Kept::of(&Authority::new().issue("id.example.jp"));
    let running = start(&kept).await;
    for (version, suite, answer) in [
        ([3, 3], aes_128_gcm, HANDSHAKE),
        ([3, 2], aes_128_gcm, ALERT),
        ([3, 1], aes_128_cbc, ALERT),
        ([3, 3], aes_128_cbc, ALERT),
        ([3, 3], without_forward_secrecy, ALERT),
    ] {
        let received = exchange(running.address, &hello(version, suite)).await;
        assert_eq!(received.first(), Some(&answer), "{version:?} {suite:?}");
    }
    let suites = rustls::crypto::aws_lc_rs::default_provider().cipher_suites;
    for suite in suites.iter().map(|suite| format!("{:?}", suite.suite())) {
        assert!(suite.contains("GCM") || suite.contains("CHACHA20"), "{suite}");
        assert!(suite.starts_with("TLS13_") || suite.starts_with("TLS_ECDHE_"), "{suite}");
    }
}

#[tokio::test]
async fn a_new_certificate_is_shown_and_cuts_no_connection() {
    let (before, after) = (Authority::new(), Authority::new());
    let kept = Kept::of(&before.issue("id.example.jp"));
    let running = start(&kept).await;
    let mut old = connect(running.address, &before, &[&TLS13]).await.unwrap();
    assert!(ask(&mut old).await.ends_with("here"));
    kept.replace(&after.issue("id.example.jp"));
    let shown = async {
        while connect(running.address, &after, &[&TLS13]).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), shown).await.expect("the new certificate is shown");
    assert!(connect(running.address, &before, &[&TLS13]).await.is_err());
    assert!(ask(&mut old).await.ends_with("here"), "who was there goes on");
}

#[test]
fn files_that_cannot_be_used_leave_the_certificate_that_was_there() {
    let authority = Authority::new();
    let (first, second) = (authority.issue("id.example.jp"), authority.issue("id.example.jp"));
    let kept = Kept::of(&first);
    let mut guard = Guard::open(kept.tls()).unwrap();
    let shown = |guard: &Guard| guard.shown.0.read().unwrap().cert.clone();
    let before = shown(&guard);
    // Half of a pair, as while it is being replaced; nothing at all; what is no certificate.
    let half = Identity { key: second.key.clone(), ..first };
    let nothing = Identity { certificate: String::new(), key: String::new() };
    let other =
        Identity { certificate: "-----BEGIN CERTIFICATE-----\n%\n".to_owned(), key: second.key.clone() };
    for broken in [half, nothing, other] {
        kept.replace(&broken);
        guard.compare(files::digest(&kept.tls()));
        assert_eq!(shown(&guard), before);
    }
    std::fs::remove_file(kept.tls().key).unwrap();
    guard.compare(files::digest(&kept.tls()));
    assert_eq!(shown(&guard), before);
    kept.replace(&second);
    guard.compare(files::digest(&kept.tls()));
    assert_ne!(shown(&guard), before);
}

#[test]
fn a_file_that_cannot_be_used_is_named_by_key_and_path() {
    let identity = Authority::new().issue("id.example.jp");
    let other = Authority::new().issue("id.example.jp");
    let told = |change: &dyn Fn(&Tls)| {
        let kept = Kept::of(&identity);
        change(&kept.tls());
        let Err(refused) = Guard::open(kept.tls()) else { panic!("opened") };
        let path = kept.0.path().display().to_string();
        refused.to_string().replace(&path, "…")
    };
    let write = |path: &PathBuf, text: &str| std::fs::write(path, text).unwrap();
    let gone = told(&|tls| std::fs::remove_file(&tls.certificate).unwrap());
    assert!(gone.starts_with("server.tls.certificate: …/cert.pem cannot be read"), "{gone}");
    let swapped = told(&|tls| write(&tls.certificate, &identity.key));
    assert_eq!(swapped, "server.tls.certificate: …/cert.pem holds no certificate as PEM");
    let none = told(&|tls| write(&tls.key, "himitsu"));
    assert_eq!(none, "server.tls.key: …/key.pem holds no key as PEM");
    let unlike = told(&|tls| write(&tls.key, &other.key));
    assert_eq!(unlike, "server.tls: …/key.pem is not the key of …/cert.pem");
}

#[tokio::test]
async fn do_01_who_takes_too_long_over_the_handshake_is_let_go() {
    let kept = Kept::of(&Authority::new().issue("id.example.jp"));
    let running = start(&kept).await;
    assert!(exchange(running.address, b"").await.is_empty());
    assert!(exchange(running.address, &hello([3, 3], [0xc0, 0x2b])[..20]).await.is_empty());
    let answer = exchange(running.address, ASKED).await;
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP"), "plain http is not answered");
}

#[tokio::test]
async fn f_21_what_was_begun_under_tls_is_answered() {
    let authority = Authority::new();
    let kept = Kept::of(&authority.issue("id.example.jp"));
    let running = start(&kept).await;
    let mut stream = connect(running.address, &authority, &[&TLS13]).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.shutdown.cancel();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the end is said, not cut");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
}

#[test]
fn the_end_of_a_certificate_is_found_in_either_form_of_time() {
    let authority = Authority::new();
    let ended = Kept::of(&authority.issue_ended("id.example.jp")).tls_ends();
    assert_eq!(ended, Timestamp::from_seconds(1_609_459_200), "2021-01-01T00:00:00Z");
    // Unless it is told otherwise, the maker of these certificates lets them end in 4096.
    let far = Kept::of(&authority.issue("id.example.jp")).tls_ends();
    assert_eq!(far, Timestamp::from_seconds(67_090_118_400), "4096-01-01T00:00:00Z");
}

impl Kept {
    fn tls_ends(&self) -> Timestamp {
        self.tls().ends().unwrap()
    }
}

#[test]
fn bytes_that_are_no_certificate_have_no_end() {
    let whole = CertificateDer::from_pem_slice(Authority::new().pem().as_bytes()).unwrap();
    for length in 0..whole.len() {
        let _ = ends::of(&whole[..length]);
    }
    for place in 0..whole.len() {
        let mut changed = whole.to_vec();
        changed[place] = 0xff;
        let _ = ends::of(&changed);
    }
    assert_eq!(ends::of(&[]), None);
    assert_eq!(ends::of(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
}
