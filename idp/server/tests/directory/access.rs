//! What proves us to a directory, and it to us.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use axum::serve::Listener;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sekisho_site::http::trial::{Authority, Identity};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::fake::Fake;
use crate::house::{House, Site};
use crate::people::shoko;

fn roots(authority: &Authority) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    Arc::new(roots)
}

/// Listens under TLS; whoever fails the handshake is forgotten.
struct Guarded {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Guarded {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.tcp.accept().await.unwrap();
            if let Ok(stream) = self.tls.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// A directory that shows `identity` and speaks to whom `clients` certified.
async fn guarded(identity: &Identity, clients: &Authority) -> Fake {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots(clients), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap(),
        )
        .unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let fake = Fake::at(tcp.local_addr().unwrap(), &[shoko()]);
    let listener = Guarded { tcp, tls: TlsAcceptor::from(Arc::new(config)) };
    let router = fake.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    fake
}

/// Files with what proves us, and the lines that name them.
fn shown(files: &Path, ours: &Authority, trusted: &Authority) -> String {
    let identity = ours.issue("sekisho.example.jp");
    let write = |name: &str, text: &str| {
        let path = files.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    format!(
        "client_certificate = \"{}\"\nclient_key = \"{}\"\nca = \"{}\"",
        write("client.pem", &identity.certificate),
        write("client.key", &identity.key),
        write("ca.pem", &trusted.pem())
    )
}

fn site(fake: &Fake, access: String) -> Site<'static> {
    let url = fake.url().replace("http:", "https:");
    Site {
        insurer: "minato",
        directory: format!("url = \"{url}\"\nauth = \"mtls\"\ntimeout_ms = 5000"),
        access,
        throttle: "",
    }
}

#[tokio::test]
async fn a_directory_and_we_know_each_other_by_certificates() {
    let (theirs, ours) = (Authority::new(), Authority::new());
    let fake = guarded(&theirs.issue("localhost"), &ours).await;
    let files = tempfile::tempdir().unwrap();
    let house = House::with(site(&fake, shown(files.path(), &ours, &theirs))).await;
    assert_eq!(house.ask().await.unwrap().len(), 1);
    assert!(!fake.questions()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn lo_08_who_is_certified_by_somebody_else_is_neither_believed_nor_answered() {
    let (theirs, ours, stranger) = (Authority::new(), Authority::new(), Authority::new());
    let files = tempfile::tempdir().unwrap();
    // Each of them: the directory's certificate, who certified us, whom we trust.
    for (number, (identity, client, trusted)) in [
        (theirs.issue("localhost"), &stranger, &theirs),
        (theirs.issue("localhost"), &ours, &stranger),
        (theirs.issue("other.example.jp"), &ours, &theirs),
        (theirs.issue_ended("localhost"), &ours, &theirs),
        (Authority::nobodys("localhost"), &ours, &theirs),
    ]
    .into_iter()
    .enumerate()
    {
        let fake = guarded(&identity, &ours).await;
        let house = House::with(site(&fake, shown(files.path(), client, trusted))).await;
        assert!(house.is_away().await, "{number}");
        assert_eq!(fake.count(), 0, "no question leaves");
    }
}

#[tokio::test]
async fn a_house_does_not_open_with_access_that_does_not_fit() {
    let fake = Fake::of(&[]).await;
    let files = tempfile::tempdir().unwrap();
    let empty = files.path().join("empty");
    fs::write(&empty, "\n").unwrap();
    let authority = Authority::new();
    let mtls = shown(files.path(), &authority, &authority);
    let url = fake.url();
    let bearer = format!("url = \"{url}\"");
    let secured = format!("url = \"{}\"\nauth = \"mtls\"", url.replace("http:", "https:"));
    for (directory, access) in [
        (&bearer, String::new()),
        (&bearer, "token = \"\"".to_owned()),
        (&bearer, "token = \"a\\nb\"".to_owned()),
        (&bearer, format!("token_file = \"{}\"", empty.display())),
        (&bearer, "token_file = \"/nowhere\"".to_owned()),
        (&bearer, format!("token = \"t\"\ntoken_file = \"{}\"", empty.display())),
        (&bearer, format!("token = \"t\"\n{mtls}")),
        (&secured, "token = \"t\"".to_owned()),
        (&secured, format!("client_key = \"{0}\"\nclient_certificate = \"{0}\"", empty.display())),
        (&format!("url = \"{url}\"\nauth = \"mtls\""), mtls.clone()),
        (&"url = \"https://members.example.jp\"".to_owned(), "token = \"t\"".to_owned()),
    ] {
        let site = Site { directory: directory.clone(), access: access.clone(), ..Site::minato(&fake) };
        assert!(House::open(site).await.is_err(), "{directory} {access}");
    }
}

#[tokio::test]
async fn a_token_may_stand_in_a_file() {
    let fake = Fake::of(&[shoko()]).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "from-a-file\n").unwrap();
    let access = format!("token_file = \"{}\"", file.path().display());
    let house = House::with(Site { access, ..Site::minato(&fake) }).await;
    assert!(house.ask().await.is_ok());
    assert_eq!(fake.questions()[0].headers["authorization"], "Bearer from-a-file");
}
