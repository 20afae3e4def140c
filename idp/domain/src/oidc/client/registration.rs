//! What `clients.toml` says of one client, and what must hold of it.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Client, Credential, Names, Pkce, Profile, Reach, RedirectUri, SecretDigest, Subject, Uris, sector::sector,
};
use crate::ids::{ClientId, InsurerCode};
use crate::jose::Alg;
use crate::oidc::scope::{Scope, ScopeSet};
use crate::session::Acr;

/// Where a client runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Application {
    /// On a server.
    #[default]
    Web,
    /// On a person's device (RFC 8252).
    Native,
}

/// How a client authenticates (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Secret in the `Authorization` header.
    #[default]
    ClientSecretBasic,
    /// Secret in the form.
    ClientSecretPost,
    /// No secret: a public client.
    None,
}

/// Kinds of `sub` (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubjectType {
    /// Another at each sector.
    #[default]
    Pairwise,
    /// The same everywhere.
    Public,
}

/// A secret's digest, or two while it is being changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Secret {
    /// The one secret.
    One(SecretDigest),
    /// The old one and the new one.
    Changing([SecretDigest; 2]),
}

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
    /// Where codes may go, each exactly as it will be sent.
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
    /// Whether PKCE may be left out.
    #[serde(default)]
    pub pkce: Pkce,
    /// How its ID tokens are signed.
    #[serde(default = "rs256")]
    pub id_token_signed_response_alg: Alg,
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
    pub scopes: ScopeSet,
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
        if self.profile.demands_keys() {
            return Err(refused(
                "profile",
                "needs pushed requests, private_key_jwt and DPoP, which are not offered",
            ));
        }
        if matches!(&self.insurers, Reach::Only(codes) if codes.is_empty()) {
            return Err(refused("insurers", "names nobody: a list of codes, or \"all\""));
        }
        if [&self.name.ja, &self.name.en].iter().any(|name| name.trim().is_empty()) {
            return Err(refused("name", "must be given in both languages"));
        }
        if !self.scopes.has(Scope::Openid) {
            return Err(refused("scopes", "must contain openid"));
        }
        if self.scopes.has(Scope::OfflineAccess) {
            return Err(refused("scopes", "cannot have offline_access: refresh tokens are not offered"));
        }
        let redirect_uris = all("redirect_uris", &self.redirect_uris, uris)?;
        if redirect_uris.is_empty() {
            return Err(refused("redirect_uris", "must name at least one address"));
        }
        let credential = credential(self.token_endpoint_auth_method, self.secret_sha256.as_ref())?;
        if self.pkce == Pkce::Optional && credential == Credential::Public {
            return Err(refused("pkce", "must be required of a client without a secret"));
        }
        let subject = match self.subject_type {
            SubjectType::Public => Subject::Public,
            SubjectType::Pairwise => Subject::Pairwise(
                sector(self.sector.as_deref(), &redirect_uris).map_err(|reason| refused("sector", reason))?,
            ),
        };
        Ok(Client {
            id: self.id,
            name: self.name,
            profile: self.profile,
            insurers: self.insurers,
            redirect_uris,
            post_logout_redirect_uris: all(
                "post_logout_redirect_uris",
                &self.post_logout_redirect_uris,
                uris,
            )?,
            backchannel_logout_uri: one(
                "backchannel_logout_uri",
                self.backchannel_logout_uri.as_deref(),
                loopback,
            )?,
            initiate_login_uri: one("initiate_login_uri", self.initiate_login_uri.as_deref(), loopback)?,
            credential,
            pkce: self.pkce,
            id_token_alg: self.id_token_signed_response_alg,
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

fn all(field: &'static str, texts: &[String], uris: Uris) -> Result<Vec<RedirectUri>, Refused> {
    texts
        .iter()
        .map(|text| {
            RedirectUri::parse(text, uris).map_err(|error| refused(field, format!("{text:?} {error}")))
        })
        .collect()
}

fn one(field: &'static str, text: Option<&str>, loopback: bool) -> Result<Option<Url>, Refused> {
    let uris = Uris { loopback, native: false };
    text.map(|text| uris.parse(text).map_err(|error| refused(field, format!("{text:?} {error}")))).transpose()
}

fn credential(method: AuthMethod, secret: Option<&Secret>) -> Result<Credential, Refused> {
    let digests = match secret {
        None => Vec::new(),
        Some(Secret::One(digest)) => vec![*digest],
        Some(Secret::Changing(both)) => both.to_vec(),
    };
    match (method, digests.is_empty()) {
        (AuthMethod::None, true) => Ok(Credential::Public),
        (AuthMethod::None, false) => {
            Err(refused("secret_sha256", "does not belong to a client without a secret"))
        }
        (_, true) => Err(refused("secret_sha256", "is missing: `sekisho client rotate-secret` makes one")),
        (AuthMethod::ClientSecretBasic, false) => Ok(Credential::Basic(digests)),
        (AuthMethod::ClientSecretPost, false) => Ok(Credential::Post(digests)),
    }
}

#[cfg(test)]
mod tests;
