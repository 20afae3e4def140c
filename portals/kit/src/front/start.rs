//! A portal started: its keys, its database, its listeners.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use secrecy::ExposeSecret as _;
use sekisho_site::clock::{Clock, Door};
use sekisho_site::db::{Db, Migrator};
use sekisho_site::seal::{KeyError, Ring};
use sekisho_site::serve::{self, Doors, Listening, TlsError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::config::{ConfigError, Sections};
use super::edge;
use super::house::{AssemblyError, House, Means, Portal};

/// Why a portal does not start.
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
    /// The certificate cannot be shown.
    #[error(transparent)]
    Tls(#[from] TlsError),
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

/// Opens a portal's database and brings its tables up to date.
///
/// # Errors
/// What the database says.
pub async fn open_database(
    sections: &Sections,
    migrations: &Migrator,
) -> Result<Db, sekisho_site::db::Error> {
    let db = Db::connect(&sections.server.database).await?;
    db.migrate(migrations).await?;
    Ok(db)
}

/// Starts a portal: when this returns it answers, until the token says that it should end. `own` makes its pages, as
/// a router over the house; the front's paths are added to it.
///
/// # Errors
/// [`StartError`] when it cannot.
pub async fn start(
    portal: Portal,
    sections: Sections,
    (clock, shutdown): (Arc<dyn Clock>, CancellationToken),
    own: impl FnOnce(House) -> Router,
) -> Result<Running, StartError> {
    sections.check()?;
    let door = Door { clock };
    let ring = open_ring(&sections, &door)?;
    if sections.server.public_url.scheme() == "http" {
        tracing::warn!("server.loopback is set: plain http, for trying things out on this machine only");
    }
    sections.outbound.announce();
    let db = open_database(&sections, portal.migrations).await?;
    let public = Listening::bind(sections.server.listen).await?.under(sections.server.tls.as_ref())?;
    let operators = match sections.server.operators {
        Some(address) => Some(Listening::bind(address).await?),
        None => None,
    };
    let address = public.address()?;
    let operators_at = operators.as_ref().map(Listening::address).transpose()?;
    let house = House::new(portal, sections, Means { db: db.clone(), ring, door })?;
    let router = edge::router(&house, own(house.clone()));
    let serving = tokio::spawn(serve::run(Doors { public, router, operators, db }, shutdown));
    Ok(Running { address, operators: operators_at, serving })
}

/// The master keys that a portal's configuration names; a file of keys is made when there is none.
///
/// # Errors
/// When they cannot be read, or none are named.
pub fn open_ring(sections: &Sections, door: &Door) -> Result<Ring, StartError> {
    match (&sections.master_keys, &sections.keys_file) {
        (Some(keys), _) => Ok(Ring::parse(keys.expose_secret())?),
        (None, Some(file)) => Ok(Ring::open_or_create(file, &mut door.cx())?),
        (None, None) => Err(ConfigError::Keys.into()),
    }
}
