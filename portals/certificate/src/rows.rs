//! The portal's rows: applications and the certificates issued for them.
//!
//! Nothing is decided here but whether a row still allows a change. What is about a person is
//! sealed with table, column and id; one person has one standing certificate, which the database sees to.

mod ending;
mod issue;
mod read;

use std::time::Duration;

use sekisho_base::{Cx, Timestamp, id};
use sekisho_site::db::Migrator;
use sekisho_site::seal::Ring;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::rules::address::Address;
use crate::rules::person::Person;
use crate::rules::validity::{Span, State};

pub use ending::{TakenBack, note_cover_end, revoke, take_back};
pub use issue::issue;
pub use read::{of_person, of_serial, span_of, standing};

/// The portal's tables, `migrations/certificate`.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/certificate");

id!(
    /// An application for a certificate. It is drawn with the form, so that one form applies once.
    ApplicationId,
    "app"
);

id!(
    /// A certificate.
    CertificateId,
    "crt"
);

/// What can be wrong with the rows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed, or a column does not hold what it should.
    #[error("the database: {0}")]
    Db(#[from] sekisho_site::db::Error),
    /// A row does not open or cannot be read.
    #[error("{table} {id} is damaged")]
    Damaged {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
    },
}

/// Whose certificates are meant.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The insurer.
    pub insurer: &'a str,
    /// The signed-in account: issuer and subject.
    pub applicant: &'a str,
    /// The signed-in member's own key. What others asked for this person is theirs to see as well.
    pub own_key: &'a str,
}

/// An application together with its certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The certificate's id.
    pub id: CertificateId,
    /// The person it is for.
    pub person_key: String,
    /// The number it is called by.
    pub serial: String,
    /// The person as shown.
    pub person: Person,
    /// Why it was asked for: the name of a reason.
    pub reason: String,
    /// What decides its worth.
    pub span: Span,
    /// Why it was taken back, if it was.
    pub revoked: Option<Revocation>,
}

/// Why a certificate was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The person has no cover any more.
    Cover,
    /// The person is no longer one of the member's household.
    Household,
    /// The insurer's office did it.
    Office {
        /// Who there.
        by: String,
        /// What they say about it to the member.
        note: String,
    },
}

impl Revocation {
    /// The word kept in the row.
    const fn word(&self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Household => "household",
            Self::Office { .. } => "office",
        }
    }
}

impl Certificate {
    /// Why the certificate is revoked at `now`: what was noted, else that the cover has ended as it was known it would.
    pub fn revoked_for(&self, now: Timestamp) -> Option<&Revocation> {
        let State::Revoked { .. } = self.span.state(now) else { return None };
        Some(self.revoked.as_ref().unwrap_or(&Revocation::Cover))
    }
}

/// What an application brings.
pub struct NewCertificate<'a> {
    /// The application's id, from the form.
    pub application: ApplicationId,
    /// Who asks.
    pub whose: Whose<'a>,
    /// For whom.
    pub person: &'a Person,
    /// Why.
    pub reason: &'a str,
    /// How long it is good.
    pub lifetime: Duration,
    /// The new address, if the person has moved.
    pub address: Option<&'a Address>,
}

/// How an application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// A certificate was issued.
    Now,
    /// This form was used before; whatever it led to stands.
    Before,
}

fn seal<T: Serialize>(
    ring: &Ring,
    column: &'static str,
    id: &str,
    value: &T,
    cx: &mut Cx,
) -> Result<Vec<u8>, Error> {
    let plain = serde_json::to_vec(value).map_err(|_| damaged(column, id))?;
    Ok(ring.seal(&format!("{column}:{id}"), &plain, cx))
}

fn open<T: DeserializeOwned>(ring: &Ring, column: &'static str, id: &str, sealed: &[u8]) -> Result<T, Error> {
    let plain = ring.open(&format!("{column}:{id}"), sealed).map_err(|_| damaged(column, id))?;
    serde_json::from_slice(&plain).map_err(|_| damaged(column, id))
}

fn damaged(table: &'static str, id: &str) -> Error {
    Error::Damaged { table, id: id.to_owned() }
}
