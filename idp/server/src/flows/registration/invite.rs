//! Inviting somebody to register clients: an initial access token (RFC 7591 §3).

use std::time::Duration;

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::RegistrationInvitationId;
use sekisho_domain::oidc::client::{Allowance, Reach};
use sekisho_domain::oidc::scope::Scope;
use sekisho_store::audit;
use sekisho_store::registrations::{self, Invitation};

use super::INVITATION;
use crate::flows::Error;
use crate::state::State;

/// What an invitation is to allow, how often, and for how long.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What clients registered with it may be given.
    pub allowance: Allowance,
    /// How many may be registered.
    pub uses: u32,
    /// How long it can be followed.
    pub life: Duration,
}

/// What came of it.
#[derive(Debug)]
pub enum Invited {
    /// An invitation.
    Made {
        /// Its id, by which it is taken back.
        id: RegistrationInvitationId,
        /// The token, told only now.
        token: SecretString,
        /// When it is too old.
        until: Timestamp,
    },
    /// It would allow nothing that could be registered: the reason.
    Refused(String),
}

/// Makes an invitation.
///
/// # Errors
/// When rows cannot be written.
pub async fn invite(state: &State, wanted: Wanted, cx: &mut Cx) -> Result<Invited, Error> {
    let Wanted { allowance, uses, life } = wanted;
    if let Reach::Only(codes) = &allowance.insurers {
        if codes.is_empty() {
            return Ok(Invited::Refused("it names no insurer".to_owned()));
        }
        if let Some(code) = codes.iter().find(|code| state.insurers.get(code).is_none()) {
            return Ok(Invited::Refused(format!("{code} is no insurer here")));
        }
    }
    if !allowance.scopes.has(Scope::Openid) || uses == 0 {
        return Ok(Invited::Refused("it needs the scope openid, and one use at least".to_owned()));
    }
    let (id, token, until) = (RegistrationInvitationId::draw(cx), cx.secret(), cx.now + life);
    let invitation = Invitation { id, allowance, uses_left: i64::from(uses), expires_at: until };
    let digest = Digest::of(INVITATION, state.epoch, &token);
    let mut tx = state.db.begin().await?;
    registrations::invite(&mut tx, &invitation, (digest, cx.now)).await?;
    audit::append(&mut tx, &state.audit_key, Event::client_invited(id, "ok"), cx).await?;
    tx.commit().await?;
    Ok(Invited::Made { id, token, until })
}

/// Takes an invitation back. False when there is nothing to take back.
///
/// # Errors
/// When rows cannot be written.
pub async fn withdraw(state: &State, id: RegistrationInvitationId, cx: &mut Cx) -> Result<bool, Error> {
    let mut tx = state.db.begin().await?;
    let was_open = registrations::withdraw(&mut tx, id).await?;
    if was_open {
        audit::append(&mut tx, &state.audit_key, Event::client_invited(id, "withdrawn"), cx).await?;
    }
    tx.commit().await?;
    Ok(was_open)
}
