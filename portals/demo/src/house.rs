//! The whole house, started in an order in which nothing waits for anything.
//!
//! When the issuer's discovery document answers, the portals and the inbox already do, the sample members are imported
//! and the portals are registered.

mod sample;
mod settings;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use secrecy::SecretString;
use sekisho_idp::state::State;
use sekisho_idp::{service, startup};
use sekisho_site::clock::{Clock, Door, SystemClock};
use sekisho_site::serve::Listening;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use sample::Imported;

use crate::inbox::{Inbox, smtp, web};

/// Where the parts of the house listen, all on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The identity provider.
    pub idp: u16,
    /// The certificate portal.
    pub certificate: u16,
    /// The portal of medical costs.
    pub medical_costs: u16,
    /// The inbox's pages and the SMS gateway.
    pub inbox: u16,
    /// The inbox's mail server.
    pub smtp: u16,
}

impl Ports {
    /// The ports that belong to a base: base to base+4, in the order of these fields.
    ///
    /// # Errors
    /// When there are not so many ports.
    pub fn from_base(base: u16) -> anyhow::Result<Self> {
        let at = |offset| base.checked_add(offset).context("--port-base is too high");
        Ok(Self { idp: base, certificate: at(1)?, medical_costs: at(2)?, inbox: at(3)?, smtp: at(4)? })
    }

    /// The address of a port as browsers see it, without a slash at the end.
    pub fn address(port: u16) -> String {
        format!("http://localhost:{port}")
    }
}

/// What a house is built from.
#[derive(Clone)]
pub struct Plan {
    /// The folder with `insurers`, `terms`, `sample` and the services' own files.
    pub config: PathBuf,
    /// The folder of the keys that seal.
    pub keys: PathBuf,
    /// The identity provider's database.
    pub idp_database: SecretString,
    /// The certificate portal's database.
    pub certificate_database: String,
    /// The database of the portal of medical costs.
    pub medical_costs_database: String,
    /// Where everything listens.
    pub ports: Ports,
    /// What everything goes by.
    pub clock: Arc<dyn Clock>,
}

impl Plan {
    /// A house that keeps everything in `folder`, on SQLite, and goes by the machine's clock.
    pub fn new(config: &Path, folder: &Path, ports: Ports) -> Self {
        let database = |name: &str| format!("sqlite:{}", folder.join(name).display());
        Self {
            config: config.to_owned(),
            keys: folder.to_owned(),
            idp_database: database("sekisho.db").into(),
            certificate_database: database("certificate.db"),
            medical_costs_database: database("medical-costs.db"),
            ports,
            clock: Arc::new(SystemClock),
        }
    }

    fn door(&self) -> Door {
        Door { clock: Arc::clone(&self.clock) }
    }
}

/// A house that answers.
pub struct House {
    /// Where it listens.
    pub ports: Ports,
    /// What was sent.
    pub inbox: Inbox,
    /// What the identity provider's doors share.
    pub state: Arc<State>,
    /// What was imported by this start; nothing when the members were there already.
    pub imported: Vec<Imported>,
    idp: service::Running,
    certificate: sekisho_certificate::Running,
    medical_costs: sekisho_medical_costs::Running,
    inbox_pages: JoinHandle<()>,
}

impl House {
    /// Starts everything; it ends with `shutdown`.
    ///
    /// # Errors
    /// When a port is taken, a file of the configuration cannot be read, or a database cannot be opened. The message
    /// says which.
    pub async fn start(plan: &Plan, shutdown: &CancellationToken) -> anyhow::Result<Self> {
        let secrets = settings::Secrets::draw(plan)?;
        let (inbox, inbox_pages) = open_inbox(plan, &secrets, shutdown).await?;
        let (certificate, medical_costs) = open_portals(plan, &secrets, shutdown).await?;
        let config = settings::idp(plan, &secrets)?;
        // What doors show from their first answer on is made ready before they open.
        let state =
            startup::prepare(config, Arc::clone(&plan.clock)).await.context("the identity provider")?;
        let imported = sample::import(&state, &plan.config).await?;
        sample::register(&state, plan, &secrets).await?;
        let idp =
            service::start(Arc::clone(&state), shutdown.clone()).await.context("the identity provider")?;
        Ok(Self { ports: plan.ports, inbox, state, imported, idp, certificate, medical_costs, inbox_pages })
    }

    /// Waits for the orderly end of every part.
    pub async fn ended(self) {
        drop(self.state);
        self.idp.ended().await;
        self.certificate.ended().await;
        self.medical_costs.ended().await;
        let _ = self.inbox_pages.await;
    }
}

/// The address of a port that only this machine reaches.
fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

async fn open_portals(
    plan: &Plan,
    secrets: &settings::Secrets,
    shutdown: &CancellationToken,
) -> anyhow::Result<(sekisho_certificate::Running, sekisho_medical_costs::Running)> {
    let config = settings::certificate(plan, secrets)?;
    let certificate = sekisho_certificate::start(config, Arc::clone(&plan.clock), shutdown.clone())
        .await
        .context("the certificate portal")?;
    let config = settings::medical_costs(plan, secrets)?;
    sample::import_claims(&config, plan).await?;
    let medical_costs = sekisho_medical_costs::start(config, Arc::clone(&plan.clock), shutdown.clone())
        .await
        .context("the portal of medical costs")?;
    Ok((certificate, medical_costs))
}

async fn open_inbox(
    plan: &Plan,
    secrets: &settings::Secrets,
    shutdown: &CancellationToken,
) -> anyhow::Result<(Inbox, JoinHandle<()>)> {
    let inbox = Inbox::new(plan.door());
    let address = loopback(plan.ports.smtp);
    let mail = std::net::TcpListener::bind(address)
        .with_context(|| format!("the inbox's mail server, {address}"))?;
    smtp::listen(inbox.clone(), mail)?;
    let pages = Listening::bind(loopback(plan.ports.inbox)).await.context("the inbox")?;
    let desk = web::Desk {
        inbox: inbox.clone(),
        issuer: Ports::address(plan.ports.idp),
        sms_token: secrets.sms_token.clone(),
    };
    let serving = tokio::spawn(pages.serve(web::router(desk), shutdown.clone()));
    Ok((inbox, serving))
}
