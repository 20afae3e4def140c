//! What somebody signed in changes of the own account, at the end of a journey: another address, another second factor.
//!
//! It arrives in the session that set out, and in no other, and gives that session nothing: who wants more assurance
//! signs in with what is new. Every address of the account is told, the one that was left included.

use sekisho_base::Cx;
use sekisho_domain::account::{NewFactor, NewSecret};
use sekisho_domain::audit::Event as AuditEvent;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::change;
use sekisho_domain::journey::{Reason, arrival};
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::{accounts, audit, contacts, factors, restorations, sessions};

use super::super::account_page::{address, others};
use super::super::effects::Sender;
use super::super::journeys::Outcome;
use super::super::visitor::Visitor;
use super::super::{Error, notices, restoring};
use super::{Arriving, conclude, done, over};
use crate::mail::{Change, Letter};
use crate::state::State;

/// Another address in place of the one before. Who reads the one before can undo it for some days.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn address<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, .. } = arriving;
    let insurer = at.insurer;
    let found = arrival::changed_email(&evidence).and_then(|new| of(visitor, &new.change).zip(Some(new)));
    let Some((session, new)) = found else { return Ok(over(&at, Reason::StartAgain)) };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    if !stands(&mut tx, session, cx).await? {
        return Ok(over(&at, Reason::StartAgain));
    }
    match address::put(state, &mut tx, &sender, (session.account, &new.email), cx).await {
        Ok(()) => {}
        // Somebody was faster to have this address.
        Err(Error::Store(sekisho_store::Error::Conflict { .. })) => return Ok(over(&at, Reason::StartAgain)),
        Err(error) => return Err(error),
    }
    let event = AuditEvent::changed_by_owner(insurer.code.clone(), session.account, "address");
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    tx.commit().await?;
    Ok(done(kind, insurer, None))
}

/// A phone or an app: in place of the one before, or the first of its kind; or the first passkey.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn factor<'a>(
    state: &State,
    visitor: &Visitor,
    arriving: Arriving<'a>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Arriving { at, kind, evidence, effects, .. } = arriving;
    let insurer = at.insurer;
    let found = arrival::changed_factor(&evidence, cx);
    let found = found.and_then(|(change, new)| of(visitor, &change).zip(Some(new)));
    let Some((session, new)) = found else { return Ok(over(&at, Reason::StartAgain)) };
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    if !conclude(state, &mut tx, (&at, &sender, effects), cx).await? {
        return Ok(Outcome::Stay(at.id));
    }
    if !stands(&mut tx, session, cx).await? {
        return Ok(over(&at, Reason::StartAgain));
    }
    // The phone that codes went to before is told as well.
    let told = contacts::within(&mut tx, session.account).await?.into();
    let is_passkey = matches!(new.secret, NewSecret::Passkey(_));
    let is_replaced = replace(state, &mut tx, (insurer, session), new, cx).await?;
    if is_replaced {
        others::turn_out(state, &mut tx, (session, visitor), "second factor replaced", cx).await?;
    }
    let letter = match (is_passkey, is_replaced) {
        (true, _) => Letter::PasskeyAdded,
        (false, true) => Letter::Change(Change::FactorReplaced),
        (false, false) => Letter::Change(Change::FactorAdded),
    };
    notices::tell(state, &mut tx, &sender, (&told, &letter), cx).await?;
    tx.commit().await?;
    Ok(done(kind, insurer, None))
}

/// Puts a factor in the place of what the account had of its kind. False when it had none.
async fn replace(
    state: &State,
    tx: &mut Tx,
    (insurer, session): (&Insurer, &Session),
    new: NewFactor,
    cx: &mut Cx,
) -> Result<bool, Error> {
    let account = session.account;
    let kind = match &new.secret {
        NewSecret::Phone(_) => FactorKind::Sms,
        NewSecret::Passkey(_) => FactorKind::Passkey,
        _ => FactorKind::Totp,
    };
    if let NewSecret::Phone(phone) = &new.secret {
        contacts::put(tx, account, contacts::Contact::Phone(phone), cx.now).await?;
    }
    let secrets = state.seal_factors(&[new], cx)?;
    let ends: &[FactorKind] = if kind == FactorKind::Passkey { &[] } else { &[kind] };
    let ended = factors::end_kinds(tx, account, ends, cx.now).await?;
    accounts::add_factors(tx, account, &secrets, cx.now).await?;
    // Who has all keys at hand has lost none.
    for open in restorations::stop_all(tx, account, cx.now).await? {
        restoring::withdraw(tx, &open).await?;
    }
    let event = AuditEvent::factor_enrolled(insurer.code.clone(), account, kind);
    audit::append(tx, &state.audit_key, event, cx).await?;
    Ok(ended > 0)
}

/// The session that set out to a change, where this is it.
fn of<'v>(visitor: &'v Visitor, change: &change::Evidence) -> Option<&'v Session> {
    let session = visitor.session.as_ref()?;
    (session.id == change.session && session.account == change.account).then_some(session)
}

/// Whether session and account may still be used; they stay so until the change is written.
async fn stands(tx: &mut Tx, session: &Session, cx: &Cx) -> Result<bool, Error> {
    Ok(accounts::hold(tx, session.account).await? && sessions::hold(tx, session.id, cx.now).await?)
}
