//! Applying for a certificate: a listed reason, an address if it changed, and it is there (guide rows A16–A18, A32–A34).

use std::time::Duration;

use sekisho_base::Cx;

use super::{Desk, Error};
use crate::rows::{self, ApplicationId, Issued, NewCertificate};
use crate::rules::address::Address;
use crate::rules::person::{Cover, Person};
use crate::rules::reason::ReasonId;

/// What a member applies with.
#[derive(Debug)]
pub struct Application {
    /// The form's own id: a form applies once.
    pub id: ApplicationId,
    /// The reason chosen.
    pub reason: ReasonId,
    /// How long a certificate for that reason is good.
    pub lifetime: Duration,
    /// The new address, if the person has moved.
    pub address: Option<Address>,
}

/// How an application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is a certificate to show: a new one, or the one that a form sent twice has made before.
    Issued,
    /// The person has no cover.
    NoCover(Cover),
}

/// Applies for `person`, whose claims must be fresh.
pub async fn apply(
    desk: Desk<'_>,
    person: &Person,
    application: &Application,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    desk.settle().await?;
    let cover = person.cover(desk.today());
    if cover != Cover::Live {
        return Ok(Outcome::NoCover(cover));
    }
    let new = NewCertificate {
        application: application.id,
        whose: desk.whose(),
        person,
        reason: application.reason.as_str(),
        lifetime: application.lifetime,
        address: application.address.as_ref(),
    };
    let mut tx = desk.db.begin().await?;
    match rows::issue(&mut tx, desk.ring, &new, cx).await {
        Ok(Issued::Now) => tx.commit().await?,
        Ok(Issued::Before) => tx.rollback().await?,
        // Two forms at the same instant: the other one's certificate stands, and is as good.
        Err(rows::Error::Db(error)) if error.is_unique_violation() => tx.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    Ok(Outcome::Issued)
}
