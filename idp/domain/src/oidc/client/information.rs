//! What a registered client is told about itself (RFC 7591 §3.2.1): everything that counts, secrets excepted.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{GrantType, Registration};

impl Registration {
    /// The members of its metadata as they are registered, under the names of RFC 7591 and OpenID Connect Registration.
    pub fn information(&self) -> Map<String, Value> {
        let mut told = Told(Map::new());
        told.put("client_id", &self.id);
        told.put("client_name", &self.name.ja);
        if self.name.ja != self.name.en {
            told.put("client_name#ja", &self.name.ja);
            told.put("client_name#en", &self.name.en);
        }
        told.put("application_type", &self.application);
        told.put("grant_types", &self.grant_types);
        let codes = self.grant_types.contains(&GrantType::AuthorizationCode);
        told.put("response_types", &if codes { vec!["code"] } else { Vec::new() });
        told.put("redirect_uris", &self.redirect_uris);
        told.put("post_logout_redirect_uris", &self.post_logout_redirect_uris);
        told.put("backchannel_logout_uri", &self.backchannel_logout_uri);
        if self.backchannel_logout_uri.is_some() {
            told.put("backchannel_logout_session_required", &true);
        }
        told.put("initiate_login_uri", &self.initiate_login_uri);
        told.put("token_endpoint_auth_method", &self.token_endpoint_auth_method);
        told.put("token_endpoint_auth_signing_alg", &self.token_endpoint_auth_signing_alg);
        told.put("jwks", &self.jwks);
        told.put("jwks_uri", &self.jwks_uri);
        told.put("id_token_signed_response_alg", &self.id_token_signed_response_alg);
        told.put("userinfo_signed_response_alg", &self.userinfo_signed_response_alg);
        told.put("introspection_signed_response_alg", &self.introspection_signed_response_alg);
        told.put("subject_type", &self.subject_type);
        told.put("sector_identifier_uri", &self.sector_identifier_uri);
        told.put("default_max_age", &self.default_max_age);
        // Every ID token of ours has auth_time.
        told.put("require_auth_time", &true);
        told.put("scope", &self.scopes.to_string());
        told.put("client_uri", &self.client_uri);
        told.put("logo_uri", &self.logo_uri);
        told.put("policy_uri", &self.policy_uri);
        told.put("tos_uri", &self.tos_uri);
        told.put("contacts", &self.contacts);
        told.0
    }
}

struct Told(Map<String, Value>);

impl Told {
    /// What is not registered is not told.
    fn put(&mut self, name: &str, value: &impl Serialize) {
        let value = json!(value);
        let is_empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty() && name != "response_types",
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
    }
}
