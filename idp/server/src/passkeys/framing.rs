//! Where a response was made, as its browser says: on a page of ours and in no frame of another site.
//!
//! The library compares origins as addresses, which takes much for the same that no browser writes, and looks at frames
//! of new credentials only. Here the text is compared (security, WA-02, WA-03).

use sekisho_domain::factor::passkey::Refused;
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::Url;

/// The origins of pages that may use this issuer's passkeys, as browsers write them.
pub struct Origins(Vec<String>);

/// What of the client data says where it was made.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Framing {
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<IgnoredAny>,
}

impl Origins {
    /// Those of the issuer and of the pages related to it.
    pub fn new(issuer: &Url, related: &[Url]) -> Self {
        let all = std::iter::once(issuer).chain(related);
        Self(all.map(|page| page.origin().ascii_serialization()).collect())
    }

    /// Whether a response's client data is of a page of these.
    ///
    /// # Errors
    /// [`Refused::Faulty`] when it is not.
    pub fn check(&self, client_data: &[u8]) -> Result<(), Refused> {
        let framing: Framing = serde_json::from_slice(client_data).map_err(|_| Refused::Faulty)?;
        let apart = framing.cross_origin != Some(true) && framing.top_origin.is_none();
        if apart && self.0.contains(&framing.origin) { Ok(()) } else { Err(Refused::Faulty) }
    }
}
