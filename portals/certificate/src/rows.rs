//! The portal's rows: applications and the certificates issued for them.
//!
//! Nothing is decided here but whether a row still allows a change. What is about a person is
//! sealed with table, column and id; one person has one standing certificate, which the database sees to.

use sekisho_base::{Cx, Timestamp, id};
use sekisho_site::db::{Db, Migrator, Row, Tx, sql};
use sekisho_site::seal::Ring;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::rules::address::Address;
use crate::rules::person::Person;
use crate::rules::serial::Serial;
use crate::rules::validity::Span;

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

/// One text for every query that reads certificates; statements are literals.
macro_rules! certificates {
    ($tail:literal) => {
        sql(concat!(
            "select c.id, c.person_key, c.serial, c.body, c.issued_at, c.valid_until, c.cover_ends_at, ",
            "c.superseded_at, c.revoked_at, a.reason from certificates c ",
            "join applications a on a.id = c.application ",
            $tail
        ))
    };
}

/// Issues a certificate: the application is stored once, what stood before is superseded, and a new one stands.
pub async fn issue(tx: &mut Tx, ring: &Ring, new: &NewCertificate<'_>, cx: &mut Cx) -> Result<Issued, Error> {
    if !apply(tx, ring, new, cx).await? {
        return Ok(Issued::Before);
    }
    let whose = new.whose;
    let supersede = sql("update certificates set superseded_at = $3 \
         where insurer = $1 and person_key = $2 and superseded_at is null and revoked_at is null");
    tx.execute(supersede.bind(whose.insurer).bind(new.person.key.as_str()).bind(cx.now)).await?;
    let id = CertificateId::draw(cx);
    let serial = Serial::draw(cx).to_string();
    let span = Span::issued(cx.now, new.person.cover_ends_at());
    let body = seal(ring, "certificates.body", &id.to_string(), new.person, cx)?;
    let insert = sql(
        "insert into certificates (id, application, insurer, person_key, applicant, serial, body, issued_at, \
         valid_until, cover_ends_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    );
    let insert = insert
        .bind(id.to_string())
        .bind(new.application.to_string())
        .bind(whose.insurer)
        .bind(new.person.key.as_str())
        .bind(whose.applicant)
        .bind(serial)
        .bind(body)
        .bind(span.issued_at)
        .bind(span.valid_until)
        .bind(span.cover_ends_at);
    tx.execute(insert).await?;
    Ok(Issued::Now)
}

async fn apply(tx: &mut Tx, ring: &Ring, new: &NewCertificate<'_>, cx: &mut Cx) -> Result<bool, Error> {
    let id = new.application.to_string();
    let address =
        new.address.map(|address| seal(ring, "applications.address", &id, address, cx)).transpose()?;
    let insert =
        sql("insert into applications (id, insurer, person_key, applicant, reason, address, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing");
    let insert = insert
        .bind(id)
        .bind(new.whose.insurer)
        .bind(new.person.key.as_str())
        .bind(new.whose.applicant)
        .bind(new.reason)
        .bind(address)
        .bind(cx.now);
    Ok(tx.execute(insert).await? == 1)
}

/// A person's certificates that this account may see, the newest first, at most twenty.
pub async fn of_person(
    db: &Db,
    ring: &Ring,
    whose: Whose<'_>,
    person_key: &str,
) -> Result<Vec<Certificate>, Error> {
    let query = certificates!(
        "where c.insurer = $1 and c.person_key = $2 and (c.applicant = $3 or c.person_key = $4) \
         order by c.issued_at desc, c.id desc limit 20"
    );
    let rows = db
        .fetch_all(query.bind(whose.insurer).bind(person_key).bind(whose.applicant).bind(whose.own_key))
        .await?;
    rows.iter().map(|row| read(row, ring)).collect()
}

/// Every certificate this account may see that still stands at `now`.
pub async fn standing(
    db: &Db,
    ring: &Ring,
    whose: Whose<'_>,
    now: Timestamp,
) -> Result<Vec<Certificate>, Error> {
    let query = certificates!(
        "where c.insurer = $1 and (c.applicant = $2 or c.person_key = $3) and c.valid_until > $4 \
         and c.superseded_at is null and c.revoked_at is null order by c.issued_at desc"
    );
    let rows =
        db.fetch_all(query.bind(whose.insurer).bind(whose.applicant).bind(whose.own_key).bind(now)).await?;
    rows.iter().map(|row| read(row, ring)).collect()
}

/// What decides the worth of the certificate with that serial.
pub async fn span_of(db: &Db, serial: &Serial) -> Result<Option<Span>, Error> {
    let query = sql(
        "select issued_at, valid_until, cover_ends_at, superseded_at, revoked_at from certificates where serial = $1",
    );
    let row = db.fetch_optional(query.bind(serial.to_string())).await?;
    row.map(|row| span(&row)).transpose().map_err(Error::from)
}

/// Takes a certificate back, unless that was done before.
pub async fn revoke(db: &Db, id: CertificateId, why: &str, now: Timestamp) -> Result<(), Error> {
    let update =
        sql("update certificates set revoked_at = $2, revoked_for = $3 where id = $1 and revoked_at is null");
    db.execute(update.bind(id.to_string()).bind(now).bind(why)).await?;
    Ok(())
}

/// Notes when the cover of a certificate's person is going to end, or that it no longer is.
pub async fn note_cover_end(db: &Db, id: CertificateId, ends_at: Option<Timestamp>) -> Result<(), Error> {
    let update = sql("update certificates set cover_ends_at = $2 where id = $1 and revoked_at is null");
    db.execute(update.bind(id.to_string()).bind(ends_at)).await?;
    Ok(())
}

fn read(row: &Row, ring: &Ring) -> Result<Certificate, Error> {
    let id: CertificateId = row.parse("id")?;
    Ok(Certificate {
        id,
        person_key: row.get("person_key")?,
        serial: row.get("serial")?,
        person: open(ring, "certificates.body", &id.to_string(), &row.get::<Vec<u8>>("body")?)?,
        reason: row.get("reason")?,
        span: span(row)?,
    })
}

fn span(row: &Row) -> Result<Span, sekisho_site::db::Error> {
    Ok(Span {
        issued_at: row.get("issued_at")?,
        valid_until: row.get("valid_until")?,
        cover_ends_at: row.get("cover_ends_at")?,
        superseded_at: row.get("superseded_at")?,
        revoked_at: row.get("revoked_at")?,
    })
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
