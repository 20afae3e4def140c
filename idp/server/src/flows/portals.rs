//! The portals a member can go to.

use sekisho_base::Language;
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::oidc::client::Origin;
use sekisho_store::clients;
use url::Url;

use super::Error;
use crate::state::State;

/// A portal as a reader sees it.
pub struct Portal {
    /// Its id as a client.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Where a sign-in there begins.
    pub start: String,
}

/// The portals that serve an insurer's members and can be started from here.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_insurer(
    state: &State,
    insurer: &InsurerCode,
    language: Language,
) -> Result<Vec<Portal>, Error> {
    let rows = clients::all(&state.db).await?;
    let mut portals = Vec::new();
    for row in rows {
        // Who registered itself is no portal of ours until the file says so.
        if row.origin != Origin::File {
            continue;
        }
        let registration = row.registration;
        let Some(start) = registration.initiate_login_uri.as_ref() else { continue };
        if !registration.insurers.includes(insurer) {
            continue;
        }
        let Ok(mut start) = Url::parse(start) else { continue };
        start
            .query_pairs_mut()
            .append_pair("iss", state.issuer.as_str())
            .append_pair("insurer", insurer.as_str());
        portals.push(Portal {
            client: registration.id.clone(),
            name: registration.name.of(language).to_owned(),
            start: start.into(),
        });
    }
    Ok(portals)
}
