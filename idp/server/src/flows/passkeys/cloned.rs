//! A passkey whose count went back: there may be a copy of it. It is refused, and its owner is told (WA-05).
//!
//! Only who holds the key gets this far, so nobody else can send these mails.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::AccountId;
use sekisho_store::{audit, memberships};

use super::super::effects::Sender;
use super::super::notices;
use super::super::throttle::{self, Counted};
use super::super::visitor::Visitor;
use super::Error;
use crate::mail::Letter;
use crate::state::State;

/// Tells every address of the account, no oftener than alarms are raised, and keeps it for the audit trail.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn tell(state: &State, visitor: &Visitor, account: AccountId, cx: &mut Cx) -> Result<(), Error> {
    let held = memberships::of_account(&state.db, account).await?;
    let Some(insurer) = held.first().map(|membership| membership.insurer.clone()) else { return Ok(()) };
    let subject = format!("cloned {account}");
    if throttle::count(state, Counted::Alarm, &subject, cx.now).await.is_err() {
        return Ok(());
    }
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    let sender = Sender::of(insurer.clone(), visitor.language);
    notices::tell(state, &mut tx, &sender, (&told, &Letter::PasskeyCloned), cx).await?;
    let event = Event::factor_tried(insurer, Some(account), FactorKind::Passkey, "cloned");
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}
