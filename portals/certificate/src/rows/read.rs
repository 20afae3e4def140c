//! Reading certificates: only those that the asking account may see.

use sekisho_base::Timestamp;
use sekisho_site::db::{Db, Row, sql};
use sekisho_site::seal::Ring;

use super::ending::NOTE;
use super::{Certificate, CertificateId, Error, Revocation, Whose, open};
use crate::rules::serial::Serial;
use crate::rules::validity::Span;

/// One text for every query that reads certificates; statements are literals.
macro_rules! certificates {
    ($tail:literal) => {
        sql(concat!(
            "select c.id, c.person_key, c.serial, c.body, c.issued_at, c.valid_until, c.cover_ends_at, ",
            "c.superseded_at, c.revoked_at, c.revoked_for, c.revoked_by, c.revoked_note, a.reason from certificates c ",
            "join applications a on a.id = c.application ",
            $tail
        ))
    };
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

/// The certificate of a number, for the insurer's office: no account is asked for.
pub async fn of_serial(db: &Db, ring: &Ring, serial: &Serial) -> Result<Option<Certificate>, Error> {
    let query = certificates!("where c.serial = $1");
    let row = db.fetch_optional(query.bind(serial.to_string())).await?;
    row.map(|row| read(&row, ring)).transpose()
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
        revoked: revocation(row, ring, id)?,
    })
}

fn revocation(row: &Row, ring: &Ring, id: CertificateId) -> Result<Option<Revocation>, Error> {
    let word: Option<String> = row.get("revoked_for")?;
    Ok(match word.as_deref() {
        None => None,
        Some("household") => Some(Revocation::Household),
        Some("office") => {
            let note: Option<Vec<u8>> = row.get("revoked_note")?;
            let note = note.map(|note| open(ring, NOTE, &id.to_string(), &note)).transpose()?;
            let by: Option<String> = row.get("revoked_by")?;
            Some(Revocation::Office { by: by.unwrap_or_default(), note: note.unwrap_or_default() })
        }
        Some(_) => Some(Revocation::Cover),
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
