//! The relying parties of the house.

use std::sync::{Arc, LazyLock};

use sekisho_domain::jose::{Alg, SigningKey};
use sekisho_domain::oidc::client::{
    AccessTokenForm, Application, AuthMethod, Pkce, Registration, SecretDigest,
};
use serde_json::json;

use super::{CALLBACK, SECRET};

/// The resource server that `api` is.
pub(crate) const API: &str = "https://api.example.jp";
/// Where `told` hears of sign-outs.
pub(crate) const TOLD: &str = "https://rp.example/backchannel-logout";

/// The key of `keyed`, which the house knows by its public half.
pub(crate) static KEY: LazyLock<Arc<SigningKey>> =
    LazyLock::new(|| Arc::new(SigningKey::generate(Alg::Es256).unwrap()));

/// A good client of the house's own.
pub(crate) fn registration(id: &str) -> Registration {
    let value = json!({
        "id": id,
        "name": { "ja": "証明の窓口", "en": "Certificate desk" },
        "insurers": ["aoba"],
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "secret_sha256": SecretDigest::of(&SECRET.into()),
        "first_party": true,
        "scopes": ["openid", "profile", "email", "phone", "address", "insurance"]
    });
    serde_json::from_value(value).unwrap()
}

fn altered(id: &str, alter: impl FnOnce(&mut Registration)) -> Registration {
    let mut registration = registration(id);
    alter(&mut registration);
    registration
}

fn public(client: &mut Registration) {
    client.token_endpoint_auth_method = AuthMethod::None;
    client.secret_sha256 = None;
}

fn offline(client: &mut Registration) {
    client.grant_types = serde_json::from_value(json!(["authorization_code", "refresh_token"])).unwrap();
    client.scopes = serde_json::from_value(json!(["openid", "email", "offline_access"])).unwrap();
}

/// As the stage's clients are.
fn suite(client: &mut Registration) {
    client.pkce = Pkce::Optional;
    client.grant_types = serde_json::from_value(json!(["authorization_code", "refresh_token"])).unwrap();
    let scopes = json!(["openid", "profile", "email", "phone", "address", "offline_access"]);
    client.scopes = serde_json::from_value(scopes).unwrap();
}

/// Without people: no address, no scope.
fn machine(client: &mut Registration) {
    client.grant_types = serde_json::from_value(json!(["client_credentials"])).unwrap();
    client.scopes = serde_json::from_value(json!([])).unwrap();
    client.redirect_uris.clear();
    client.post_logout_redirect_uris.clear();
}

/// `rp` is the house's own; `third` is another's; `public` keeps no secret; `app` runs on a device; `lax` may go without
/// PKCE, and so may the conformance `suite`, which has two clients; `far` serves other insurers only; `es256` has its ID tokens signed so, and `signed` what userinfo tells; `post`
/// sends its secret in the form, `keyed` signs; `keeper` and `mobile` renew their tokens, with and without a secret;
/// `opaque` cannot read its tokens; `caller` calls the resource server that `api` is; `told` hears of sign-outs.
pub(crate) fn registrations() -> Vec<Registration> {
    vec![
        registration("rp"),
        altered("third", |client| client.first_party = false),
        altered("public", public),
        altered("app", |client| {
            public(client);
            client.application = Application::Native;
            client.redirect_uris = vec!["http://127.0.0.1/cb".to_owned()];
            client.post_logout_redirect_uris.clear();
            client.sector = Some("app.example".to_owned());
        }),
        altered("lax", |client| client.pkce = Pkce::Optional),
        altered("suite", suite),
        altered("suite-2", suite),
        altered("far", |client| client.insurers = serde_json::from_value(json!(["minato"])).unwrap()),
        altered("es256", |client| client.id_token_signed_response_alg = Alg::Es256),
        altered("signed", |client| client.userinfo_signed_response_alg = Some(Alg::Rs256)),
        altered("post", |client| client.token_endpoint_auth_method = AuthMethod::ClientSecretPost),
        altered("keyed", |client| {
            client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
            client.secret_sha256 = None;
            let keys = json!({ "keys": [KEY.public().jwk()] });
            client.jwks = Some(serde_json::from_value(keys).unwrap());
        }),
        altered("keeper", offline),
        altered("mobile", |client| {
            public(client);
            offline(client);
        }),
        altered("opaque", |client| client.access_token = AccessTokenForm::Opaque),
        altered("caller", |client| {
            client.grant_types =
                serde_json::from_value(json!(["authorization_code", "client_credentials"])).unwrap();
            client.resources = vec![API.to_owned()];
        }),
        altered("api", |client| {
            machine(client);
            client.serves = vec![API.to_owned()];
        }),
        altered("told", |client| {
            offline(client);
            client.backchannel_logout_uri = Some(TOLD.to_owned());
        }),
    ]
}
