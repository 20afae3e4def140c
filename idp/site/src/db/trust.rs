//! `PostgreSQL` over a network (LO-08): servers that are not who they say, and one that would do without TLS.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::http::trial::{Authority, Identity};

/// The first message of a client that wants TLS (`PostgreSQL` 55.7, `SSLRequest`).
const ASKS_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What a server was told: under TLS, and without.
#[derive(Default)]
struct Told {
    under_tls: AtomicUsize,
    plainly: AtomicUsize,
}

/// A server that shows `identity`, or has none and would go on without TLS.
async fn server(identity: Option<Identity>) -> (u16, Arc<Told>) {
    let tls = identity.map(|identity| {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap(),
            );
        TlsAcceptor::from(Arc::new(config.unwrap()))
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = Arc::new(Told::default());
    let count = Arc::clone(&told);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(meet(stream, tls.clone(), Arc::clone(&count)));
        }
    });
    (port, told)
}

async fn meet(mut stream: TcpStream, tls: Option<TlsAcceptor>, told: Arc<Told>) -> std::io::Result<()> {
    let mut first = [0; 8];
    stream.read_exact(&mut first).await?;
    if first != ASKS_FOR_TLS {
        told.plainly.fetch_add(1, Ordering::SeqCst);
        return Ok(());
    }
    let Some(tls) = tls else {
        stream.write_all(b"N").await?;
        if stream.read(&mut first).await? > 0 {
            told.plainly.fetch_add(1, Ordering::SeqCst);
        }
        return Ok(());
    };
    stream.write_all(b"S").await?;
    let mut stream = tls.accept(stream).await?;
    if stream.read(&mut first).await? > 0 {
        told.under_tls.fetch_add(1, Ordering::SeqCst);
    }
    Ok(())
}

/// A connection to a server on `port` that has to prove to be `localhost`.
async fn connect(port: u16, roots: &Path) -> Result<(), Error> {
    let roots = roots.display();
    let url =
        format!("postgres://sekisho:himitsu@localhost:{port}/d?sslmode=verify-full&sslrootcert={roots}");
    Db::connect(&url).await?.ping().await
}

#[tokio::test]
async fn lo_08_a_database_with_another_name_ended_or_vouched_for_by_nobody_learns_nothing() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let roots = authority.trusted(folder.path()).trusted_ca.unwrap();
    for (identity, believed) in [
        (authority.issue("localhost"), true),
        (authority.issue("other.example.jp"), false),
        (authority.issue_ended("localhost"), false),
        (stranger.issue("localhost"), false),
        (Authority::nobodys("localhost"), false),
    ] {
        let (port, told) = server(Some(identity)).await;
        // No server of these is a database.
        let refused = connect(port, &roots).await.unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("himitsu"));
        assert_eq!(told.under_tls.load(Ordering::SeqCst) > 0, believed);
        assert_eq!(told.plainly.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn lo_08_a_database_that_would_do_without_tls_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let roots = Authority::new().trusted(folder.path()).trusted_ca.unwrap();
    let (port, told) = server(None).await;
    assert!(connect(port, &roots).await.is_err());
    assert_eq!(told.plainly.load(Ordering::SeqCst), 0);
}
