//! Issuing: an application and its certificate are stored together.

use sekisho_base::Cx;
use sekisho_site::db::{Tx, sql};
use sekisho_site::seal::Ring;

use super::{CertificateId, Error, Issued, NewCertificate, seal};
use crate::rules::serial::Serial;
use crate::rules::validity::Span;

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
    let span = Span::issued(cx.now, new.lifetime, new.person.cover_ends_at());
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
