//! Turning out whoever else is signed in: after a change of what the account is signed in with.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::session::Session;
use sekisho_site::db::Tx;
use sekisho_store::{audit, devices, grants, sessions};

use crate::flows::visitor::Visitor;
use crate::flows::{Error, backchannel};
use crate::state::State;

/// Ends all sessions of the account but the one at hand, and what clients were given in them or for longer; all other
/// devices are strangers again (SE-03).
///
/// # Errors
/// When rows cannot be written.
pub async fn turn_out(
    state: &State,
    tx: &mut Tx,
    (session, visitor): (&Session, &Visitor),
    why: &'static str,
    cx: &mut Cx,
) -> Result<(), Error> {
    let account = session.account;
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    for ended in sessions::end_all_of(tx, account, Some(session.id), (why, cx.now)).await? {
        let event = Event::session_ended(insurer.clone(), account, ended, why).from_source(&visitor.source);
        audit::append(tx, &state.audit_key, event, cx).await?;
    }
    let told = grants::end_of_account(tx, account, Some(session.id), (why, cx.now)).await?;
    backchannel::tell(state, tx, told, cx).await?;
    devices::forget_all(tx, account, visitor.device_digest(state.epoch), cx.now).await?;
    Ok(())
}
