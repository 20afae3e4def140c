//! A passkey in place of name and password: whose it is, the authenticator says.
//!
//! There is nothing to guess, so nobody is held up for what strangers tried with the account's password, be it from the
//! same place (PW-06).

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::factor::passkey::{Refused, Shown};
use sekisho_domain::ids::{AccountId, InsurerCode};
use sekisho_domain::journey::steps::{self, Evidence, passkey};
use sekisho_domain::journey::{Form, Reason, Refusal};
use sekisho_store::{accounts, audit, memberships};

use super::{Outcome, Wanted, insurer_of, onward};
use crate::flows::throttle::{self, Counted};
use crate::flows::visitor::Visitor;
use crate::flows::{Error, passkeys};
use crate::state::State;

/// Signs in with the passkey that a form brings.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn with_passkey(
    state: &State,
    visitor: &Visitor,
    wanted: Wanted<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let ceremony = match steps::read_ceremony(form) {
        Ok(ceremony) => ceremony,
        Err(refusals) => return Ok(Outcome::Refused(refusals)),
    };
    match passkeys::shown(state, visitor, (None, &ceremony), cx).await? {
        Ok(shown) => right(state, visitor, (&shown, wanted), cx).await,
        Err(refused) => {
            if let Some(account) = passkeys::owner(state, &ceremony).await? {
                note(state, visitor, account, cx).await?;
            }
            Ok(refuse(refused))
        }
    }
}

async fn right(
    state: &State,
    visitor: &Visitor,
    (shown, wanted): (&Shown, Wanted<'_>),
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let account = shown.account;
    let may_sign_in = accounts::find(&state.db, account).await?.is_some_and(|account| account.may_sign_in());
    let held = memberships::of_account(&state.db, account).await?;
    let insurer = insurer_of(state, &wanted, &held).filter(|_| may_sign_in);
    let Some(insurer) = insurer.filter(|insurer| insurer.sign_in.passkeys) else {
        let insurer = held.first().map(|membership| membership.insurer.clone());
        refused(state, visitor, (insurer, account), cx).await?;
        return Ok(refuse(Refused::Unknown));
    };
    let mut tx = state.db.begin().await?;
    if !passkeys::show(&mut tx, shown, cx.now).await? {
        return Ok(refuse(Refused::Old));
    }
    let event = Event::factor_tried(insurer.code.clone(), Some(account), FactorKind::Passkey, "ok");
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    let shown = passkey::Evidence { account, factor: shown.factor, at: cx.now };
    onward(state, visitor, (insurer, account, Evidence::Passkey(shown)), wanted, cx).await
}

/// A passkey of ours that does not hold is kept for its owner to see, as far as one source may fill the trail.
async fn note(state: &State, visitor: &Visitor, account: AccountId, cx: &mut Cx) -> Result<(), Error> {
    if throttle::count(state, Counted::SignIn, &visitor.source, cx.now).await.is_err() {
        return Ok(());
    }
    let held = memberships::of_account(&state.db, account).await?;
    let insurer = held.first().map(|membership| membership.insurer.clone());
    let event = Event::factor_tried(insurer, Some(account), FactorKind::Passkey, "refused");
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    let mut tx = state.db.begin().await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

async fn refused(
    state: &State,
    visitor: &Visitor,
    (insurer, account): (Option<InsurerCode>, AccountId),
    cx: &mut Cx,
) -> Result<(), Error> {
    let event = Event::sign_in_refused(insurer, account);
    let mut tx = state.db.begin().await?;
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}

fn refuse(refused: Refused) -> Outcome {
    Outcome::Refused(vec![Refusal::at("passkey", Reason::Passkey(refused))])
}
