//! The way back: a new password, a second factor that is lost, and the one in its place.
//!
//! None of them signs anybody in. Whatever others were signed in with ends, and every address of the account is told.

use sekisho_base::Cx;
use sekisho_domain::account::NewSecret;
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Reason, Subject, arrival};
use sekisho_site::db::Tx;
use sekisho_store::{accounts, audit, contacts, devices, factors, grants, journeys, restorations, sessions};

use super::super::effects::{self, Sender};
use super::super::journeys::Outcome;
use super::super::visitor::Visitor;
use super::super::{Error, backchannel, notices, restoring};
use super::{Arriving, conclude, done, over, stands};
use crate::mail::Letter;
use crate::state::State;

/// A new password in place of the forgotten one.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn recovered<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, request, .. } = arriving;
    let insurer = at.insurer;
    let Some((account, hash, proven_at)) = arrival::recovered(&evidence, cx.now) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    // Another new password, or an office's reset, came after this link was opened.
    if !stands(&mut tx, &evidence).await?
        || !factors::end_password(&mut tx, account, proven_at, cx.now).await?
    {
        return Ok(over(&at, Reason::StartAgain));
    }
    let (id, kind_of, secret) = (FactorId::draw(cx), FactorKind::Password, hash.as_bytes());
    let new = factors::New { id, account, kind: kind_of, secret, last_step: None, at: cx.now };
    factors::insert(&mut tx, new).await?;
    // Links that were mailed before to the same end lead nowhere any more (RC-02).
    let subject = effects::digest_of(&Subject::Account(account), &insurer.code);
    journeys::supersede(&mut tx, subject, at.id, cx.now).await?;
    turn_out(state, &mut tx, (insurer, account, visitor), "password reset", cx).await?;
    notices::tell(state, &mut tx, &sender, (&told, &Letter::PasswordChanged), cx).await?;
    tx.commit().await?;
    Ok(done(kind, insurer, request))
}

/// The second factor is lost, and who says so was proven again. It is replaced only after a time in which the owner
/// can object by one press.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn lost<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, .. } = arriving;
    let insurer = at.insurer;
    let Some((account, _)) = arrival::shown(&evidence) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    if !stands(&mut tx, &evidence).await? {
        return Ok(over(&at, Reason::StartAgain));
    }
    restoring::announce(state, &mut tx, &sender, (insurer, account, &told), cx).await?;
    let event = AuditEvent::factor_lost(insurer.code.clone(), account, "asked").from_source(&visitor.source);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    Ok(done(kind, insurer, None))
}

/// What goes when a second factor was lost: who keeps one of them is not who asks.
const LOST: [FactorKind; 4] = [FactorKind::Sms, FactorKind::Totp, FactorKind::Passkey, FactorKind::Recovery];

/// The new second factor in place of the lost one.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn restored<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, .. } = arriving;
    let insurer = at.insurer;
    let Some((permission, account, new)) = arrival::restored(&evidence, cx) else {
        return Ok(over(&at, Reason::StartAgain));
    };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let told = notices::addresses(state, account).await?;
    let secrets = state.seal_factors(&new, cx)?;
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    // The owner objected meanwhile, or it was done elsewhere.
    if !restorations::spend(&mut tx, permission, cx.now).await? {
        return Ok(over(&at, Reason::StartAgain));
    }
    factors::end_kinds(&mut tx, account, &LOST, cx.now).await?;
    accounts::add_factors(&mut tx, account, &secrets, cx.now).await?;
    for factor in &new {
        if let NewSecret::Phone(phone) = &factor.secret {
            contacts::put(&mut tx, account, contacts::Contact::Phone(phone), cx.now).await?;
        }
    }
    turn_out(state, &mut tx, (insurer, account, visitor), "second factor replaced", cx).await?;
    notices::tell(state, &mut tx, &sender, (&told, &Letter::FactorChanged), cx).await?;
    tx.commit().await?;
    Ok(done(kind, insurer, None))
}

/// Ends every session and grant of an account: whoever came in with what is now replaced is out.
async fn turn_out(
    state: &State,
    tx: &mut Tx,
    (insurer, account, visitor): (&Insurer, AccountId, &Visitor),
    why: &'static str,
    cx: &mut Cx,
) -> Result<(), Error> {
    sessions::end_all_of(tx, account, None, (why, cx.now)).await?;
    let told = grants::end_of_account(tx, account, None, (why, cx.now)).await?;
    backchannel::tell(state, tx, told, cx).await?;
    // Whoever was known elsewhere is a stranger again; here, tries are counted from nought.
    devices::forget_all(tx, account, visitor.device_digest(state.epoch), cx.now).await?;
    devices::forget_failures(tx, account).await?;
    let event = AuditEvent::recovered(insurer.code.clone(), account, why).from_source(&visitor.source);
    Ok(audit::append(tx, &state.audit_key, event, cx).await?)
}
