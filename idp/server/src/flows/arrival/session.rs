//! The session that a person arrives in, and the device.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest};
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, DeviceId, SessionId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::{Event, MembershipRef, Session, merged};
use sekisho_site::db::Tx;
use sekisho_store::sessions::{self, Gain};
use sekisho_store::{audit, grants};

use super::super::visitor::{SESSION, Visitor};
use super::super::{Error, backchannel, devices};
use crate::state::State;

/// Who arrives, and how.
pub struct Entry<'a> {
    /// At whose sign-in.
    pub insurer: &'a Insurer,
    /// Who.
    pub account: AccountId,
    /// Under which membership.
    pub membership: Option<MembershipRef>,
    /// What was shown.
    pub events: Vec<Event>,
    /// Whether the owner hears of a device that the account was never used on.
    pub is_told: bool,
}

/// What the door gives to the browser.
pub struct Opened {
    /// The session and its cookie's value.
    pub session: (Session, SecretString),
    /// The device's id.
    pub device: DeviceId,
    /// The device's cookie's value.
    pub device_cookie: SecretString,
}

/// Opens a session. Who signs in again in the same browser goes on in the same session, with everything that was shown
/// in it; a session of another account ends. The cookie is new each time, and none is adopted (SE-01).
///
/// # Errors
/// When rows cannot be read or written.
pub async fn open(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    entry: Entry<'_>,
    cx: &mut Cx,
) -> Result<Opened, Error> {
    let cookie = cx.secret();
    let digest = Digest::of(SESSION, state.epoch, &cookie);
    let met = devices::meet(state, tx, visitor, entry.account, cx).await?;
    if met.is_new && entry.is_told {
        devices::tell(state, tx, visitor, (entry.insurer, entry.account), cx).await?;
    }
    let shown: Vec<FactorKind> = entry.events.iter().map(|event| event.factor).collect();
    let insurer = entry.membership.as_ref().map(|membership| membership.insurer.clone());
    let (session, event) = match gone_on(tx, visitor, &entry, digest, cx).await? {
        Some(session) => {
            let event = AuditEvent::session_renewed(insurer, session.account, session.id, session.acr());
            (session, event)
        }
        None => {
            let session = begun(state, tx, visitor, (entry, digest), cx).await?;
            let event = AuditEvent::session_started(insurer, session.account, session.id, session.acr());
            (session, event)
        }
    };
    sessions::put_on(tx, session.id, met.id).await?;
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent).by_showing(shown);
    audit::append(tx, &state.audit_key, event, cx).await?;
    Ok(Opened { session: (session, cookie), device: met.id, device_cookie: met.cookie })
}

/// The visitor's own session as it goes on; none where there is none of this account that still lives.
async fn gone_on(
    tx: &mut Tx,
    visitor: &Visitor,
    entry: &Entry<'_>,
    cookie: Digest,
    cx: &Cx,
) -> Result<Option<Session>, Error> {
    let old = visitor.session.as_ref().filter(|session| session.account == entry.account);
    let (Some(old), Some(seen)) = (old, visitor.session_cookie) else { return Ok(None) };
    let lifetimes = &entry.insurer.lifetimes;
    // Only a first factor begins the time anew that a session lives at most (SE-04).
    let is_anew = entry.events.iter().any(|event| event.factor.is_first() && event.at > old.created_at);
    let session = Session {
        membership: entry.membership.clone(),
        events: merged(&old.events, &entry.events),
        language: visitor.language,
        last_seen_at: cx.now,
        idle: lifetimes.session_idle(),
        ends_at: if is_anew { cx.now + lifetimes.session() } else { old.ends_at },
        ..old.clone()
    };
    // It may have ended, or gone on in another tab, since it was read: then another begins.
    Ok(sessions::add_event_rotate(tx, Gain { seen, cookie, session: &session }).await?.then_some(session))
}

/// A session that begins now, under its own id.
async fn begun(
    state: &State,
    tx: &mut Tx,
    visitor: &Visitor,
    (entry, cookie): (Entry<'_>, Digest),
    cx: &mut Cx,
) -> Result<Session, Error> {
    if let Some(old) = visitor.session.as_ref().filter(|session| session.account != entry.account) {
        sessions::end(tx, old.id, "replaced", cx.now).await?;
        let told = grants::end_of_session(tx, old.id, "replaced", cx.now).await?;
        backchannel::tell(state, tx, told, cx).await?;
        let insurer = old.membership.as_ref().map(|membership| membership.insurer.clone());
        let event = AuditEvent::session_ended(insurer, old.account, old.id, "replaced");
        audit::append(tx, &state.audit_key, event, cx).await?;
    }
    let session = Session {
        id: SessionId::draw(cx),
        account: entry.account,
        membership: entry.membership,
        events: entry.events,
        language: visitor.language,
        created_at: cx.now,
        last_seen_at: cx.now,
        idle: entry.insurer.lifetimes.session_idle(),
        ends_at: cx.now + entry.insurer.lifetimes.session(),
    };
    sessions::insert(tx, &session, cookie, &visitor.agent).await?;
    Ok(session)
}
