//! What a client says of itself when it registers (RFC 7591 §2, OpenID Connect Registration §2).
//!
//! What must stay true: it becomes a [`Registration`], which the rules of every registration judge, and nothing of what it
//! says reaches beyond its invitation. What is not understood is ignored; what only an operator may say is refused.

mod names;

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::registration::Refusal;
use super::{
    AccessTokenForm, Allowance, Application, AuthMethod, ClientKeys, GrantType, Pkce, Profile, Registration,
    SubjectType,
};
use crate::ids::ClientId;
use crate::jose::Alg;
use crate::oidc::scope::{Scope, ScopeSet};

/// What `clients.toml` may say of a client and a client not of itself (AD-03).
const PRIVILEGED: [&str; 9] = [
    "access_token",
    "approved",
    "first_party",
    "insurers",
    "min_acr",
    "profile",
    "resources",
    "sector",
    "serves",
];
/// What we cannot do, and what a client that wants it would miss without knowing.
const NOT_OFFERED: [&str; 8] = [
    "authorization_encrypted_response_alg",
    "authorization_signed_response_alg",
    "dpop_bound_access_tokens",
    "id_token_encrypted_response_alg",
    "introspection_encrypted_response_alg",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "userinfo_encrypted_response_alg",
];

/// Why a registration is denied (RFC 7591 §3.2.2). The words never repeat what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct Denied {
    /// The member that breaks a rule.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl Denied {
    /// The member `field` breaks a rule.
    pub fn at(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }

    /// What software acts upon (RFC 7591 §3.2.2).
    pub fn code(&self) -> &'static str {
        if self.field == "redirect_uris" { "invalid_redirect_uri" } else { "invalid_client_metadata" }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        // The words of the file, where a client knows others.
        let field = match refusal.field {
            "name" => "client_name",
            "scopes" => "scope",
            "sector" => "sector_identifier_uri",
            "secret_sha256" => "token_endpoint_auth_method",
            field => field,
        };
        Self { field, reason: refusal.reason }
    }
}

/// What a client says of itself.
#[derive(Clone, Debug)]
pub struct Metadata(Map<String, Value>);

impl Metadata {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn read(body: &[u8]) -> Result<Self, Denied> {
        serde_json::from_slice(body).map(Self).map_err(|_| Denied::at("the body", "is no JSON object"))
    }

    /// A member as text, if it is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Whether a member is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The registration that it asks for, within `allowance`; without a secret. The rules judge it after that.
    ///
    /// # Errors
    /// [`Denied`], naming the member.
    pub fn registration(&self, id: ClientId, allowance: &Allowance) -> Result<Registration, Denied> {
        self.refuse_what_is_not_its_own()?;
        let grant_types = self.grant_types(allowance)?;
        let redirect_uris: Vec<String> = self.take("redirect_uris")?.unwrap_or_default();
        let application: Application = self.take("application_type")?.unwrap_or_default();
        let method: AuthMethod = self.take("token_endpoint_auth_method")?.unwrap_or_default();
        let signs = method == AuthMethod::PrivateKeyJwt;
        let sector_identifier_uri: Option<String> = self.take("sector_identifier_uri")?;
        // An app on a device has no host that would be its own: its people are known to it alone.
        let own = application == Application::Native && sector_identifier_uri.is_none();
        let alg = |name| self.take::<Alg>(name).map(|alg| alg.unwrap_or(Alg::Rs256));
        Ok(Registration {
            name: self.names(&id, &redirect_uris)?,
            profile: Profile::Basic,
            application,
            insurers: allowance.insurers.clone(),
            scopes: self.scopes(&grant_types, allowance)?,
            post_logout_redirect_uris: self.take("post_logout_redirect_uris")?.unwrap_or_default(),
            backchannel_logout_uri: self.take("backchannel_logout_uri")?,
            initiate_login_uri: self.take("initiate_login_uri")?,
            token_endpoint_auth_method: method,
            secret_sha256: None,
            jwks: self.keys()?.filter(|_| signs),
            jwks_uri: self.take("jwks_uri")?.filter(|_| signs),
            token_endpoint_auth_signing_alg: self.take("token_endpoint_auth_signing_alg")?.filter(|_| signs),
            // The suite and many libraries send no challenge, and a secret keeps the code theirs as well.
            pkce: if method == AuthMethod::None { Pkce::Required } else { Pkce::Optional },
            id_token_signed_response_alg: alg("id_token_signed_response_alg")?,
            userinfo_signed_response_alg: self.take("userinfo_signed_response_alg")?,
            introspection_signed_response_alg: alg("introspection_signed_response_alg")?,
            access_token: AccessTokenForm::Jwt,
            resources: Vec::new(),
            serves: Vec::new(),
            subject_type: self.take("subject_type")?.unwrap_or(SubjectType::Pairwise),
            sector: own.then(|| id.to_string()),
            sector_identifier_uri,
            default_max_age: self.take("default_max_age")?,
            min_acr: None,
            first_party: false,
            approved: allowance.approved,
            client_uri: self.take("client_uri")?,
            logo_uri: self.take("logo_uri")?,
            policy_uri: self.take("policy_uri")?,
            tos_uri: self.take("tos_uri")?,
            contacts: self.take("contacts")?.unwrap_or_default(),
            grant_types,
            redirect_uris,
            id,
        })
    }

    fn refuse_what_is_not_its_own(&self) -> Result<(), Denied> {
        if let Some(field) = PRIVILEGED.into_iter().find(|name| self.has(name)) {
            return Err(Denied::at(field, "is not for clients to say"));
        }
        let wants = |name: &&str| self.has(name) && self.0.get(*name) != Some(&Value::Bool(false));
        match NOT_OFFERED.into_iter().find(wants) {
            Some(field) => Err(Denied::at(field, "is not offered")),
            None => Ok(()),
        }
    }

    fn grant_types(&self, allowance: &Allowance) -> Result<BTreeSet<GrantType>, Denied> {
        let grants: BTreeSet<GrantType> =
            self.take("grant_types")?.unwrap_or_else(|| BTreeSet::from([GrantType::AuthorizationCode]));
        if grants.contains(&GrantType::ClientCredentials) && !allowance.client_credentials {
            return Err(Denied::at("grant_types", "cannot have client_credentials by this invitation"));
        }
        let codes = grants.contains(&GrantType::AuthorizationCode);
        let responses: Option<Vec<String>> = self.take("response_types")?;
        let fits = match &responses {
            None => true,
            Some(types) => types.iter().all(|kind| kind == "code") && types.is_empty() != codes,
        };
        if fits {
            Ok(grants)
        } else {
            Err(Denied::at("response_types", "can be code alone, with authorization_code"))
        }
    }

    /// What it asks for; where it does not say, all that fits its grants.
    fn scopes(&self, grants: &BTreeSet<GrantType>, allowance: &Allowance) -> Result<ScopeSet, Denied> {
        if !grants.contains(&GrantType::AuthorizationCode) {
            return Ok(ScopeSet::default());
        }
        let asked: Option<String> = self.take("scope")?;
        let Some(asked) = asked else {
            let renews = grants.contains(&GrantType::RefreshToken);
            return Ok(allowance
                .scopes
                .iter()
                .filter(|scope| renews || *scope != Scope::OfflineAccess)
                .collect());
        };
        let asked = ScopeSet::understood(&asked);
        if allowance.scopes.covers(&asked) {
            Ok(asked)
        } else {
            Err(Denied::at("scope", "goes beyond what this invitation allows"))
        }
    }

    fn keys(&self) -> Result<Option<ClientKeys>, Denied> {
        if self.has("jwks") && self.has("jwks_uri") {
            return Err(Denied::at("jwks", "stands beside jwks_uri: one of them"));
        }
        let set = self.0.get("jwks").filter(|set| !set.is_null());
        set.map(ClientKeys::of_set).transpose().map_err(|reason| Denied::at("jwks", reason))
    }

    /// A member of its type; null is as good as none (RFC 7592 §2.2).
    fn take<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>, Denied> {
        let value = self.0.get(name).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value)
            .map_err(|_| Denied::at(name, "is of the wrong type, or of a kind that is not offered"))
    }
}

#[cfg(test)]
mod tests;
