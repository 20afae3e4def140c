//! What must hold of a registration: one rule, one function, each naming the key that breaks it.

use url::Url;

use super::{Refused, Registration};
use crate::oidc::client::sector::sector;
use crate::oidc::client::{
    AuthMethod, Credential, GrantType, Pkce, Reach, RedirectUri, Secret, SecretDigest, Subject, SubjectType,
    Uris,
};
use crate::oidc::scope::Scope;

pub(super) fn profile(client: &Registration) -> Result<(), Refused> {
    if client.profile.demands_keys() {
        return Err(Refused::at("profile", "needs pushed requests and DPoP, which are not offered"));
    }
    Ok(())
}

pub(super) fn insurers(client: &Registration) -> Result<(), Refused> {
    if matches!(&client.insurers, Reach::Only(codes) if codes.is_empty()) {
        return Err(Refused::at("insurers", "names nobody: a list of codes, or \"all\""));
    }
    Ok(())
}

pub(super) fn name(client: &Registration) -> Result<(), Refused> {
    if [&client.name.ja, &client.name.en].iter().any(|name| name.trim().is_empty()) {
        return Err(Refused::at("name", "must be given in both languages"));
    }
    if [&client.name.ja, &client.name.en].iter().any(|name| !is_plain(name)) {
        return Err(Refused::at(
            "name",
            "is at most 100 characters, none of which is unseen or turns the text around",
        ));
    }
    Ok(())
}

/// What a page can show as it is: nothing unseen, and nothing that makes a text read otherwise than it is written.
fn is_plain(name: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    name.chars().count() <= 100 && !name.chars().any(|c| c.is_control() || turns(c))
}

pub(super) fn contacts(client: &Registration) -> Result<(), Refused> {
    let is_long = |contact: &String| contact.len() > 254 || contact.chars().any(char::is_control);
    if client.contacts.len() > 10 || client.contacts.iter().any(is_long) {
        return Err(Refused::at("contacts", "are at most ten, of 254 characters each"));
    }
    Ok(())
}

/// How people are named to the client, and within which sector.
pub(super) fn subject(
    client: &Registration,
    redirect_uris: &[RedirectUri],
    loopback: bool,
) -> Result<Subject, Refused> {
    let listing = one("sector_identifier_uri", client.sector_identifier_uri.as_deref(), loopback)?;
    if listing.is_some() && client.sector.is_some() {
        return Err(Refused::at("sector", "is said by sector_identifier_uri already"));
    }
    let listed = listing.as_ref().and_then(Url::host_str);
    match client.subject_type {
        SubjectType::Public => Ok(Subject::Public),
        // Where no person ever comes, nobody is named.
        SubjectType::Pairwise if redirect_uris.is_empty() => Ok(Subject::Pairwise(client.id.to_string())),
        SubjectType::Pairwise => sector(client.sector.as_deref().or(listed), redirect_uris)
            .map(Subject::Pairwise)
            .map_err(|reason| Refused::at("sector", reason)),
    }
}

pub(super) fn grant_types(client: &Registration) -> Result<(), Refused> {
    let may = |kind| client.grant_types.contains(&kind);
    if may(GrantType::RefreshToken) && !may(GrantType::AuthorizationCode) {
        return Err(Refused::at(
            "grant_types",
            "has refresh_token without the authorization_code it comes from",
        ));
    }
    if may(GrantType::ClientCredentials) && client.token_endpoint_auth_method == AuthMethod::None {
        return Err(Refused::at("grant_types", "cannot have client_credentials without a secret or key"));
    }
    if client.grant_types.is_empty() {
        return Err(Refused::at("grant_types", "names nothing: authorization_code, client_credentials"));
    }
    Ok(())
}

pub(super) fn scopes(client: &Registration) -> Result<(), Refused> {
    let with_people = client.grant_types.contains(&GrantType::AuthorizationCode);
    if with_people && !client.scopes.has(Scope::Openid) {
        return Err(Refused::at("scopes", "must contain openid"));
    }
    if !with_people && client.scopes.iter().next().is_some() {
        return Err(Refused::at(
            "scopes",
            "are about people, who never come to a client without authorization_code",
        ));
    }
    if client.scopes.has(Scope::OfflineAccess) && !client.grant_types.contains(&GrantType::RefreshToken) {
        return Err(Refused::at(
            "scopes",
            "cannot have offline_access without refresh_token among grant_types",
        ));
    }
    Ok(())
}

pub(super) fn redirect_uris(client: &Registration, uris: Uris) -> Result<Vec<RedirectUri>, Refused> {
    let parsed = all("redirect_uris", &client.redirect_uris, uris)?;
    match (client.grant_types.contains(&GrantType::AuthorizationCode), parsed.is_empty()) {
        (true, true) => Err(Refused::at("redirect_uris", "must name at least one address")),
        (false, false) => Err(Refused::at("redirect_uris", "lead nowhere without authorization_code")),
        _ => Ok(parsed),
    }
}

pub(super) fn pkce(client: &Registration, credential: &Credential) -> Result<(), Refused> {
    if client.pkce == Pkce::Optional && *credential == Credential::Public {
        return Err(Refused::at("pkce", "must be required of a client without a secret"));
    }
    Ok(())
}

pub(super) fn credential(client: &Registration, loopback: bool) -> Result<Credential, Refused> {
    let digests: Vec<SecretDigest> = match &client.secret_sha256 {
        None => Vec::new(),
        Some(Secret::One(digest)) => vec![*digest],
        Some(Secret::Changing(both)) => both.to_vec(),
    };
    let method = client.token_endpoint_auth_method;
    if method != AuthMethod::PrivateKeyJwt
        && (client.jwks.is_some()
            || client.jwks_uri.is_some()
            || client.token_endpoint_auth_signing_alg.is_some())
    {
        return Err(Refused::at(
            "jwks",
            "belongs to a client with token_endpoint_auth_method private_key_jwt",
        ));
    }
    match (method, digests.is_empty()) {
        (AuthMethod::None, true) => Ok(Credential::Public),
        (AuthMethod::None | AuthMethod::PrivateKeyJwt, false) => {
            Err(Refused::at("secret_sha256", "does not belong to a client without a secret"))
        }
        (AuthMethod::PrivateKeyJwt, true) => keys(client, loopback),
        (_, true) => {
            Err(Refused::at("secret_sha256", "is missing: `sekisho client rotate-secret` makes one"))
        }
        (AuthMethod::ClientSecretBasic, false) => Ok(Credential::Basic(digests)),
        (AuthMethod::ClientSecretPost, false) => Ok(Credential::Post(digests)),
    }
}

/// The client's public keys: as they stand here, or where they are published, never both (RFC 7591 §2).
fn keys(client: &Registration, loopback: bool) -> Result<Credential, Refused> {
    let alg = client.token_endpoint_auth_signing_alg;
    match (&client.jwks, one("jwks_uri", client.jwks_uri.as_deref(), loopback)?) {
        (Some(_), Some(_)) => Err(Refused::at("jwks", "stands beside jwks_uri: one of them")),
        (Some(keys), None) => {
            keys.parse(alg).map(Credential::Keys).map_err(|reason| Refused::at("jwks", reason))
        }
        (None, Some(uri)) => Ok(Credential::KeysAt { uri, alg }),
        (None, None) => Err(Refused::at("jwks", "is missing: the client's public keys, or jwks_uri")),
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
        named.map_err(|error| Refused::by(field, text, error.to_string()))?;
    }
    Ok(texts)
}

pub(super) fn all(field: &'static str, texts: &[String], uris: Uris) -> Result<Vec<RedirectUri>, Refused> {
    texts
        .iter()
        .map(|text| {
            RedirectUri::parse(text, uris).map_err(|error| Refused::by(field, text, error.to_string()))
        })
        .collect()
}

pub(super) fn one(field: &'static str, text: Option<&str>, loopback: bool) -> Result<Option<Url>, Refused> {
    let uris = Uris { loopback, native: false };
    text.map(|text| uris.parse(text).map_err(|error| Refused::by(field, text, error.to_string()))).transpose()
}
