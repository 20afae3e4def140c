//! What ends a certificate before its time.

use sekisho_base::{Cx, Timestamp};
use sekisho_site::db::{Db, sql};
use sekisho_site::seal::Ring;

use super::{CertificateId, Error, Revocation, seal};
use crate::rules::serial::Serial;

/// The column of what an office says, to which it is sealed.
pub(super) const NOTE: &str = "certificates.revoked_note";

/// How an office's wish to take a certificate back ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// It is revoked from now on.
    Now,
    /// It was no longer valid: nothing has changed.
    Before,
    /// There is none of that number.
    Unknown,
}

/// Takes a certificate back because of what the claims say, unless that was done before.
pub async fn revoke(db: &Db, id: CertificateId, why: &Revocation, now: Timestamp) -> Result<(), Error> {
    let update =
        sql("update certificates set revoked_at = $2, revoked_for = $3 where id = $1 and revoked_at is null");
    db.execute(update.bind(id.to_string()).bind(now).bind(why.word())).await?;
    Ok(())
}

/// Takes the certificate of a number back for the office: once, and only while it is valid.
pub async fn take_back(
    db: &Db,
    ring: &Ring,
    serial: &Serial,
    (by, note): (&str, &str),
    cx: &mut Cx,
) -> Result<TakenBack, Error> {
    let find = sql("select id from certificates where serial = $1").bind(serial.to_string());
    let Some(row) = db.fetch_optional(find).await? else { return Ok(TakenBack::Unknown) };
    let id: CertificateId = row.parse("id")?;
    let note = seal(ring, NOTE, &id.to_string(), &note, cx)?;
    let update = sql("update certificates set revoked_at = $2, revoked_for = 'office', revoked_by = $3, \
         revoked_note = $4 where id = $1 and revoked_at is null and superseded_at is null and valid_until > $2 \
         and (cover_ends_at is null or cover_ends_at > $2)");
    let update = update.bind(id.to_string()).bind(cx.now).bind(by).bind(note);
    Ok(if db.execute(update).await? == 1 { TakenBack::Now } else { TakenBack::Before })
}

/// Notes when the cover of a certificate's person is going to end, or that it no longer is.
pub async fn note_cover_end(db: &Db, id: CertificateId, ends_at: Option<Timestamp>) -> Result<(), Error> {
    let update = sql("update certificates set cover_ends_at = $2 where id = $1 and revoked_at is null");
    db.execute(update.bind(id.to_string()).bind(ends_at)).await?;
    Ok(())
}
