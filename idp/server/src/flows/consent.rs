//! What people allow clients, remembered.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::oidc::authorize::Asking;
use sekisho_domain::session::Session;
use sekisho_store::{audit, consents};

use super::Error;
use crate::state::State;

/// Remembers that the person allows what was asked. What they allowed this client before stays allowed.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn remember(state: &State, session: &Session, asking: &Asking, cx: &mut Cx) -> Result<(), Error> {
    let client = &asking.client().id;
    let before = consents::find(&state.db, session.account, client).await?.unwrap_or_default();
    let scopes = before.and(asking.scopes());
    let insurer = session.membership.as_ref().map(|membership| membership.insurer.clone());
    let event = Event::consent_given(insurer, session.account, client.clone(), &scopes.to_string());
    let mut tx = state.db.begin().await?;
    consents::put(&mut tx, session.account, client, &scopes, cx.now).await?;
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    Ok(tx.commit().await?)
}
