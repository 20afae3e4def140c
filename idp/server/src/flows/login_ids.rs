//! A forgotten login ID is mailed to the address it is registered with, to nobody else (rows B2, C40, E25).

use sekisho_base::{Cx, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::insurer::Insurer;
use sekisho_store::{contacts, identifiers};

use super::Error;
use super::effects::{self, NOTICE, Sender};
use super::throttle::{self, Counted};
use super::visitor::Visitor;
use crate::mail::Letter;
use crate::state::State;

/// Mails an address the IDs of the accounts that it reaches at an insurer, if there are any: a family may share one.
/// The answer is the same whether there are; `Err` inside is the moment from which it may be asked again.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn remind(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    email: &Email,
    cx: &mut Cx,
) -> Result<Result<(), Timestamp>, Error> {
    for (counted, subject) in
        [(Counted::Recover, visitor.source.as_str()), (Counted::RecoverName, email.folded())]
    {
        if !throttle::is_lifted(Some(insurer))
            && let Err(until) = throttle::count(state, counted, subject, cx.now).await
        {
            return Ok(Err(until));
        }
    }
    let mut ids = Vec::new();
    let mut stored = None;
    for account in contacts::reached(&state.db, &insurer.code, email).await? {
        ids.extend(identifiers::of_account(&state.db, account).await?.into_iter().map(|name| name.shown));
        // Mail goes to the address that stands in the rows, never to what was typed (RC-08).
        stored = contacts::of_account(&state.db, account).await?.email;
    }
    // One mail too many is quietly not sent: the page is the same for an address that reaches nobody.
    if let Some(to) = stored
        && throttle::count(state, Counted::Mail, to.folded(), cx.now).await.is_ok()
    {
        let sender = Sender::of(insurer.code.clone(), visitor.language);
        let letter = Letter::LoginIds { ids };
        let mut tx = state.db.begin().await?;
        effects::mail(state, &mut tx, &sender, (to.as_str(), &letter, cx.now + NOTICE), cx).await?;
        tx.commit().await?;
    }
    Ok(Ok(()))
}
