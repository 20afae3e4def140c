//! Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).
//!
//! What must stay true: nobody registers anything without an invitation of an operator's, nor beyond it, then or later; what
//! a token is for is found by its digest alone; a secret is told once and kept as its digest; and an address that a client
//! names is asked only once its token is known to be good.

mod invite;
mod secret;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::{Denied, Metadata, Registration, Secret, SecretDigest};
use sekisho_store::registrations::{self, Managed, Manager};
use sekisho_store::{audit, client_logos, clients as rows};
use serde_json::{Map, Value, json};

use super::clients::{self, named};
use super::throttle::{self, Counted};
use super::{Error, clients::assurance};
use crate::state::State;

pub use invite::{Invited, Wanted, invite, withdraw};
pub use secret::{approve, finish, rotate};

/// What an initial access token is stored as.
pub(super) const INVITATION: Kind = Kind("registration_invitation");
/// What a registration access token is stored as.
const MANAGEMENT: Kind = Kind("registration");

/// Where clients are registered, and where each is managed.
pub const PATH: &str = "/register";

/// Members that are ours to say: a change that repeats them was not meant for us (RFC 7592 §2.2).
const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Why a client is not registered, shown, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The token is missing, unknown, used up, too old, or another client's.
    #[error("the token is not good for this")]
    Unauthorized,
    /// What is asked for breaks a rule.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Too many tries from one source.
    #[error("too many registrations until {0:?}")]
    Throttled(Timestamp),
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<sekisho_site::db::Error> for Failure {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<crate::keys::Error> for Failure {
    fn from(error: crate::keys::Error) -> Self {
        Self::Flow(error.into())
    }
}

/// What a client is told about itself (RFC 7591 §3.2.1, RFC 7592 §3).
pub type Information = Map<String, Value>;

/// Registers a client by an invitation. `source` is the address that asks.
///
/// # Errors
/// [`Failure`]; nothing is stored then, and the invitation is as good as before.
pub async fn register(
    state: &State,
    (token, source): (Option<&SecretString>, &str),
    body: &[u8],
    cx: &mut Cx,
) -> Result<Information, Failure> {
    throttle::count(state, Counted::Registration, source, cx.now).await.map_err(Failure::Throttled)?;
    let digest = |token| Digest::of(INVITATION, state.epoch, token);
    let token = token.ok_or(Failure::Unauthorized)?;
    let invitation = registrations::invitation(&state.db, digest(token), cx.now).await?;
    let invitation = invitation.ok_or(Failure::Unauthorized)?;
    let metadata = Metadata::read(body)?;
    let mut registration = metadata.registration(ClientId::draw(cx), &invitation.allowance)?;
    let secret = registration.needs_secret().then(|| cx.secret());
    registration.secret_sha256 = secret.as_ref().map(|secret| Secret::One(SecretDigest::of(secret)));
    let logo = judged(state, &registration).await?;
    clients::ensure_keys(state, std::slice::from_ref(&registration), cx).await?;

    let management = cx.secret();
    let digest = Digest::of(MANAGEMENT, state.epoch, &management);
    let by = Manager { digest, invitation: invitation.id, allowance: invitation.allowance };
    let mut tx = state.db.begin().await?;
    if !registrations::follow(&mut tx, invitation.id, cx.now).await? {
        return Err(Failure::Unauthorized);
    }
    registrations::insert(&mut tx, &registration, (&by, cx.now)).await?;
    client_logos::put(&mut tx, &registration.id, logo.as_ref()).await?;
    let event = Event::client_registered(&registration.id, invitation.id).from_source(source);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(Told { registration: &registration, management: &management, at: cx.now }
        .information(state, secret.as_ref()))
}

/// What is registered.
///
/// # Errors
/// [`Failure::Unauthorized`] unless the token is this client's.
pub async fn read(state: &State, id: &str, token: Option<&SecretString>) -> Result<Information, Failure> {
    let (token, managed) = managed(state, id, token).await?;
    let Managed { registration, registered_at, .. } = managed;
    Ok(Told { registration: &registration, management: token, at: registered_at }.information(state, None))
}

/// Replaces what is registered by what the client says now; what it leaves out goes. Whoever of ours looked at it before
/// has not seen this: approval that does not come with the invitation is gone.
///
/// # Errors
/// As [`register`] and [`read`].
pub async fn change(
    state: &State,
    (id, token): (&str, Option<&SecretString>),
    body: &[u8],
    cx: &mut Cx,
) -> Result<Information, Failure> {
    let (token, managed) = managed(state, id, token).await?;
    let metadata = Metadata::read(body)?;
    let old = &managed.registration;
    if metadata.text("client_id") != Some(old.id.as_str()) {
        return Err(Denied::at("client_id", "is missing, or another's").into());
    }
    if let Some(field) = OURS.into_iter().find(|name| metadata.has(name)) {
        return Err(Denied::at(field, "is not for clients to say").into());
    }
    if metadata.has("client_secret") && !secret::fits(old, metadata.text("client_secret")) {
        return Err(Denied::at("client_secret", "is not the one that was given out").into());
    }
    let mut registration = metadata.registration(old.id.clone(), &managed.allowance)?;
    let kept = old.secret_sha256.clone().filter(|_| registration.needs_secret());
    let fresh = (registration.needs_secret() && kept.is_none()).then(|| cx.secret());
    registration.secret_sha256 =
        kept.or_else(|| fresh.as_ref().map(|secret| Secret::One(SecretDigest::of(secret))));
    let logo = judged(state, &registration).await?;
    clients::ensure_keys(state, std::slice::from_ref(&registration), cx).await?;

    let mut tx = state.db.begin().await?;
    if !registrations::change(&mut tx, &registration, (managed.applied_at, cx.now)).await? {
        return Err(Denied::at("the body", "comes after another change").into());
    }
    client_logos::put(&mut tx, &registration.id, logo.as_ref()).await?;
    audit::append(&mut tx, &state.audit_key, Event::client_managed(&registration.id, "changed"), cx).await?;
    tx.commit().await?;
    let at = managed.registered_at;
    Ok(Told { registration: &registration, management: token, at }.information(state, fresh.as_ref()))
}

/// Ends a client, and with it everything it was given.
///
/// # Errors
/// As [`read`].
pub async fn remove(
    state: &State,
    (id, token): (&str, Option<&SecretString>),
    cx: &mut Cx,
) -> Result<(), Failure> {
    let (_, managed) = managed(state, id, token).await?;
    let id = managed.registration.id;
    let mut tx = state.db.begin().await?;
    if rows::end(&mut tx, &id, cx.now).await? {
        audit::append(&mut tx, &state.audit_key, Event::client_managed(&id, "deleted"), cx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The client that a token manages. A client that is not there sounds like a token that is wrong (RFC 7592 §2.1).
async fn managed<'a>(
    state: &State,
    id: &str,
    token: Option<&'a SecretString>,
) -> Result<(&'a SecretString, Managed), Failure> {
    let (Some(token), Ok(id)) = (token, id.parse::<ClientId>()) else { return Err(Failure::Unauthorized) };
    let digest = Digest::of(MANAGEMENT, state.epoch, token);
    let managed = registrations::managed(&state.db, &id, digest).await?;
    Ok((token, managed.ok_or(Failure::Unauthorized)?))
}

/// Judges a registration by every rule, and by what it names elsewhere; gives its picture.
async fn judged(
    state: &State,
    registration: &Registration,
) -> Result<Option<sekisho_domain::oidc::client::Logo>, Denied> {
    assurance::check(state, registration)?;
    Ok(named::look(state, registration).await?.logo)
}

/// What a client is told.
struct Told<'a> {
    registration: &'a Registration,
    management: &'a SecretString,
    at: Timestamp,
}

impl Told<'_> {
    /// A secret is told when it was just made, and never again (AD-05).
    fn information(&self, state: &State, secret: Option<&SecretString>) -> Information {
        let mut told = self.registration.information();
        let mut put = |name: &str, value: Value| {
            told.insert(name.to_owned(), value);
        };
        put("client_id_issued_at", json!(self.at.seconds()));
        if let Some(secret) = secret {
            put("client_secret", json!(secret.expose_secret()));
            put("client_secret_issued_at", json!(self.at.seconds()));
            put("client_secret_expires_at", json!(0));
        }
        let at = state.issuer.at(&format!("{PATH}/{}", self.registration.id));
        put("registration_client_uri", json!(at));
        put("registration_access_token", json!(self.management.expose_secret()));
        told
    }
}
