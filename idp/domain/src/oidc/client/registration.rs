//! What `clients.toml` says of one client, and what must hold of it.

mod rules;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::sector::sector;
use super::{
    AccessTokenForm, Application, AuthMethod, Client, ClientKeys, GrantType, Names, Pkce, Profile, Reach,
    Secret, Subject, SubjectType, Uris,
};
use crate::ids::{ClientId, InsurerCode};
use crate::jose::Alg;
use crate::oidc::scope::ScopeSet;
use crate::session::Acr;

/// A client as written in `clients.toml`.
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
    /// The least assurance it accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_acr: Option<Acr>,
    /// Ours or the insurer's own.
    #[serde(default)]
    pub first_party: bool,
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

/// Why a registration is refused: which client, which key, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("client {client}: {field} {reason}")]
pub struct Refusal {
    /// The client.
    pub client: ClientId,
    /// The key in the file.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

type Refused = (&'static str, String);

impl Registration {
    /// Turns the text into a client, if every rule holds. `loopback` is the server's switch.
    pub fn parse(self, loopback: bool) -> Result<Client, Refusal> {
        let client = self.id.clone();
        self.check(loopback).map_err(|(field, reason)| Refusal { client, field, reason })
    }

    fn check(self, loopback: bool) -> Result<Client, Refused> {
        let uris = Uris { loopback, native: self.application == Application::Native };
        rules::profile(&self)?;
        rules::insurers(&self)?;
        rules::name(&self)?;
        rules::grant_types(&self)?;
        rules::scopes(&self)?;
        let redirect_uris = rules::redirect_uris(&self, uris)?;
        let credential = rules::credential(&self)?;
        rules::pkce(&self, &credential)?;
        let subject = match self.subject_type {
            SubjectType::Public => Subject::Public,
            // Where no person ever comes, nobody is named.
            SubjectType::Pairwise if redirect_uris.is_empty() => Subject::Pairwise(self.id.to_string()),
            SubjectType::Pairwise => Subject::Pairwise(
                sector(self.sector.as_deref(), &redirect_uris).map_err(|reason| refused("sector", reason))?,
            ),
        };
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
            first_party: self.first_party,
            scopes: self.scopes,
        })
    }
}

impl Client {
    /// Whether the house can keep what the registration promises: its insurers exist, and each can lead its
    /// members to `min_acr`. `reachable` is the highest assurance of an insurer's journeys.
    pub fn check_insurers(
        &self,
        known: &[InsurerCode],
        reachable: impl Fn(&InsurerCode) -> Option<Acr>,
    ) -> Result<(), Refusal> {
        let refuse = |field, reason| Refusal { client: self.id.clone(), field, reason };
        if let Reach::Only(codes) = &self.insurers
            && let Some(unknown) = codes.iter().find(|code| !known.contains(code))
        {
            return Err(refuse("insurers", format!("names {unknown}, which is no insurer here")));
        }
        let Some(least) = self.min_acr else { return Ok(()) };
        match known
            .iter()
            .filter(|code| self.insurers.includes(code))
            .find(|code| reachable(code) < Some(least))
        {
            Some(code) => Err(refuse("min_acr", format!("{least} cannot be reached by members of {code}"))),
            None => Ok(()),
        }
    }
}

fn refused(field: &'static str, reason: impl Into<String>) -> Refused {
    (field, reason.into())
}

#[cfg(test)]
mod tests;
