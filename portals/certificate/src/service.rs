//! The portal put together.

use std::sync::Arc;

use axum::Router;
use sekisho_portal_kit::{Kit, Look, Parts};
use sekisho_site::clock::Door;
use sekisho_site::db::Db;
use sekisho_site::http::{Client, Reach};
use sekisho_site::seal::Ring;
use sekisho_site::web::Cookies;

use crate::config::{Config, ConfigError};
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
        insurers: config.insurers.keys().cloned().collect(),
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
