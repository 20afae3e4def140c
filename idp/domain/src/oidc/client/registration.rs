//! What is said of one client, in `clients.toml` or by itself, and what must hold of it.

mod pages;
mod refusal;
mod rules;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    AccessTokenForm, Application, AuthMethod, Client, ClientKeys, GrantType, Names, Pkce, Profile, Reach,
    Secret, SubjectType, Uris,
};
use crate::ids::ClientId;
use crate::jose::Alg;
use crate::oidc::scope::ScopeSet;
use crate::session::Acr;

pub use refusal::Refusal;
use refusal::Refused;

/// A client as written in `clients.toml`, and as it stands in a row wherever it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Its `client_id`.
    pub id: ClientId,
    /// What people know it by.
    pub name: Names,
    /// Which checks apply.
    #[serde(default)]
    pub profile: Profile,
    /// Where it runs.
    #[serde(default)]
    pub application: Application,
    /// For whose members: a list of codes, or `"all"`.
    pub insurers: Reach,
    /// What it may trade for tokens.
    #[serde(default = "codes")]
    pub grant_types: BTreeSet<GrantType>,
    /// Where codes may go, each exactly as it will be sent.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after sign-out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where logout tokens go (OpenID Connect Back-Channel Logout §2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Where a sign-in at the client begins (OpenID Connect Core §4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// How it authenticates.
    #[serde(default)]
    pub token_endpoint_auth_method: AuthMethod,
    /// The SHA-256 of its secret in hexadecimal; two while the secret is being changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_sha256: Option<Secret>,
    /// Its public keys, where it authenticates by one (RFC 7517).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<ClientKeys>,
    /// Where those keys are published instead, so that it can change them by itself (RFC 7591 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// How it signs its assertions, where the keys do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<Alg>,
    /// Whether PKCE may be left out.
    #[serde(default)]
    pub pkce: Pkce,
    /// How its ID tokens are signed.
    #[serde(default = "rs256")]
    pub id_token_signed_response_alg: Alg,
    /// How what userinfo tells is signed; plain JSON where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<Alg>,
    /// How signed answers of introspection are signed (RFC 9701 §6).
    #[serde(default = "rs256")]
    pub introspection_signed_response_alg: Alg,
    /// What its access tokens look like.
    #[serde(default)]
    pub access_token: AccessTokenForm,
    /// For which resource servers it may ask for tokens, beside ourselves (RFC 8707).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Which resource servers it is: the tokens that are meant for them it may introspect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<String>,
    /// How people are named to it.
    #[serde(default)]
    pub subject_type: SubjectType,
    /// Whose `sub` values it shares; needed where redirect URIs are at several hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// The same as an address: its host is the sector, and its document lists every redirect URI (OpenID Connect
    /// Registration §5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// How old a sign-in may be, in seconds, where a request does not say (OpenID Connect Registration §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// Its home page, shown where people sign in for it (RFC 7591 §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its picture, which is copied when it is registered, and shown likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// How it treats what it reads, shown likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms of use, shown likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// Whom an operator writes to about it: e-mail addresses, shown to nobody else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// The least assurance it accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_acr: Option<Acr>,
    /// Ours or the insurer's own.
    #[serde(default)]
    pub first_party: bool,
    /// Whether somebody of ours looked at it: an unapproved client gets no browser sent to it before a person signed in.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub approved: bool,
    /// The scopes it may ask for.
    #[serde(default)]
    pub scopes: ScopeSet,
}

/// RFC 7591 §2: the default of `grant_types`.
fn codes() -> BTreeSet<GrantType> {
    BTreeSet::from([GrantType::AuthorizationCode])
}

/// OpenID Connect Registration §2: the default of `id_token_signed_response_alg`.
const fn rs256() -> Alg {
    Alg::Rs256
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_yes(said: &bool) -> bool {
    *said
}

impl Registration {
    /// Turns the text into a client, if every rule holds. `loopback` is the server's switch.
    pub fn parse(self, loopback: bool) -> Result<Client, Refusal> {
        let client = self.id.clone();
        self.check(loopback).map_err(|refused| refused.of(client))
    }

    fn check(self, loopback: bool) -> Result<Client, Refused> {
        let uris = Uris { loopback, native: self.application == Application::Native };
        rules::profile(&self)?;
        rules::insurers(&self)?;
        rules::name(&self)?;
        rules::grant_types(&self)?;
        rules::scopes(&self)?;
        let redirect_uris = rules::redirect_uris(&self, uris)?;
        let credential = rules::credential(&self, loopback)?;
        rules::pkce(&self, &credential)?;
        let subject = rules::subject(&self, &redirect_uris, loopback)?;
        rules::contacts(&self)?;
        let links = pages::links(&self, loopback)?;
        let after_logout = rules::all("post_logout_redirect_uris", &self.post_logout_redirect_uris, uris)?;
        let one = |field, text: &Option<String>| rules::one(field, text.as_deref(), loopback);
        Ok(Client {
            backchannel_logout_uri: one("backchannel_logout_uri", &self.backchannel_logout_uri)?,
            initiate_login_uri: one("initiate_login_uri", &self.initiate_login_uri)?,
            resources: rules::resources("resources", self.resources, loopback)?,
            serves: rules::resources("serves", self.serves, loopback)?,
            id: self.id,
            name: self.name,
            profile: self.profile,
            insurers: self.insurers,
            grant_types: self.grant_types,
            redirect_uris,
            post_logout_redirect_uris: after_logout,
            credential,
            pkce: self.pkce,
            id_token_alg: self.id_token_signed_response_alg,
            userinfo_alg: self.userinfo_signed_response_alg,
            introspection_alg: self.introspection_signed_response_alg,
            access_token: self.access_token,
            subject,
            min_acr: self.min_acr,
            default_max_age: self.default_max_age.map(|seconds| Duration::from_secs(seconds.into())),
            first_party: self.first_party,
            approved: self.approved,
            links,
            scopes: self.scopes,
        })
    }

    /// Whether it shows a secret to prove that it is itself.
    pub const fn needs_secret(&self) -> bool {
        matches!(
            self.token_endpoint_auth_method,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost
        )
    }

    /// The addresses that we ask ourselves, each with the key it stands under.
    pub fn asked_by_us(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("jwks_uri", &self.jwks_uri),
            ("logo_uri", &self.logo_uri),
            ("sector_identifier_uri", &self.sector_identifier_uri),
        ]
        .into_iter()
        .filter_map(|(key, uri)| Some((key, uri.as_deref()?)))
    }
}

#[cfg(test)]
mod tests;
