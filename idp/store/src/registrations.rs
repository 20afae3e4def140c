//! Clients that registered themselves (RFC 7591, RFC 7592), and the invitations to do so.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::{ClientId, RegistrationInvitationId};
use sekisho_domain::oidc::client::{Allowance, Registration};
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::clients;
use crate::row::Named;

/// An invitation to register clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: RegistrationInvitationId,
    /// What such clients may be given.
    pub allowance: Allowance,
    /// How many may still be registered.
    pub uses_left: i64,
    /// When it is too old.
    pub expires_at: Timestamp,
}

/// Stores an invitation whose token has this digest.
///
/// # Errors
/// When the row cannot be written.
pub async fn invite(
    tx: &mut Tx,
    invitation: &Invitation,
    (digest, now): (Digest, Timestamp),
) -> Result<(), Error> {
    let insert = "insert into registration_invitations (id, digest, allowance, uses_left, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6)";
    let statement = sql(insert)
        .text(invitation.id)
        .bind(digest)
        .bind(allowance_json(&invitation.allowance, &invitation.id)?)
        .bind(invitation.uses_left)
        .bind(now)
        .bind(invitation.expires_at);
    tx.execute(statement).await?;
    Ok(())
}

/// The invitation whose token has this digest, if it can still be followed at `now`.
///
/// # Errors
/// [`Error::Damaged`] when it cannot be read.
pub async fn invitation(db: &Db, digest: Digest, now: Timestamp) -> Result<Option<Invitation>, Error> {
    let find = "select id, allowance, uses_left, expires_at from registration_invitations \
         where digest = $1 and uses_left > 0 and expires_at > $2";
    let Some(row) = db.fetch_optional(sql(find).bind(digest).bind(now)).await? else { return Ok(None) };
    let row = Named::new(&row, "registration_invitations", "id");
    Ok(Some(Invitation {
        id: row.parse("id")?,
        allowance: allowance(&row)?,
        uses_left: row.get("uses_left")?,
        expires_at: row.get("expires_at")?,
    }))
}

/// Uses an invitation for one client. False when it has been used up, or is too old.
///
/// # Errors
/// When the row cannot be written.
pub async fn follow(tx: &mut Tx, id: RegistrationInvitationId, now: Timestamp) -> Result<bool, Error> {
    let take = "update registration_invitations set uses_left = uses_left - 1 \
         where id = $1 and uses_left > 0 and expires_at > $2";
    Ok(tx.execute(sql(take).text(id).bind(now)).await? == 1)
}

/// Takes an invitation back: what was registered with it stays. False when there is nothing to take back.
///
/// # Errors
/// When the row cannot be written.
pub async fn withdraw(tx: &mut Tx, id: RegistrationInvitationId) -> Result<bool, Error> {
    let withdraw = "update registration_invitations set uses_left = 0 where id = $1 and uses_left > 0";
    Ok(tx.execute(sql(withdraw).text(id)).await? == 1)
}

/// A client that registered itself, as whoever manages it finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Managed {
    /// What is registered.
    pub registration: Registration,
    /// What it was invited to.
    pub allowance: Allowance,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Since when it stands as it does: a change names what it saw.
    pub applied_at: Timestamp,
}

/// Who manages a new client, and what for.
#[derive(Clone, Debug)]
pub struct Manager {
    /// The digest of the token.
    pub digest: Digest,
    /// The invitation that was followed.
    pub invitation: RegistrationInvitationId,
    /// What it allowed.
    pub allowance: Allowance,
}

/// Registers a new client.
///
/// # Errors
/// When the rows cannot be written, or there is a client of this id.
pub async fn insert(
    tx: &mut Tx,
    registration: &Registration,
    (by, now): (&Manager, Timestamp),
) -> Result<(), Error> {
    let client = "insert into clients (id, profile, registration, origin, applied_at) \
         values ($1, $2, $3, 'registered', $4)";
    let text = clients::json(registration)?;
    tx.execute(sql(client).text(&registration.id).bind(registration.profile.as_str()).bind(text).bind(now))
        .await?;
    let managed = "insert into registrations (client, digest, invitation, allowance, registered_at) \
         values ($1, $2, $3, $4, $5)";
    let statement = sql(managed)
        .text(&registration.id)
        .bind(by.digest)
        .text(by.invitation)
        .bind(allowance_json(&by.allowance, &registration.id)?)
        .bind(now);
    tx.execute(statement).await?;
    Ok(())
}

/// The live client of this id, for whoever holds the token of this digest. Another client's token finds nothing (AD-06).
///
/// # Errors
/// [`Error::Damaged`] when it cannot be read.
pub async fn managed(db: &Db, id: &ClientId, digest: Digest) -> Result<Option<Managed>, Error> {
    let find = "select c.id, c.registration, c.applied_at, r.allowance, r.registered_at \
         from registrations r join clients c on c.id = r.client \
         where r.client = $1 and r.digest = $2 and c.ended_at is null";
    read(db.fetch_optional(sql(find).text(id).bind(digest)).await?.as_ref())
}

/// As [`managed`], for an operator, who needs no token.
///
/// # Errors
/// As [`managed`].
pub async fn find(db: &Db, id: &ClientId) -> Result<Option<Managed>, Error> {
    let find = "select c.id, c.registration, c.applied_at, r.allowance, r.registered_at \
         from registrations r join clients c on c.id = r.client \
         where r.client = $1 and c.ended_at is null";
    read(db.fetch_optional(sql(find).text(id)).await?.as_ref())
}

/// Changes what is registered, if it still is as it was `seen`. False when somebody changed or ended it meanwhile.
///
/// # Errors
/// When the row cannot be written.
pub async fn change(
    tx: &mut Tx,
    registration: &Registration,
    (seen, now): (Timestamp, Timestamp),
) -> Result<bool, Error> {
    // Two changes at one moment must not pass for one.
    let at = now.max(Timestamp::from_micros(seen.micros() + 1));
    let change = "update clients set profile = $2, registration = $3, applied_at = $4 \
         where id = $1 and applied_at = $5 and origin = 'registered' and ended_at is null";
    let statement = sql(change)
        .text(&registration.id)
        .bind(registration.profile.as_str())
        .bind(clients::json(registration)?)
        .bind(at)
        .bind(seen);
    Ok(tx.execute(statement).await? == 1)
}

fn read(row: Option<&sekisho_site::db::Row>) -> Result<Option<Managed>, Error> {
    let Some(row) = row else { return Ok(None) };
    let row = Named::new(row, "registrations", "id");
    Ok(Some(Managed {
        registration: clients::registration(&row)?,
        allowance: allowance(&row)?,
        registered_at: row.get("registered_at")?,
        applied_at: row.get("applied_at")?,
    }))
}

fn allowance(row: &Named<'_>) -> Result<Allowance, Error> {
    serde_json::from_str(&row.get::<String>("allowance")?).map_err(|_| row.damaged("allowance"))
}

fn allowance_json(allowance: &Allowance, id: &impl std::fmt::Display) -> Result<String, Error> {
    serde_json::to_string(allowance).map_err(|_| Error::Damaged {
        table: "registrations",
        id: id.to_string(),
        column: "allowance".to_owned(),
    })
}
