//! Sessions as doors use them: found by cookie, kept alive, ended.

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::ids::AccountId;
use sekisho_domain::session::Session;
use sekisho_store::{contacts, sessions};

use super::Error;
use crate::state::State;

/// The live session of a cookie. Its last use is noted at most once a minute.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_cookie(state: &State, cookie: Digest, now: Timestamp) -> Result<Option<Session>, Error> {
    let Some(session) = sessions::find_by_cookie(&state.db, cookie, now).await? else { return Ok(None) };
    sessions::touch(&state.db, &session, now).await?;
    Ok(Some(session))
}

/// What an account is called on its own pages: its address, masked.
///
/// # Errors
/// When rows cannot be read.
pub async fn name_of(state: &State, account: AccountId) -> Result<String, Error> {
    let contacts = contacts::of_account(&state.db, account).await?;
    Ok(contacts.email.map(|email| email.masked()).unwrap_or_default())
}
