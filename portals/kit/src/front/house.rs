//! A portal put together: its sign-in, its pages, its rows.

use std::ops::Deref;
use std::sync::Arc;

use sekisho_base::Table;
use sekisho_site::clock::Door;
use sekisho_site::db::{Db, Migrator};
use sekisho_site::http::{OutboundError, Reach};
use sekisho_site::page::Asset;
use sekisho_site::seal::Ring;
use sekisho_site::web::Cookies;

use super::config::{ConfigError, Sections};
use super::pages::Pages;
use crate::error::Error;
use crate::kit::{Kit, Look, Parts};

/// What a portal is, whatever its configuration says.
pub struct Portal {
    /// The name that its cookies and its stylesheet carry, such as `certificate`.
    pub name: &'static str,
    /// The page of those who have just signed in; a phone's home screen opens it as well.
    pub home: &'static str,
    /// What stands beside its pages on a wide screen: a word and a line, in Japanese.
    pub place: (&'static str, &'static str),
    /// Its words. A key of the front's is said its way.
    pub words: Table,
    /// Its files: `<name>.css`, `icon.svg`, `icon-180.png`, `icon-192.png`, `icon-512.png`, and what its pages load.
    pub files: &'static [Asset],
    /// Its tables.
    pub migrations: &'static Migrator,
}

/// What a portal works with.
pub struct Means {
    /// Its database, with its tables up to date.
    pub db: Db,
    /// The master keys.
    pub ring: Ring,
    /// Where each request's moment and chance come from.
    pub door: Door,
}

/// A portal's rooms: what its doors share.
#[derive(Clone)]
pub struct House(Arc<Rooms>);

/// What a [`House`] is made of.
pub struct Rooms {
    /// The shared sections of the configuration.
    pub sections: Arc<Sections>,
    /// The pages.
    pub pages: Arc<Pages>,
    /// The sign-in.
    pub kit: Arc<Kit>,
    /// The database.
    pub db: Db,
    /// The master keys.
    pub ring: Ring,
    /// Where each request's moment comes from.
    pub door: Door,
    /// The cookies.
    pub cookies: Cookies,
}

/// Why a portal cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The configuration cannot be served from.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What `[outbound]` names cannot be used.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The sign-in cannot be made.
    #[error(transparent)]
    SignIn(#[from] Error),
}

impl House {
    /// A house of its parts.
    ///
    /// # Errors
    /// When the configuration cannot be served from.
    pub fn new(portal: Portal, sections: Sections, means: Means) -> Result<Self, AssemblyError> {
        sections.check()?;
        let sections = Arc::new(sections);
        let (name, home) = (portal.name, portal.home);
        let pages = Arc::new(Pages::new(portal, Arc::clone(&sections))?);
        let public_url = sections.server.public_url.clone();
        let cookies = Cookies::new(name, &public_url);
        let Means { db, ring, door } = means;
        let look: Arc<dyn Look> = Arc::<Pages>::clone(&pages);
        let kit = Kit::new(Parts {
            settings: sections.oidc.clone(),
            public_url,
            insurers: sections.served(),
            home,
            db: db.clone(),
            ring: ring.clone(),
            door: door.clone(),
            cookies: cookies.clone(),
            http: sections.outbound.client(Reach::Configured)?,
            look,
        })?;
        Ok(Self(Arc::new(Rooms { sections, pages, kit, db, ring, door, cookies })))
    }
}

impl Deref for House {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}
