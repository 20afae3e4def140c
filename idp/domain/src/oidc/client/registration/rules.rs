//! What must hold of a registration: one rule, one function, each naming the key that breaks it.

use url::Url;

use super::{Refused, Registration, refused};
use crate::oidc::client::{
    AuthMethod, Credential, GrantType, Pkce, Reach, RedirectUri, Secret, SecretDigest, Uris,
};
use crate::oidc::scope::Scope;

pub(super) fn profile(client: &Registration) -> Result<(), Refused> {
    if client.profile.demands_keys() {
        return Err(refused("profile", "needs pushed requests and DPoP, which are not offered"));
    }
    Ok(())
}

pub(super) fn insurers(client: &Registration) -> Result<(), Refused> {
    if matches!(&client.insurers, Reach::Only(codes) if codes.is_empty()) {
        return Err(refused("insurers", "names nobody: a list of codes, or \"all\""));
    }
    Ok(())
}

pub(super) fn name(client: &Registration) -> Result<(), Refused> {
    if [&client.name.ja, &client.name.en].iter().any(|name| name.trim().is_empty()) {
        return Err(refused("name", "must be given in both languages"));
    }
    Ok(())
}

pub(super) fn grant_types(client: &Registration) -> Result<(), Refused> {
    let may = |kind| client.grant_types.contains(&kind);
    if may(GrantType::RefreshToken) && !may(GrantType::AuthorizationCode) {
        return Err(refused("grant_types", "has refresh_token without the authorization_code it comes from"));
    }
    if may(GrantType::ClientCredentials) && client.token_endpoint_auth_method == AuthMethod::None {
        return Err(refused("grant_types", "cannot have client_credentials without a secret or key"));
    }
    if client.grant_types.is_empty() {
        return Err(refused("grant_types", "names nothing: authorization_code, client_credentials"));
    }
    Ok(())
}

pub(super) fn scopes(client: &Registration) -> Result<(), Refused> {
    let with_people = client.grant_types.contains(&GrantType::AuthorizationCode);
    if with_people && !client.scopes.has(Scope::Openid) {
        return Err(refused("scopes", "must contain openid"));
    }
    if !with_people && client.scopes.iter().next().is_some() {
        return Err(refused(
            "scopes",
            "are about people, who never come to a client without authorization_code",
        ));
    }
    if client.scopes.has(Scope::OfflineAccess) && !client.grant_types.contains(&GrantType::RefreshToken) {
        return Err(refused("scopes", "cannot have offline_access without refresh_token among grant_types"));
    }
    Ok(())
}

pub(super) fn redirect_uris(client: &Registration, uris: Uris) -> Result<Vec<RedirectUri>, Refused> {
    let parsed = all("redirect_uris", &client.redirect_uris, uris)?;
    match (client.grant_types.contains(&GrantType::AuthorizationCode), parsed.is_empty()) {
        (true, true) => Err(refused("redirect_uris", "must name at least one address")),
        (false, false) => Err(refused("redirect_uris", "lead nowhere without authorization_code")),
        _ => Ok(parsed),
    }
}

pub(super) fn pkce(client: &Registration, credential: &Credential) -> Result<(), Refused> {
    if client.pkce == Pkce::Optional && *credential == Credential::Public {
        return Err(refused("pkce", "must be required of a client without a secret"));
    }
    Ok(())
}

pub(super) fn credential(client: &Registration) -> Result<Credential, Refused> {
    let digests: Vec<SecretDigest> = match &client.secret_sha256 {
        None => Vec::new(),
        Some(Secret::One(digest)) => vec![*digest],
        Some(Secret::Changing(both)) => both.to_vec(),
    };
    let method = client.token_endpoint_auth_method;
    if method != AuthMethod::PrivateKeyJwt
        && (client.jwks.is_some() || client.token_endpoint_auth_signing_alg.is_some())
    {
        return Err(refused("jwks", "belongs to a client with token_endpoint_auth_method private_key_jwt"));
    }
    match (method, digests.is_empty()) {
        (AuthMethod::None, true) => Ok(Credential::Public),
        (AuthMethod::None | AuthMethod::PrivateKeyJwt, false) => {
            Err(refused("secret_sha256", "does not belong to a client without a secret"))
        }
        (AuthMethod::PrivateKeyJwt, true) => {
            let missing = || refused("jwks", "is missing: the client's public keys");
            let keys = client.jwks.as_ref().ok_or_else(missing)?;
            let alg = client.token_endpoint_auth_signing_alg;
            keys.parse(alg).map(Credential::Keys).map_err(|reason| refused("jwks", reason))
        }
        (_, true) => Err(refused("secret_sha256", "is missing: `sekisho client rotate-secret` makes one")),
        (AuthMethod::ClientSecretBasic, false) => Ok(Credential::Basic(digests)),
        (AuthMethod::ClientSecretPost, false) => Ok(Credential::Post(digests)),
    }
}

/// Resource servers are named by addresses without a fragment (RFC 8707 §2); they are compared as texts.
pub(super) fn resources(
    field: &'static str,
    texts: Vec<String>,
    loopback: bool,
) -> Result<Vec<String>, Refused> {
    let uris = Uris { loopback, native: false };
    for text in &texts {
        // Unlike an address that a browser is sent to, a name may go without its path, as an issuer does.
        let named = uris.parse(text).or_else(|_| uris.parse(&format!("{text}/")));
        named.map_err(|error| refused(field, format!("{text:?} {error}")))?;
    }
    Ok(texts)
}

pub(super) fn all(field: &'static str, texts: &[String], uris: Uris) -> Result<Vec<RedirectUri>, Refused> {
    texts
        .iter()
        .map(|text| {
            RedirectUri::parse(text, uris).map_err(|error| refused(field, format!("{text:?} {error}")))
        })
        .collect()
}

pub(super) fn one(field: &'static str, text: Option<&str>, loopback: bool) -> Result<Option<Url>, Refused> {
    let uris = Uris { loopback, native: false };
    text.map(|text| uris.parse(text).map_err(|error| refused(field, format!("{text:?} {error}")))).transpose()
}
