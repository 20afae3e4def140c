//! The portal put together, and started.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use secrecy::ExposeSecret as _;
use sekisho_portal_kit::{Kit, Look, Parts};
use sekisho_site::clock::{Clock, Door};
use sekisho_site::db::Db;
use sekisho_site::http::{Client, Reach};
use sekisho_site::seal::{KeyError, Ring};
use sekisho_site::serve::{self, Doors, Listening};
use sekisho_site::web::Cookies;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, ConfigError};
use crate::rows::MIGRATIONS;
use crate::web::{App, House, Pages, router};

/// What the portal works with.
pub struct Means {
    /// Its database, with its tables up to date.
    pub db: Db,
    /// The master keys.
    pub ring: Ring,
    /// Where each request's moment and chance come from.
    pub door: Door,
}

/// Why the portal cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The configuration cannot be served from.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The sign-in cannot be made.
    #[error(transparent)]
    SignIn(#[from] sekisho_portal_kit::Error),
}

/// The portal's router over `means`.
///
/// # Errors
/// When the configuration cannot be served from.
pub fn assemble(config: Config, means: Means) -> Result<Router, AssemblyError> {
    config.check()?;
    let config = Arc::new(config);
    let pages = Arc::new(Pages::new(Arc::clone(&config))?);
    let public_url = config.server.public_url.clone();
    let cookies = Cookies::new("certificate", &public_url);
    let Means { db, ring, door } = means;
    let look: Arc<dyn Look> = pages.clone();
    let kit = Kit::new(Parts {
        settings: config.oidc.clone(),
        public_url,
        insurers: config.served(),
        home: "/certificates",
        db: db.clone(),
        ring: ring.clone(),
        door: door.clone(),
        cookies: cookies.clone(),
        http: Client::new(Reach::Configured),
        look,
    })?;
    let house = House { config, pages, kit, db, ring, door, cookies, checks: crate::web::Limit::default() };
    Ok(router(App::new(house)))
}

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It cannot be put together.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The master keys cannot be read.
    #[error("master keys: {0}")]
    Keys(#[from] KeyError),
    /// The database cannot be opened or brought up to date.
    #[error("database: {0}")]
    Db(#[from] sekisho_site::db::Error),
    /// A port cannot be bound.
    #[error("listening: {0}")]
    Listening(#[from] std::io::Error),
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Assembly(error.into())
    }
}

/// A portal that answers.
pub struct Running {
    /// Where browsers reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub operators: Option<SocketAddr>,
    serving: JoinHandle<()>,
}

impl Running {
    /// Waits until it has ended, after its shutdown was asked for.
    pub async fn ended(self) {
        let _ = self.serving.await;
    }
}

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// What the database says.
pub async fn open_database(config: &Config) -> Result<Db, sekisho_site::db::Error> {
    let db = Db::connect(&config.server.database).await?;
    db.migrate(&MIGRATIONS).await?;
    Ok(db)
}

/// Starts the portal: when this returns it answers, until `shutdown`.
///
/// # Errors
/// [`StartError`] when it cannot.
pub async fn start(
    config: Config,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
) -> Result<Running, StartError> {
    config.check()?;
    let door = Door { clock };
    let ring = match (&config.master_keys, &config.keys_file) {
        (Some(keys), _) => Ring::parse(keys.expose_secret())?,
        (None, Some(file)) => Ring::open_or_create(file, &mut door.cx())?,
        (None, None) => return Err(ConfigError::Keys.into()),
    };
    if config.server.public_url.scheme() == "http" {
        tracing::warn!("server.loopback is set: plain http, for trying things out on this machine only");
    }
    let db = open_database(&config).await?;
    let public = Listening::bind(config.server.listen).await?;
    let operators = match config.server.operators {
        Some(address) => Some(Listening::bind(address).await?),
        None => None,
    };
    let address = public.address()?;
    let operators_at = operators.as_ref().map(Listening::address).transpose()?;
    let router = assemble(config, Means { db: db.clone(), ring, door })?;
    let doors = Doors { public, router, operators, db };
    let serving = tokio::spawn(serve::run(doors, shutdown));
    Ok(Running { address, operators: operators_at, serving })
}
