//! What we offer, as machines read it (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). What is not offered is absent.

use serde::Serialize;

use super::authorize::Claim;
use super::issuer::Issuer;
use super::scope::Scope;
use crate::jose::Alg;
use crate::session::Acr;

/// The metadata document.
#[expect(clippy::struct_excessive_bools, reason = "the names and types are those of RFC 8414")]
#[derive(Clone, Debug, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 2],
    grant_types_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 2],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
    acr_values_supported: [&'static str; 2],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    display_values_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 5],
    ui_locales_supported: [&'static str; 2],
}

/// The claims of every ID token, and those of the `insurance` scope.
const OWN_CLAIMS: [&str; 12] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "insurer",
    "membership",
    "household",
];

impl Metadata {
    /// The document of `issuer`.
    pub fn new(issuer: &Issuer) -> Self {
        Self {
            issuer: issuer.as_str().to_owned(),
            authorization_endpoint: issuer.at("/authorize"),
            token_endpoint: issuer.at("/token"),
            userinfo_endpoint: issuer.at("/userinfo"),
            jwks_uri: issuer.at("/jwks.json"),
            end_session_endpoint: issuer.at("/logout"),
            // Without refresh tokens there is nothing that outlives a session.
            scopes_supported: Scope::ALL
                .into_iter()
                .filter(|scope| *scope != Scope::OfflineAccess)
                .map(Scope::as_str)
                .collect(),
            response_types_supported: ["code"],
            response_modes_supported: ["query", "form_post"],
            grant_types_supported: ["authorization_code"],
            subject_types_supported: ["pairwise", "public"],
            id_token_signing_alg_values_supported: Alg::ALL.into_iter().map(Alg::as_str).collect(),
            token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
            code_challenge_methods_supported: ["S256"],
            acr_values_supported: [Acr::TwoFactor.as_urn(), Acr::OneFactor.as_urn()],
            claim_types_supported: ["normal"],
            claims_supported: OWN_CLAIMS
                .into_iter()
                .chain(Claim::ALL.into_iter().map(Claim::as_str))
                .collect(),
            claims_parameter_supported: true,
            request_parameter_supported: false,
            // Absent would mean true.
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            display_values_supported: ["page"],
            prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
            ui_locales_supported: ["ja", "en"],
        }
    }
}
