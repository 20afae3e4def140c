//! The end of a journey: what comes into being, all at once or not at all.
//!
//! Until here a registration owned only its own sealed row. Account, identifiers,
//! factors, membership, acceptances and session are written in one transaction with
//! the journey's end, and uniqueness is decided by that transaction.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Language};
use sekisho_domain::account::{NewAccount, NewFactor, NewSecret};
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId, InvitationId, MembershipId, SessionId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, setup_factor};
use sekisho_domain::journey::{Effect, Kind, Reason, Refusal};
use sekisho_domain::session::{Event, MembershipRef, Session};
use sekisho_domain::terms::Acceptance;
use sekisho_site::db::Tx;
use sekisho_store::{accounts, audit, invitations, journeys, memberships, sessions};

use super::Error;
use super::effects::{self, NOTICE, Sender};
use super::journeys::{At, Outcome};
use super::visitor::{SESSION, Visitor};
use crate::mail::Letter;
use crate::state::State;

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
    /// The sealed authorization request.
    pub request: Option<String>,
}

/// A person who is there.
pub struct Arrived {
    /// The new session.
    pub session: Session,
    /// Its cookie's value.
    pub cookie: SecretString,
    /// What the journey was for.
    pub kind: Kind,
    /// The sealed authorization request to go on with.
    pub request: Option<String>,
}

/// Ends a journey in the rows.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn arrive<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    match arriving.kind {
        Kind::Enrol => enrolled(state, visitor, arriving, cx).await,
        Kind::Login => signed_in(state, visitor, arriving, cx).await,
    }
}

async fn enrolled<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, request } = arriving;
    let Some((account, events)) = account_of(&evidence, at.insurer, visitor.language, cx) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let sender = Sender { insurer: at.insurer.code.clone(), language: visitor.language };
    let opened =
        open_session(visitor, at.insurer, (account.id, Some(account.membership.clone())), events, cx);
    let secrets = state.seal_factors(&account.factors, cx)?;
    let mut tx = state.db.begin().await?;
    if !journeys::finish(&mut tx, at.id, at.turn, "arrived", cx.now).await? {
        return Ok(Outcome::Stay(at.id));
    }
    match accounts::insert(&mut tx, &account, &secrets).await {
        Ok(()) => {}
        // Somebody was faster: with this address, or for this person.
        Err(sekisho_store::Error::Conflict { .. }) => {
            return Ok(over(&at, Reason::Enrolled));
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(invitation) = invitation_of(&evidence)
        && !invitations::finish(&mut tx, invitation, cx.now).await?
    {
        return Ok(over(&at, Reason::Enrolled));
    }
    if let Some(invitation) = invitation_of(&evidence) {
        let event = AuditEvent::invitation_used(at.insurer.code.clone(), account.id, invitation);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    effects::store(state, &mut tx, &sender, effects, cx).await?;
    let to = account.email.as_str();
    effects::mail(state, &mut tx, &sender, (to, &Letter::Registered, cx.now + NOTICE), cx).await?;
    for event in trail(&account) {
        audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    }
    insert_session(state, &mut tx, visitor, &opened, cx).await?;
    tx.commit().await?;
    let (session, cookie) = opened;
    Ok(Outcome::Arrived(Box::new(Arrived { session, cookie, kind, request })))
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

/// What the audit trail keeps of a registration: each thing that came into being.
fn trail(account: &NewAccount) -> Vec<AuditEvent> {
    let (id, membership) = (account.id, &account.membership);
    let insurer = || membership.insurer.clone();
    let mut trail = vec![
        AuditEvent::registered(insurer(), id),
        AuditEvent::membership_bound(insurer(), id, membership.id),
    ];
    trail.extend(
        account
            .acceptances
            .iter()
            .map(|accepted| AuditEvent::terms_accepted(insurer(), id, &accepted.document, &accepted.version)),
    );
    trail.extend(account.factors.iter().map(|factor| {
        let kind = match factor.secret {
            NewSecret::Password(_) => FactorKind::Password,
            NewSecret::Phone(_) => FactorKind::Sms,
            NewSecret::App { .. } => FactorKind::Totp,
        };
        AuditEvent::factor_enrolled(insurer(), id, kind)
    }));
    trail
}

async fn signed_in<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, request } = arriving;
    let Some((account, events)) = shown_of(&evidence) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let membership = memberships::live(&state.db, account, &at.insurer.code).await?;
    let sender = Sender { insurer: at.insurer.code.clone(), language: visitor.language };
    let opened = open_session(visitor, at.insurer, (account, membership), events, cx);
    let mut tx = state.db.begin().await?;
    if !journeys::finish(&mut tx, at.id, at.turn, "arrived", cx.now).await?
        || !effects::store(state, &mut tx, &sender, effects, cx).await?
    {
        return Ok(Outcome::Stay(at.id));
    }
    insert_session(state, &mut tx, visitor, &opened, cx).await?;
    tx.commit().await?;
    let (session, cookie) = opened;
    Ok(Outcome::Arrived(Box::new(Arrived { session, cookie, kind, request })))
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
    let (account, events) = shown_of(&evidence).ok_or(Error::NotFound)?;
    let membership = memberships::live(&state.db, account, &insurer.code).await?;
    let opened = open_session(visitor, insurer, (account, membership), events, cx);
    let mut tx = state.db.begin().await?;
    insert_session(state, &mut tx, visitor, &opened, cx).await?;
    tx.commit().await?;
    let (session, cookie) = opened;
    Ok(Arrived { session, cookie, kind: Kind::Login, request })
}

fn open_session(
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

/// A new session never adopts what the browser had before: the old one ends (SE-01).
async fn insert_session(
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

fn account_of(
    evidence: &[Evidence],
    insurer: &Insurer,
    language: Language,
    cx: &mut Cx,
) -> Option<(NewAccount, Vec<Event>)> {
    let id = AccountId::draw(cx);
    let (mut email, mut person, mut factors, mut acceptances, mut events) =
        (None, None, vec![], vec![], vec![]);
    for found in evidence {
        match found {
            Evidence::Credentials(chosen) if !chosen.taken => {
                email = Some(chosen.email.clone());
                let secret = NewSecret::Password(chosen.password_hash.clone().into());
                factors.push(NewFactor { id: FactorId::draw(cx), secret });
                // The password was chosen on this walk; having chosen it is having shown it.
                events.push(Event { at: cx.now, factor: FactorKind::Password });
            }
            Evidence::Identity(found) => person = Some(found.person.clone()),
            Evidence::Terms(accepted) => {
                acceptances.extend(accepted.accepted.iter().map(|(document, version)| Acceptance {
                    document: document.clone(),
                    version: version.clone(),
                    at: accepted.at,
                }));
            }
            Evidence::SetupFactor(setup_factor::Evidence::Phone { phone, at }) => {
                factors.push(NewFactor { id: FactorId::draw(cx), secret: NewSecret::Phone(phone.clone()) });
                events.push(Event { at: *at, factor: FactorKind::Sms });
            }
            Evidence::SetupFactor(setup_factor::Evidence::App { secret, step, at }) => {
                let secret = NewSecret::App { secret: secret.clone(), step: *step };
                factors.push(NewFactor { id: FactorId::draw(cx), secret });
                events.push(Event { at: *at, factor: FactorKind::Totp });
            }
            _ => {}
        }
    }
    let membership =
        MembershipRef { insurer: insurer.code.clone(), id: MembershipId::draw(cx), person: person? };
    let account = NewAccount { id, language, email: email?, membership, factors, acceptances, at: cx.now };
    Some((account, events))
}

fn shown_of(evidence: &[Evidence]) -> Option<(AccountId, Vec<Event>)> {
    let mut account = None;
    let mut events = Vec::new();
    for found in evidence {
        match found {
            Evidence::Password(shown) => {
                account = Some(shown.account);
                events.push(Event { at: shown.at, factor: FactorKind::Password });
            }
            Evidence::SecondFactor(shown) => events.push(Event { at: shown.at, factor: shown.kind }),
            _ => {}
        }
    }
    account.map(|account| (account, events))
}
