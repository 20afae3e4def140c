//! What we offer, as machines read it (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). What is not offered is absent.

use serde::Serialize;

use super::authorize::Claim;
use super::client::GrantType;
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
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    scopes_supported: Vec<&'static str>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 2],
    grant_types_supported: [&'static str; 3],
    subject_types_supported: [&'static str; 2],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    userinfo_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: [&'static str; 3],
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    acr_values_supported: [&'static str; 3],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    display_values_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 5],
    ui_locales_supported: [&'static str; 2],
    claims_locales_supported: [&'static str; 2],
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

/// The claims of every ID token, and those of the `insurance` scope.
const OWN_CLAIMS: [&str; 13] = [
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
    "opt_ins",
];

/// How a client may prove itself where it must be itself.
const PROOFS: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
/// The same, and not at all, where a public client may come as well.
const CALLERS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

impl Metadata {
    /// The same, with a door at `at` where clients register themselves.
    #[must_use]
    pub fn with_registration(mut self, at: String) -> Self {
        self.registration_endpoint = Some(at);
        self
    }

    /// The document of `issuer`.
    pub fn new(issuer: &Issuer) -> Self {
        let algs = || Alg::ALL.into_iter().map(Alg::as_str).collect::<Vec<_>>();
        Self {
            issuer: issuer.as_str().to_owned(),
            authorization_endpoint: issuer.at("/authorize"),
            token_endpoint: issuer.at("/token"),
            userinfo_endpoint: issuer.at("/userinfo"),
            jwks_uri: issuer.at("/jwks.json"),
            introspection_endpoint: issuer.at("/introspect"),
            revocation_endpoint: issuer.at("/revoke"),
            end_session_endpoint: issuer.at("/logout"),
            registration_endpoint: None,
            scopes_supported: Scope::ALL.into_iter().map(Scope::as_str).collect(),
            response_types_supported: ["code"],
            response_modes_supported: ["query", "form_post"],
            grant_types_supported: GrantType::ALL.map(GrantType::as_str),
            subject_types_supported: ["pairwise", "public"],
            id_token_signing_alg_values_supported: algs(),
            userinfo_signing_alg_values_supported: algs(),
            token_endpoint_auth_methods_supported: CALLERS,
            token_endpoint_auth_signing_alg_values_supported: algs(),
            introspection_endpoint_auth_methods_supported: PROOFS,
            introspection_endpoint_auth_signing_alg_values_supported: algs(),
            introspection_signing_alg_values_supported: algs(),
            revocation_endpoint_auth_methods_supported: CALLERS,
            revocation_endpoint_auth_signing_alg_values_supported: algs(),
            code_challenge_methods_supported: ["S256"],
            acr_values_supported: [Acr::PhishingResistant, Acr::TwoFactor, Acr::OneFactor].map(Acr::as_urn),
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
            claims_locales_supported: ["ja", "ja-Kana-JP"],
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        }
    }
}
