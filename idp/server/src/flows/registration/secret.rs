//! What an operator does to a client that registered itself: another secret, with an overlap, and approval.

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::{Registration, Secret, SecretDigest};
use sekisho_store::{audit, registrations};

use crate::flows::Error;
use crate::state::State;

/// Gives a client another secret beside its own, which goes on working. The one before that works no more. None: there is
/// no such client that registered itself and shows a secret.
///
/// # Errors
/// When rows cannot be read or written, or somebody changes the client at this moment.
pub async fn rotate(state: &State, id: &ClientId, cx: &mut Cx) -> Result<Option<SecretString>, Error> {
    let secret = cx.secret();
    let new = SecretDigest::of(&secret);
    let is_done = alter(state, (id, "secret"), cx, |registration| {
        registration.secret_sha256 = match registration.secret_sha256.take()? {
            Secret::One(old) | Secret::Changing([_, old]) => Some(Secret::Changing([old, new])),
        };
        Some(())
    })
    .await?;
    Ok(is_done.then_some(secret))
}

/// Ends the overlap: from now on the newest secret alone works. False where there is none to end.
///
/// # Errors
/// As [`rotate`].
pub async fn finish(state: &State, id: &ClientId, cx: &mut Cx) -> Result<bool, Error> {
    alter(state, (id, "secret"), cx, |registration| match registration.secret_sha256 {
        Some(Secret::Changing([_, new])) => {
            registration.secret_sha256 = Some(Secret::One(new));
            Some(())
        }
        Some(Secret::One(_)) | None => None,
    })
    .await
}

/// Says that somebody of ours looked at a client. False where there is none to approve.
///
/// # Errors
/// As [`rotate`].
pub async fn approve(state: &State, id: &ClientId, cx: &mut Cx) -> Result<bool, Error> {
    alter(state, (id, "approved"), cx, |registration| {
        let is_news = !registration.approved;
        registration.approved = true;
        is_news.then_some(())
    })
    .await
}

/// Whether `secret` is one of those that a client has.
pub(super) fn fits(registration: &Registration, secret: Option<&str>) -> bool {
    let Some(secret) = secret.map(SecretString::from) else { return false };
    match &registration.secret_sha256 {
        Some(Secret::One(digest)) => digest.fits(&secret),
        Some(Secret::Changing(both)) => both.iter().any(|digest| digest.fits(&secret)),
        None => false,
    }
}

async fn alter(
    state: &State,
    (id, what): (&ClientId, &'static str),
    cx: &mut Cx,
    alter: impl FnOnce(&mut Registration) -> Option<()>,
) -> Result<bool, Error> {
    let Some(managed) = registrations::find(&state.db, id).await? else { return Ok(false) };
    let mut registration = managed.registration;
    if alter(&mut registration).is_none() {
        return Ok(false);
    }
    let mut tx = state.db.begin().await?;
    if !registrations::change(&mut tx, &registration, (managed.applied_at, cx.now)).await? {
        return Err(Error::Busy { retry_after: 1 });
    }
    audit::append(&mut tx, &state.audit_key, Event::client_applied(id, what), cx).await?;
    tx.commit().await?;
    Ok(true)
}
