//! Pictures that clients are known by.

use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::Logo;
use sekisho_store::client_logos;

use super::Error;
use crate::state::State;

/// The picture of a live client, as it was when the client was registered.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_client(state: &State, client: &ClientId) -> Result<Option<Logo>, Error> {
    Ok(client_logos::find(&state.db, client).await?)
}
