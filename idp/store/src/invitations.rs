//! Invitations that an office mailed.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{InsurerCode, InvitationId, PersonKey};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// An invitation to be mailed.
#[derive(Clone, Debug)]
pub struct New {
    /// The digest of its token.
    pub digest: Digest,
    /// Its id.
    pub id: InvitationId,
    /// Who invites.
    pub insurer: InsurerCode,
    /// Who is invited.
    pub person: PersonKey,
    /// The address it is mailed to.
    pub email: String,
    /// When it is made.
    pub created_at: Timestamp,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// An invitation that may still be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who invites.
    pub insurer: InsurerCode,
    /// Who is invited.
    pub person: PersonKey,
    /// The address it was mailed to.
    pub email: String,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// Stores an invitation; those the person had before end (RC-02).
///
/// # Errors
/// [`Error::Driver`].
pub async fn insert(tx: &mut Tx, new: &New) -> Result<(), Error> {
    let older = "update invitations set ended_at = $3
        where insurer = $1 and person_key = $2 and used_at is null and ended_at is null";
    tx.execute(sql(older).text(&new.insurer).text(&new.person).bind(new.created_at)).await?;
    let insert = "insert into invitations (digest, id, insurer, person_key, email, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let statement = sql(insert)
        .bind(new.digest)
        .text(new.id)
        .text(&new.insurer)
        .text(&new.person)
        .bind(&new.email)
        .bind(new.created_at)
        .bind(new.expires_at);
    tx.execute(statement).await?;
    Ok(())
}

/// An invitation that may be followed at `now`. Following it spends nothing until an account comes of it.
///
/// # Errors
/// [`Error::Driver`] or [`Error::Damaged`].
pub async fn find(db: &Db, digest: Digest, now: Timestamp) -> Result<Option<Invitation>, Error> {
    let find = "select id, insurer, person_key, email, expires_at from invitations
        where digest = $1 and used_at is null and ended_at is null and expires_at > $2";
    let Some(row) = db.fetch_optional(sql(find).bind(digest).bind(now)).await? else { return Ok(None) };
    let row = Named::new(&row, "invitations", "id");
    Ok(Some(Invitation {
        id: row.parse("id")?,
        insurer: row.parse("insurer")?,
        person: row.parse("person_key")?,
        email: row.get("email")?,
        expires_at: row.get("expires_at")?,
    }))
}

/// Uses an invitation up: true for the first account that comes of it. One that was begun in time may be finished late:
/// the journey's own life bounds it.
///
/// # Errors
/// [`Error::Driver`].
pub async fn finish(tx: &mut Tx, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let finish = "update invitations set used_at = $2 where id = $1 and used_at is null and ended_at is null";
    Ok(tx.execute(sql(finish).text(id).bind(now)).await? == 1)
}
