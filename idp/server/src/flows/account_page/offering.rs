//! Offering a passkey to who signs in without one, and what a browser should know of the passkeys that there are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_base::Timestamp;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::Session;
use serde::Serialize;

use super::second_factor::{has_second, kinds};
use super::{fresh, passkeys as own};
use crate::flows::{Error, passkeys};
use crate::state::State;

/// Whether a passkey is worth offering: to who signed in without one, freshly enough to add one, where the insurer has
/// passkeys and the account has none. Who has no second factor at all is proven again before the first, which is no matter
/// for the way to a portal. Whether the browser can make one is for the door.
///
/// # Errors
/// When rows cannot be read.
pub async fn is_due(
    state: &State,
    session: &Session,
    insurer: &Insurer,
    now: Timestamp,
) -> Result<bool, Error> {
    let has_shown = session.events.iter().any(|event| event.factor == FactorKind::Passkey);
    if !insurer.sign_in.passkeys || has_shown {
        return Ok(false);
    }
    let held = kinds(state, session.account).await?;
    let is_wanted = has_second(&held) && !held.contains(&FactorKind::Passkey);
    Ok(is_wanted && fresh::may_change(state, session, now).await?)
}

/// What the Signal API of Web Authentication (Level 3, §5.1.10) is told: which passkeys of the account still hold, and
/// what the account is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    rp_id: String,
    user_id: String,
    name: String,
    display_name: String,
    all_accepted_credential_ids: Vec<String>,
}

/// What the browser of an account's owner is told.
///
/// # Errors
/// When rows cannot be read or opened.
pub async fn signal(state: &State, session: &Session) -> Result<Signal, Error> {
    let held = passkeys::held(state, session.account).await?;
    let name = own::called(state, session.account).await?;
    Ok(Signal {
        rp_id: state.config.server.issuer.host_str().unwrap_or_default().to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(session.account.to_bytes()),
        display_name: name.clone(),
        name,
        all_accepted_credential_ids: held.iter().map(|held| URL_SAFE_NO_PAD.encode(&held.id)).collect(),
    })
}
