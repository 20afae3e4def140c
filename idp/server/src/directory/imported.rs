//! Members as their insurer's extracts say.

use async_trait::async_trait;
use sekisho_domain::ids::{InsurerCode, PersonKey};
use sekisho_domain::member::{Marks, Record};
use sekisho_site::db::Db;
use sekisho_store::members;

use super::{Failure, MemberDirectory};

/// The imported table.
pub struct Imported {
    db: Db,
    insurer: InsurerCode,
}

impl Imported {
    /// The table's part that is an insurer's.
    pub const fn new(db: Db, insurer: InsurerCode) -> Self {
        Self { db, insurer }
    }
}

#[async_trait]
impl MemberDirectory for Imported {
    async fn candidates(&self, symbol: &Marks, number: &Marks) -> Result<Vec<Record>, Failure> {
        Ok(members::candidates(&self.db, &self.insurer, symbol, number).await?)
    }

    async fn by_given_id(&self, folded: &str) -> Result<Vec<Record>, Failure> {
        Ok(members::by_given_id(&self.db, &self.insurer, folded).await?)
    }

    async fn person(&self, person: &PersonKey) -> Result<Option<Record>, Failure> {
        Ok(members::get(&self.db, &self.insurer, person).await?)
    }

    async fn household(&self, household: &PersonKey) -> Result<Vec<Record>, Failure> {
        Ok(members::household(&self.db, &self.insurer, household).await?)
    }

    fn is_elsewhere(&self) -> bool {
        false
    }
}
