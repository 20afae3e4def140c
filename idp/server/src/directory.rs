//! Where an insurer's member records are asked for: in the imported table, or in the insurer's own directory over HTTP.
//!
//! What must stay true: a record that comes from outside is as good as an imported one or it is none; nothing that came
//! from outside is kept; a directory that does not answer costs nobody a try and holds up nothing but the question
//! itself; and no log, error or measure says anything about a person.

mod access;
mod answer;
mod http;
mod imported;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use async_trait::async_trait;
use sekisho_domain::ids::{InsurerCode, PersonKey};
use sekisho_domain::insurer::Insurers;
use sekisho_domain::member::{Marks, Record};
use sekisho_site::clock::Clock;
use sekisho_site::db::Db;

use crate::config::Config;

pub use access::Access;
pub use http::Http;
pub use imported::Imported;

/// The members of one insurer.
#[async_trait]
pub trait MemberDirectory: Send + Sync {
    /// The records that carry a symbol and a number, whether zeros in front of them count or not.
    ///
    /// # Errors
    /// [`Failure`].
    async fn candidates(&self, symbol: &Marks, number: &Marks) -> Result<Vec<Record>, Failure>;

    /// The records with a pre-issued ID.
    ///
    /// # Errors
    /// [`Failure`].
    async fn by_given_id(&self, folded: &str) -> Result<Vec<Record>, Failure>;

    /// A person's record.
    ///
    /// # Errors
    /// [`Failure`].
    async fn person(&self, person: &PersonKey) -> Result<Option<Record>, Failure>;

    /// The records of a household, the insured person's first.
    ///
    /// # Errors
    /// [`Failure`].
    async fn household(&self, household: &PersonKey) -> Result<Vec<Record>, Failure>;

    /// Whether asking leaves this service: then it takes its time, and may fail.
    fn is_elsewhere(&self) -> bool;
}

/// Why there is no answer. An answer that names nobody is none of these.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Rows could not be read.
    #[error(transparent)]
    Rows(#[from] sekisho_store::Error),
    /// The insurer's directory gave no answer that can be used; why stands in the log.
    #[error("the member directory is away")]
    Away {
        /// When asking again may help.
        retry_after: Duration,
    },
}

/// The directories of all insurers.
pub struct Directories(BTreeMap<InsurerCode, Box<dyn MemberDirectory>>);

impl Directories {
    /// The directories that insurers' files ask for, reached as the configuration says.
    ///
    /// # Errors
    /// When a directory cannot be reached in this way, or access to one is configured that nobody asks for.
    pub fn new(
        insurers: &Insurers,
        config: &Config,
        db: &Db,
        clock: &Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let asked = |code| insurers.get(code).is_some_and(|insurer| insurer.directory.is_some());
        if let Some(code) = config.directories.keys().find(|code| !asked(code)) {
            bail!("directories.{code}: no insurer of this code has a [directory]");
        }
        let mut all: BTreeMap<_, Box<dyn MemberDirectory>> = BTreeMap::new();
        for insurer in insurers.iter() {
            let code = insurer.code.clone();
            let directory: Box<dyn MemberDirectory> = match &insurer.directory {
                None => Box::new(Imported::new(db.clone(), code.clone())),
                Some(_) => Box::new(Http::new(insurer, config, Arc::clone(clock))?),
            };
            all.insert(code, directory);
        }
        Ok(Self(all))
    }

    /// An insurer's directory; none for an insurer that is not served.
    pub fn get(&self, insurer: &InsurerCode) -> Option<&dyn MemberDirectory> {
        self.0.get(insurer).map(AsRef::as_ref)
    }
}
