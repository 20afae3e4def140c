//! How a portal is registered at its identity provider.

use std::num::NonZeroU32;
use std::time::Duration;

use openidconnect::core::CoreJwsSigningAlgorithm;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::assurance::Assurance;

/// The `[oidc]` section of a portal's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The issuer, exactly as its discovery document names it: `https://id.example.jp`, without a slash at the end.
    pub issuer: String,
    /// The name under which this portal is registered.
    pub client_id: String,
    /// The secret it proves itself with (`client_secret_basic`).
    pub client_secret: SecretString,
    /// The algorithm that the registration has for ID tokens; logout tokens are signed by it as well.
    #[serde(default)]
    pub id_token_signed_response_alg: Signing,
    /// What is asked for beside `openid` and `insurance`, such as `email`. The registration must allow it.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The assurance asked for, the preferred first. The weakest of them is the least that is accepted, unless an
    /// insurer of the portal has another.
    #[serde(default = "two_factors")]
    pub acr_values: Vec<Assurance>,
    /// How long a session lives without being used. One that ended at once would be begun again without end.
    #[serde(default = "an_hour")]
    pub idle_minutes: NonZeroU32,
    /// How long a session lives at most.
    #[serde(default = "a_day")]
    pub absolute_hours: NonZeroU32,
}

/// How what the provider says is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Signing {
    /// ECDSA over P-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA, as providers sign where nothing else was registered.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Signing {
    /// The name in a header's `alg`.
    pub const fn alg(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    pub(crate) const fn core(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        }
    }
}

/// How long a person may take from leaving for the identity provider to coming back: registering
/// includes waiting for mails.
pub(crate) const WAY_THROUGH_THE_GATE: Duration = Duration::from_hours(24);

/// How old claims may be before they are read again (design §5).
pub const CLAIMS_ARE_FRESH: Duration = Duration::from_mins(5);

impl Settings {
    pub(crate) fn idle(&self) -> Duration {
        Duration::from_mins(u32::from(self.idle_minutes).into())
    }

    pub(crate) fn absolute(&self) -> Duration {
        Duration::from_hours(u32::from(self.absolute_hours).into())
    }

    /// The least assurance that is accepted where an insurer has no other.
    pub fn least_acr(&self) -> Assurance {
        self.acr_values.iter().min().copied().unwrap_or(Assurance::TwoFactors)
    }

    /// The issuer's origin, which forms that end there have to name in their `form-action`.
    pub fn issuer_origin(&self) -> Option<String> {
        let origin = Url::parse(&self.issuer).ok()?.origin();
        origin.is_tuple().then(|| origin.ascii_serialization())
    }
}

fn two_factors() -> Vec<Assurance> {
    vec![Assurance::PhishingResistant, Assurance::TwoFactors]
}

const fn an_hour() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(59)
}

const fn a_day() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(23)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "issuer = \"https://id.example.jp\"\nclient_id = \"bills\"\nclient_secret = \"a secret\"\n";

    #[test]
    fn what_is_left_out_is_as_the_portals_have_it() {
        let settings: Settings = toml::from_str(LEAST).unwrap();
        assert_eq!(settings.idle(), Duration::from_hours(1));
        assert_eq!(settings.absolute(), Duration::from_hours(24));
        assert_eq!(settings.least_acr(), Assurance::TwoFactors);
        assert_eq!(settings.id_token_signed_response_alg, Signing::Es256);
        assert!(settings.scopes.is_empty());
        assert_eq!(settings.issuer_origin().as_deref(), Some("https://id.example.jp"));
    }

    #[test]
    fn what_would_end_at_once_or_prove_nothing_cannot_be_configured() {
        for wrong in [
            "idle_minutes = 0",
            "absolute_hours = 0",
            "id_token_signed_response_alg = \"none\"",
            "id_token_signed_response_alg = \"HS256\"",
            "acr_values = [\"urn:sekisho:acr:0f\"]",
            "surprise = 1",
        ] {
            assert!(toml::from_str::<Settings>(&format!("{LEAST}{wrong}")).is_err(), "{wrong}");
        }
    }
}
