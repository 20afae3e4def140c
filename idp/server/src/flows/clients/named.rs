//! What a registration names elsewhere, asked for before it is stored, and outside of any transaction.
//!
//! What must stay true: every address that we would ask is judged before it is kept (SS-01), and nothing that was found
//! there is told to whoever named it (SS-06).

use sekisho_domain::oidc::client::{Logo, Refusal, Registration, lists_every};
use url::Url;

use crate::state::State;

/// What was found.
#[derive(Debug, Default)]
pub(in crate::flows) struct Found {
    /// The client's picture.
    pub logo: Option<Logo>,
    /// Whether there should be one, and its host gave none.
    pub is_logo_away: bool,
}

/// Looks at what a registration names. It keeps every rule by now.
///
/// # Errors
/// What is wrong with what it names. A picture whose host is away is no error.
pub(in crate::flows) async fn look(state: &State, registration: &Registration) -> Result<Found, Refusal> {
    let refuse = |field, reason: &str| Refusal {
        client: registration.id.clone(),
        field,
        value: None,
        reason: reason.to_owned(),
    };
    for (field, uri) in registration.asked_by_us() {
        let is_good = Url::parse(uri).is_ok_and(|url| state.fetch.judge(&url).is_ok());
        if !is_good {
            return Err(refuse(field, "names a host or port that this service does not ask"));
        }
    }
    if let Some(uri) = &registration.sector_identifier_uri {
        let field = "sector_identifier_uri";
        let list =
            document(state, uri).await.ok_or_else(|| refuse(field, "leads to nothing that can be read"))?;
        lists_every(&list, &registration.redirect_uris).map_err(|reason| refuse(field, reason))?;
    }
    let Some(uri) = &registration.logo_uri else { return Ok(Found::default()) };
    match document(state, uri).await {
        None => Ok(Found { logo: None, is_logo_away: true }),
        Some(content) => match Logo::read(content) {
            Ok(logo) => Ok(Found { logo: Some(logo), is_logo_away: false }),
            Err(error) => Err(refuse("logo_uri", &error.to_string())),
        },
    }
}

async fn document(state: &State, uri: &str) -> Option<Vec<u8>> {
    let url = Url::parse(uri).ok()?;
    match state.fetch.document(&url).await {
        Ok(content) => Some(content),
        Err(cause) => {
            let host = url.host_str().unwrap_or_default();
            tracing::warn!(host, %cause, "what a client's registration names could not be read");
            None
        }
    }
}
