//! Houses that stand apart, as they do in earnest: the identity provider on one registrable domain, the certificate portal
//! on another, a stranger's page on a third, each over https under a certificate of an authority that only they trust.
//!
//! The identity provider is the stage of `config/conformance`, so that one person with a password is there from the
//! beginning. TLS ends in each process.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use axum::response::Html;
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use sekisho_base::Timestamp;
use sekisho_domain::oidc::client::SecretDigest;
use sekisho_idp::cli::stage::{self, Set};
use sekisho_idp::flows::clients;
use sekisho_idp::state::State;
use sekisho_idp::{service, startup};
use sekisho_site::clock::{Clock as _, MovableClock};
use sekisho_site::http::trial::Authority;
use sekisho_site::serve::{Listening, Tls};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::scratch::Scratch;
use crate::town::{START, free};

/// Where browsers and houses find each other: these names, and everything below them, are this machine.
pub const DOMAINS: [&str; 3] = ["sekisho-stage.test", "portal-stage.test", "stranger-stage.test"];

const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";

/// Running houses. They end when this value goes.
pub struct Apart {
    /// What the identity provider's doors share.
    pub state: Arc<State>,
    /// The identity provider, which is the issuer.
    pub idp: String,
    /// The certificate portal.
    pub portal: String,
    /// A page of somebody else's, which says how it was asked and what for.
    pub stranger: String,
    set: Set,
    clock: MovableClock,
    shutdown: CancellationToken,
    _portal: sekisho_certificate::Running,
    _idp: service::Running,
    _scratch: Scratch,
}

/// What the houses are built from.
struct Ground {
    scratch: Scratch,
    authority: Authority,
    clock: MovableClock,
    shutdown: CancellationToken,
}

impl Apart {
    /// Starts the houses.
    ///
    /// # Errors
    /// When one of them does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let clock = MovableClock::running();
        clock.set(START);
        let ground = Ground {
            scratch: Scratch::new("apart")?,
            authority: Authority::new(),
            clock: clock.clone(),
            shutdown: CancellationToken::new(),
        };
        ground.authority.trusted(ground.scratch.path());
        let ports: [u16; 3] = free()?;
        let [idp, portal, stranger] = addresses(ports);
        let [idp_port, portal_port, stranger_port] = ports;
        let certificate = ground.portal(&portal, &idp, portal_port).await?;
        ground.stranger(&stranger, stranger_port).await?;
        let (state, set, running) = ground.idp(&idp, [&portal, &stranger], idp_port).await?;
        let Ground { scratch, shutdown, .. } = ground;
        Ok(Self {
            state,
            idp,
            portal,
            stranger,
            set,
            clock,
            shutdown,
            _portal: certificate,
            _idp: running,
            _scratch: scratch,
        })
    }

    /// The person who is there from the beginning: login ID and password.
    pub fn person(&self) -> (&str, &str) {
        (&self.set.person.login_id, self.set.person.password.expose_secret())
    }

    /// The present moment of the houses.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A request that the stranger's page makes of the identity provider, with parameters of its own.
    pub fn asked(&self, more: &str) -> String {
        let callback = format!("{}/cb", self.stranger);
        let callback: String = url::form_urlencoded::byte_serialize(callback.as_bytes()).collect();
        let good = "client_id=stranger&response_type=code&scope=openid&state=s-1";
        format!("{}/authorize?{good}&redirect_uri={callback}{more}", self.idp)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Ground {
    /// A certificate for the host of an address, as files.
    fn tls(&self, address: &str) -> anyhow::Result<Tls> {
        let host = url::Url::parse(address)?.host_str().context("no host")?.to_owned();
        let identity = self.authority.issue(&host);
        let tls = Tls {
            certificate: self.scratch.path().join(format!("{host}.pem")),
            key: self.scratch.path().join(format!("{host}.key")),
        };
        std::fs::write(&tls.certificate, identity.certificate)?;
        std::fs::write(&tls.key, identity.key)?;
        Ok(tls)
    }

    /// Where others are found, and by whom they are known, as the `[outbound]` of each house says.
    fn outbound(&self, others: &[&str]) -> anyhow::Result<toml::Table> {
        let mut hosts = Vec::new();
        for other in others {
            hosts.push(format!("{}=127.0.0.1", url::Url::parse(other)?.host_str().context("no host")?));
        }
        let ca = self.scratch.path().join("ca.pem");
        Ok(toml::Table::from_iter([
            ("trusted_ca".to_owned(), ca.display().to_string().into()),
            ("private_hosts".to_owned(), hosts.into()),
        ]))
    }

    fn database(&self, name: &str) -> String {
        format!("sqlite:{}", self.scratch.path().join(name).display())
    }

    async fn idp(
        &self,
        idp: &str,
        others: [&str; 2],
        port: u16,
    ) -> anyhow::Result<(Arc<State>, Set, service::Running)> {
        let folder = config().join("conformance");
        let mut file = table(&folder.join("sekisho.toml"))?;
        let tls = self.tls(idp)?;
        put(&mut file, "server", "issuer", idp)?;
        put(&mut file, "server", "listen", format!("127.0.0.1:{port}"))?;
        put(&mut file, "server", "operators", "127.0.0.1:0")?;
        put(&mut file, "server", "tls", files(&tls))?;
        put(&mut file, "database", "url", self.database("sekisho.db"))?;
        put(&mut file, "secrets", "master_keys", format!("k1:{}", STANDARD.encode([7; 32])))?;
        for (key, name) in [("insurers", "insurers"), ("terms", "terms"), ("clients", "clients.toml")] {
            put(&mut file, "files", key, folder.join(name).display().to_string())?;
        }
        file.insert("outbound".to_owned(), self.outbound(&others)?.into());
        let state = startup::prepare(file.try_into()?, Arc::new(self.clock.clone())).await?;
        let variable = |name: &str| match name {
            "SEKISHO_STAGE_SUITE" => Some("https://suite.example".to_owned()),
            "SEKISHO_STAGE_ALIAS" => Some("sekisho".to_owned()),
            _ => None,
        };
        let set = stage::set(&state, &folder, variable).await?;
        clients::apply(&state, registrations(others)?, &mut state.cx()).await?;
        let running = service::start(Arc::clone(&state), self.shutdown.clone()).await?;
        Ok((state, set, running))
    }

    async fn portal(
        &self,
        portal: &str,
        idp: &str,
        port: u16,
    ) -> anyhow::Result<sekisho_certificate::Running> {
        let mut file = table(&config().join("certificate.toml"))?;
        let tls = self.tls(portal)?;
        put(&mut file, "server", "public_url", portal)?;
        put(&mut file, "server", "listen", format!("127.0.0.1:{port}"))?;
        put(&mut file, "server", "operators", "127.0.0.1:0")?;
        put(&mut file, "server", "tls", files(&tls))?;
        put(&mut file, "server", "loopback", false)?;
        put(&mut file, "server", "database", self.database("certificate.db"))?;
        put(&mut file, "oidc", "issuer", idp)?;
        put(&mut file, "oidc", "client_secret", SECRET)?;
        let keys = self.scratch.path().join("certificate.keys");
        file.insert("keys_file".to_owned(), keys.display().to_string().into());
        file.insert("outbound".to_owned(), self.outbound(&[idp])?.into());
        let stage: toml::Table = toml::from_str(
            "seal = \"試験\"\naccent = \"#5a5f73\"\nphone = \"03-0000-0720\"\nleast_acr = \"urn:sekisho:acr:1f\"\n\
             decision = \"2026-11-21: a stage\"\n[name]\nja = \"試験場健康保険組合\"\nen = \"Stage\"\n",
        )?;
        put(&mut file, "insurers", "stage", stage)?;
        let clock = Arc::new(self.clock.clone());
        Ok(sekisho_certificate::start(file.try_into()?, clock, self.shutdown.clone()).await?)
    }

    /// Somebody else's page: it says by which method it was asked, and for which fields.
    async fn stranger(&self, address: &str, port: u16) -> anyhow::Result<()> {
        let listening =
            Listening::bind(([127, 0, 0, 1], port).into()).await?.under(Some(&self.tls(address)?))?;
        tokio::spawn(listening.serve(Router::new().fallback(any(repeat)), self.shutdown.clone()));
        Ok(())
    }
}

/// Each house's address: a name on a domain of its own.
fn addresses([idp, portal, stranger]: [u16; 3]) -> [String; 3] {
    let [stage, portals, strangers] = DOMAINS;
    [
        format!("https://id.{stage}:{idp}"),
        format!("https://certificate.{portals}:{portal}"),
        format!("https://www.{strangers}:{stranger}"),
    ]
}

/// What is asked, and how, as a page.
async fn repeat(request: Request) -> ([(&'static str, &'static str); 1], Html<String>) {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let names: Vec<String> = url::form_urlencoded::parse(query)
        .chain(url::form_urlencoded::parse(&body))
        .map(|(name, value)| if name == "error" { format!("error={value}") } else { name.into_owned() })
        .collect();
    let page = format!("<!doctype html><title>.</title><p>{} {}</p>", parts.method, names.join(" "));
    ([("set-cookie", "__Host-stranger=1; Secure; HttpOnly; Path=/; SameSite=Lax")], Html(page))
}

fn registrations(
    [portal, stranger]: [&str; 2],
) -> anyhow::Result<Vec<sekisho_domain::oidc::client::Registration>> {
    let secret = SecretDigest::of(&SECRET.into()).to_string();
    Ok(serde_json::from_value(json!([
        {
            "id": "certificate",
            "name": { "ja": "資格確認書", "en": "Eligibility certificate" },
            "insurers": ["stage"],
            "redirect_uris": [format!("{portal}/callback")],
            "post_logout_redirect_uris": [format!("{portal}/")],
            "backchannel_logout_uri": format!("{portal}/backchannel-logout"),
            "initiate_login_uri": format!("{portal}/initiate"),
            "secret_sha256": secret,
            "id_token_signed_response_alg": "ES256",
            "first_party": true,
            "scopes": ["openid", "profile", "email", "insurance"],
        },
        {
            "id": "stranger",
            "name": { "ja": "よその画面", "en": "A stranger's page" },
            "insurers": ["stage"],
            "redirect_uris": [format!("{stranger}/cb")],
            "secret_sha256": secret,
            "pkce": "optional",
            "first_party": true,
            "scopes": ["openid"],
        },
    ]))?)
}

fn config() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config")
}

fn table(path: &Path) -> anyhow::Result<toml::Table> {
    Ok(std::fs::read_to_string(path)?.parse()?)
}

fn put(
    file: &mut toml::Table,
    section: &str,
    key: &str,
    value: impl Into<toml::Value>,
) -> anyhow::Result<()> {
    let section = file.get_mut(section).and_then(toml::Value::as_table_mut).context("no such section")?;
    section.insert(key.to_owned(), value.into());
    Ok(())
}

fn files(tls: &Tls) -> toml::Table {
    let path = |path: &Path| path.display().to_string().into();
    toml::Table::from_iter([
        ("certificate".to_owned(), path(&tls.certificate)),
        ("key".to_owned(), path(&tls.key)),
    ])
}
