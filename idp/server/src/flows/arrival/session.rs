//! The session that a person arrives in.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest};
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::ids::{AccountId, SessionId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::{Event, MembershipRef, Session};
use sekisho_site::db::Tx;
use sekisho_store::{audit, sessions};

use super::super::Error;
use super::super::visitor::{SESSION, Visitor};
use crate::state::State;

/// A session that begins now, and its cookie's value.
pub fn new(
    visitor: &Visitor,
    insurer: &Insurer,
    (account, membership): (AccountId, Option<MembershipRef>),
    events: Vec<Event>,
    cx: &mut Cx,
) -> (Session, SecretString) {
    let session = Session {
        id: SessionId::draw(cx),
        account,
        membership,
        events,
        language: visitor.language,
        created_at: cx.now,
        last_seen_at: cx.now,
        idle: insurer.lifetimes.session_idle(),
        ends_at: cx.now + insurer.lifetimes.session(),
    };
    (session, cx.secret())
}

/// Stores a session. It never adopts what the browser had before: the old one ends (SE-01).
///
/// # Errors
/// When rows cannot be written.
pub async fn insert(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    (session, cookie): &(Session, SecretString),
    cx: &mut Cx,
) -> Result<(), Error> {
    if let Some(old) = &visitor.session {
        sessions::end(tx, old.id, "replaced", cx.now).await?;
        let insurer = old.membership.as_ref().map(|membership| membership.insurer.clone());
        let event = AuditEvent::session_ended(insurer, old.account, old.id, "replaced");
        audit::append(tx, &state.audit_key, event, cx).await?;
    }
    let digest = Digest::of(SESSION, state.epoch, cookie);
    sessions::insert(tx, session, digest, &visitor.agent).await?;
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = AuditEvent::session_started(insurer, session.account, session.id, session.acr());
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(tx, &state.audit_key, event, cx).await?;
    Ok(())
}
