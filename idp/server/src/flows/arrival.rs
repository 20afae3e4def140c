//! The end of a journey: what comes into being, all at once or not at all.
//!
//! Until here a registration owned only its own sealed row. Account, identifiers,
//! factors, membership, acceptances and session are written in one transaction with
//! the journey's end, and uniqueness is decided by that transaction.

mod changes;
mod joining;
mod recovery;
mod session;

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::account::{Joining, NewSecret};
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, ClientId, InsurerCode, InvitationId};
use sekisho_domain::insurer::{AfterEnrol, Insurer};
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Effect, Kind, Reason, Refusal, To, arrival};
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::{acceptances, accounts, audit, factors, invitations, journeys, links, memberships};

use super::effects::{self, NOTICE, Sender};
use super::journeys::{At, Outcome};
use super::visitor::Visitor;
use super::{Error, devices};
use crate::mail::Letter;
use crate::state::State;

use session::Entry;

pub use joining::joined_at_once;

/// A journey at its end.
pub struct Arriving<'a> {
    /// Where the end is written.
    pub at: At<'a>,
    /// What the journey was for.
    pub kind: Kind,
    /// What its steps gave.
    pub evidence: Vec<Evidence>,
    /// What the last step causes.
    pub effects: Vec<Effect>,
    /// The sealed authorization request, where this is still the browser that it was sealed for.
    pub request: Option<String>,
    /// The client that asked.
    pub client: Option<ClientId>,
    /// The page of ours to return to.
    pub to: Option<To>,
}

/// A person who is there.
pub struct Arrived {
    /// The new session and its cookie's value; none where people sign in by themselves.
    pub session: Option<(Session, SecretString)>,
    /// The value of the device's cookie; none where nobody was let in.
    pub device: Option<SecretString>,
    /// What the journey was for.
    pub kind: Kind,
    /// Whose it was.
    pub insurer: InsurerCode,
    /// The sealed authorization request to go on with.
    pub request: Option<String>,
    /// The client to begin at anew, when the journey came from another browser and cannot go on with its request.
    pub client: Option<ClientId>,
    /// The page of ours to return to, where there is no request.
    pub to: Option<To>,
}

/// Ends a journey in the rows.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn arrive<'a>(
    state: &State,
    visitor: &Visitor,
    mut arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let moved = |found: &Evidence| matches!(found, Evidence::EmailLink(link) if link.elsewhere);
    if arriving.evidence.iter().any(moved) {
        // The first browser is never signed in by what another did, nor this one by what the first asked.
        arriving.request = None;
    } else {
        arriving.client = None;
    }
    match arriving.kind {
        Kind::Enrol | Kind::Activate => registered(state, visitor, arriving, cx).await,
        Kind::Login => signed_in(state, visitor, arriving, cx).await,
        Kind::Join => joining::joined(state, visitor, arriving, cx).await,
        Kind::Recover => recovery::recovered(state, visitor, arriving, cx).await,
        Kind::LostFactor => recovery::lost(state, visitor, arriving, cx).await,
        Kind::Restore => recovery::restored(state, visitor, arriving, cx).await,
        Kind::ChangeEmail => changes::address(state, visitor, arriving, cx).await,
        Kind::ChangeFactor => changes::factor(state, visitor, arriving, cx).await,
    }
}

async fn registered<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, request, client, .. } = arriving;
    let insurer = at.insurer;
    let Some((account, events)) = arrival::registered(&evidence, insurer, visitor.language, cx) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let secrets = state.seal_factors(&account.joining.factors, cx)?;
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    match accounts::insert(&mut tx, &account, &secrets).await {
        Ok(()) => {}
        // Somebody was faster: with this name, this address, or for this person.
        Err(sekisho_store::Error::Conflict { .. }) => return Ok(over(&at, Reason::Enrolled)),
        Err(error) => return Err(error.into()),
    }
    if let Some(invitation) = invitation_of(&evidence) {
        if !invitations::finish(&mut tx, invitation, cx.now).await? {
            return Ok(over(&at, Reason::Enrolled));
        }
        let event = AuditEvent::invitation_used(insurer.code.clone(), account.id, invitation);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    let to = account.email.as_str();
    effects::mail(state, &mut tx, &sender, (to, &Letter::Registered, cx.now + NOTICE), cx).await?;
    let born = AuditEvent::registered(insurer.code.clone(), account.id);
    for event in std::iter::once(born).chain(trail(account.id, &account.joining)) {
        audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    }
    let (session, device) = if insurer.after_enrol == AfterEnrol::SignedIn {
        let membership = Some(account.joining.membership.clone());
        let entry = Entry { insurer, account: account.id, membership, events, is_told: false };
        let opened = session::open(state, &mut tx, visitor, entry, cx).await?;
        (Some(opened.session), opened.device_cookie)
    } else {
        (None, devices::meet(state, &mut tx, visitor, account.id, cx).await?.cookie)
    };
    tx.commit().await?;
    let (insurer, device) = (insurer.code.clone(), Some(device));
    Ok(arrived(Arrived { session, device, kind, insurer, request, client, to: None }))
}

/// Ends the journey's row, spends the link that led to the end, and stores what the last step causes. `false` when
/// another answer was faster, or what may be used once was used meanwhile: then nothing may be committed.
///
/// # Errors
/// [`Error::NotFound`] when the link was followed meanwhile.
async fn conclude(
    state: &State,
    tx: &mut Tx,
    (at, sender, effects): (&At<'_>, &Sender, Vec<Effect>),
    cx: &mut Cx,
) -> Result<bool, Error> {
    if let Some(link) = &at.link
        && links::spend(tx, link.digest, cx.now).await?.is_none()
    {
        return Err(Error::NotFound);
    }
    Ok(journeys::finish(tx, at.id, at.turn, "arrived", cx.now).await?
        && effects::store(state, tx, sender, effects, cx).await?)
}

fn arrived<'a>(arrived: Arrived) -> Outcome<'a> {
    Outcome::Arrived(Box::new(arrived))
}

/// The end of what lets nobody in.
fn done<'a>(kind: Kind, insurer: &Insurer, request: Option<String>) -> Outcome<'a> {
    let insurer = insurer.code.clone();
    arrived(Arrived { session: None, device: None, kind, insurer, request, client: None, to: None })
}

const fn over<'a>(at: &At<'a>, reason: Reason) -> Outcome<'a> {
    Outcome::Over { refusal: Refusal::page(reason), insurer: at.insurer }
}

fn invitation_of(evidence: &[Evidence]) -> Option<InvitationId> {
    evidence.iter().find_map(|found| match found {
        Evidence::Invitation(invited) => Some(invited.id),
        _ => None,
    })
}

/// What the audit trail keeps of a membership: each thing that came into being with it.
fn trail(account: AccountId, joining: &Joining) -> Vec<AuditEvent> {
    let membership = &joining.membership;
    let insurer = || membership.insurer.clone();
    let mut trail = vec![AuditEvent::membership_bound(insurer(), account, membership.id)];
    trail.extend(joining.acceptances.iter().map(|accepted| {
        AuditEvent::terms_accepted(insurer(), account, &accepted.document, &accepted.version)
    }));
    trail.extend(joining.factors.iter().map(|factor| {
        let kind = match factor.secret {
            NewSecret::Password(_) => FactorKind::Password,
            NewSecret::Phone(_) => FactorKind::Sms,
            NewSecret::App { .. } => FactorKind::Totp,
            NewSecret::Passkey(_) => FactorKind::Passkey,
        };
        AuditEvent::factor_enrolled(insurer(), account, kind)
    }));
    trail
}

async fn signed_in<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, request, client, to } = arriving;
    let insurer = at.insurer;
    let Some((account, events)) = arrival::shown(&evidence) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let membership = memberships::live(&state.db, account, &insurer.code).await?;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    if !stands(&mut tx, &evidence).await? {
        return Ok(over(&at, Reason::StartAgain));
    }
    accept(state, &mut tx, (account, insurer, visitor), &evidence, cx).await?;
    let entry = Entry { insurer, account, membership, events, is_told: true };
    let opened = session::open(state, &mut tx, visitor, entry, cx).await?;
    if arrival::is_to_be_remembered(&evidence) {
        devices::remember(state, &mut tx, (insurer, account, opened.device), cx).await?;
    }
    tx.commit().await?;
    let (session, device) = (Some(opened.session), Some(opened.device_cookie));
    Ok(arrived(Arrived { session, device, kind, insurer: insurer.code.clone(), request, client, to }))
}

/// Whether what was shown on the way still counts: a new password, a new second factor, a suspension or a reset ends
/// the walks that began before it (SE-03, PW-04). A recovery code ends by being shown.
async fn stands(tx: &mut Tx, evidence: &[Evidence]) -> Result<bool, Error> {
    for found in evidence {
        let shown = match found {
            Evidence::Password(shown) => shown.factor,
            Evidence::Passkey(shown) => shown.factor,
            Evidence::SecondFactor(shown) if shown.kind != FactorKind::Recovery => shown.factor,
            _ => continue,
        };
        if !factors::hold(tx, shown).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Records what was accepted on the way to a sign-in (row E28).
async fn accept(
    state: &State,
    tx: &mut Tx,
    (account, insurer, visitor): (AccountId, &Insurer, &Visitor),
    evidence: &[Evidence],
    cx: &mut Cx,
) -> Result<(), Error> {
    for accepted in arrival::accepted(evidence) {
        acceptances::insert(tx, (&insurer.code, account), &accepted).await?;
        let event =
            AuditEvent::terms_accepted(insurer.code.clone(), account, &accepted.document, &accepted.version);
        audit::append(tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    }
    Ok(())
}

/// A sign-in that needs no further step: the password was all the insurer asks for.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn directly(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    (evidence, request): (Vec<Evidence>, Option<String>),
    cx: &mut Cx,
) -> Result<Arrived, Error> {
    let (account, events) = arrival::shown(&evidence).ok_or(Error::NotFound)?;
    let membership = memberships::live(&state.db, account, &insurer.code).await?;
    let mut tx = state.db.begin().await?;
    if !stands(&mut tx, &evidence).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry { insurer, account, membership, events, is_told: true };
    let opened = session::open(state, &mut tx, visitor, entry, cx).await?;
    tx.commit().await?;
    let (session, device) = (Some(opened.session), Some(opened.device_cookie));
    let insurer = insurer.code.clone();
    Ok(Arrived { session, device, kind: Kind::Login, insurer, request, client: None, to: None })
}
