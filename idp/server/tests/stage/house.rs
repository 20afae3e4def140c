//! The stage, and browsers that knock at it over TLS.

#[expect(dead_code, reason = "another house uses more of it")]
#[path = "../oidc/house/browser.rs"]
mod browser;
mod person;
#[expect(dead_code, reason = "another house uses more of it")]
#[path = "../oidc/house/wire.rs"]
mod wire;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt as _;
use sekisho_base::Timestamp;
use sekisho_idp::cli::stage::{self, Set};
use sekisho_idp::config::Config;
use sekisho_idp::service;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_site::clock::MovableClock;
use sekisho_site::http::trial::Authority;
use sekisho_site::http::{Client, Limits, Outbound, Reach, Tls};
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) use browser::{Browser, Reply};
pub(crate) use wire::{authorize, basic, claims, form, header, masked, posted};

pub(crate) const HOST: &str = "id.sekisho-stage.test";
pub(crate) const ISSUER: &str = "https://id.sekisho-stage.test";
pub(crate) const CALLBACK: &str = "https://suite.example/test/a/sekisho/callback";
pub(crate) const BYE: &str = "https://suite.example/test/a/sekisho/post_logout_redirect";
pub(crate) const SECRET: &str = "a-secret-for-trying-things-out-on-a-stage-only";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The suite's client, its second one, and the one that sends its secret in the form.
pub(crate) const SUITE: &str = "basic";
pub(crate) const SECOND: &str = "basic-2";
pub(crate) const POST: &str = "post";
/// The assurance that a password reaches.
pub(crate) const REACHED: &str = "urn:sekisho:acr:1f";

/// The moment at which every test begins.
const BEGIN: Timestamp = Timestamp::from_seconds(1_795_224_276);

#[derive(Clone)]
pub(crate) struct House {
    pub(crate) state: Arc<State>,
    pub(crate) set: Arc<Set>,
    pub(crate) address: String,
    pub(crate) authority: Arc<Authority>,
    clock: MovableClock,
    client: Client,
    _held: Arc<(tempfile::TempDir, DropGuard)>,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// A stage of whose configuration something is said otherwise, by the environment.
    pub(crate) async fn open_with(environment: &[(&str, &str)]) -> Self {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
        let tls = certificate(folder.path(), &authority);
        let changes: Vec<_> = tls.iter().map(|(name, path)| (*name, path.as_str())).collect();
        let config = config(&[changes.as_slice(), environment].concat());
        let clock = MovableClock::at(BEGIN);
        let state = startup::prepare(config, Arc::new(clock.clone())).await.unwrap();
        let set = stage::set(&state, &root().join("conformance"), variable).await.unwrap();
        let shutdown = CancellationToken::new();
        let running = service::start(Arc::clone(&state), shutdown.clone()).await.unwrap();
        let private_hosts = vec![format!("{HOST}=127.0.0.1").parse().unwrap()];
        let outbound = Outbound { private_hosts, ..authority.trusted(folder.path()) };
        Self {
            client: client(&outbound),
            address: format!("https://{HOST}:{}", running.address.port()),
            set: Arc::new(set),
            authority: Arc::new(authority),
            state,
            clock,
            _held: Arc::new((folder, shutdown.drop_guard())),
        }
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Sends a request to the port, as whoever looked the host up would.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("{}{}", self.address, parts.uri).parse().unwrap();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = self.client.send(Request::from_parts(parts, body)).await.unwrap();
        let (parts, body) = answer.into_parts();
        Reply { status: parts.status, headers: parts.headers, body: String::from_utf8(body).unwrap() }
    }

    pub(crate) async fn post(&self, uri: &str, form: &str) -> Reply {
        self.send(posted(uri, form)).await
    }

    pub(crate) async fn token(&self, client: (&str, &str), form: &str) -> Reply {
        let mut request = posted("/token", form);
        request.headers_mut().insert(AUTHORIZATION, basic(client).parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Reply {
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("Bearer {access_token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// A client that is patient: the machine may be busy with other tests.
pub(crate) fn client(outbound: &Outbound) -> Client {
    let limits = Limits { time: Duration::from_mins(1), ..Limits::default() };
    outbound.client_with(Reach::Public, limits, Tls::default()).unwrap()
}

/// The repository's `config`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config")
}

/// Where the suite of these tests would be.
pub(crate) fn variable(name: &str) -> Option<String> {
    match name {
        "SEKISHO_STAGE_SUITE" => Some("https://suite.example".to_owned()),
        "SEKISHO_STAGE_ALIAS" => Some("sekisho".to_owned()),
        _ => None,
    }
}

/// The configuration of the stage, with what differs on this machine, and then `changes`.
pub(crate) fn config(changes: &[(&str, &str)]) -> Config {
    let folder = root().join("conformance");
    let path = |name: &str| folder.join(name).display().to_string();
    let own = [
        ("SEKISHO__SERVER__LISTEN", "127.0.0.1:0".to_owned()),
        ("SEKISHO__SERVER__OPERATORS", "127.0.0.1:0".to_owned()),
        ("SEKISHO__DATABASE__URL", "sqlite::memory:".to_owned()),
        ("SEKISHO__SECRETS__MASTER_KEYS", format!("k1:{}", STANDARD.encode([7; 32]))),
        ("SEKISHO__FILES__INSURERS", path("insurers")),
        ("SEKISHO__FILES__TERMS", path("terms")),
        ("SEKISHO__FILES__CLIENTS", path("clients.toml")),
        ("SEKISHO__HASHING__WORKERS", "1".to_owned()),
    ];
    let changes = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    let file = folder.join("sekisho.toml");
    sekisho_site::config::load_from(Some(&file), "SEKISHO", own.chain(changes)).unwrap()
}

/// A certificate of the stage's own, and the keys that name its files.
fn certificate(folder: &Path, authority: &Authority) -> [(&'static str, String); 2] {
    let identity = authority.issue(HOST);
    let write = |name: &str, pem: &str| {
        let path = folder.join(name);
        std::fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    [
        ("SEKISHO__SERVER__TLS__CERTIFICATE", write("stage.pem", &identity.certificate)),
        ("SEKISHO__SERVER__TLS__KEY", write("stage.key", &identity.key)),
    ]
}
