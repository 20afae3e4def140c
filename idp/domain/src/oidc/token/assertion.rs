//! `private_key_jwt` (RFC 7523 §2.2, §3; OpenID Connect Core §9): a client proves to be itself by what it signs.

use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use serde::Deserialize;

use super::client_auth::Grounds;
use crate::ids::ClientId;
use crate::jose::{self, KeySet};
use crate::oidc::client::Profile;
use crate::oidc::params::Params;

/// The one type of assertion (RFC 7523 §2.2).
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion may be good for: so long its `jti` is remembered.
const LONGEST: Duration = Duration::from_mins(10);
/// How far a client's clock may be ahead (FAPI 2.0 §5.3.2.1 asks for ten seconds at least and sixty at most).
const DRIFT: i64 = 30;
/// Nobody needs a longer `jti`.
const LONGEST_JTI: usize = 256;

/// What must happen once for a caller to be believed: the digest, and until when it is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Single {
    /// Of client and `jti`.
    pub digest: Digest,
    /// From when on the assertion is refused anyway.
    pub until: Timestamp,
}

/// The claims of an assertion (RFC 7523 §3). Numbers and texts are what they must be, or it is none.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    jti: String,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

/// Whose assertion it says to be: who is asked for the keys.
pub(super) fn subject(assertion: &str) -> Option<ClientId> {
    jose::peek::<Subject>(assertion)?.sub.parse().ok()
}

/// Whether the form holds an assertion, of whatever type.
pub(super) fn is_sent(params: &Params) -> bool {
    params.get("client_assertion").is_some() || params.get("client_assertion_type").is_some()
}

/// The assertion of the form, if its type is the one there is.
pub(super) fn read(params: &Params) -> Option<&str> {
    (params.get("client_assertion_type") == Some(TYPE)).then(|| params.get("client_assertion")).flatten()
}

/// Judges an assertion of `client` by its keys: signature, issuer and subject, audience, times.
pub(super) fn judge(
    assertion: &str,
    (client, profile): (&ClientId, Profile),
    keys: &KeySet,
    grounds: Grounds<'_>,
) -> Option<Single> {
    let claims: Claims = jose::verify_assertion(assertion, keys).ok()?;
    let now = grounds.now.seconds();
    let own = claims.iss == client.as_str() && claims.sub == client.as_str();
    let begun = [claims.nbf, claims.iat].into_iter().flatten().all(|moment| moment <= now + DRIFT);
    let latest = (grounds.now + LONGEST).seconds() + DRIFT;
    let timely = now < claims.exp && claims.exp <= latest && begun;
    let named = (1..=LONGEST_JTI).contains(&claims.jti.len());
    if !(own && timely && named && is_for_us(&claims.aud, profile, grounds)) {
        return None;
    }
    let digest = Digest::of_content(format!("{client}\n{}", claims.jti).as_bytes());
    Some(Single { digest, until: Timestamp::from_seconds(claims.exp) })
}

/// Our issuer or our token endpoint, and nobody else beside us; under FAPI our issuer alone, as one text.
fn is_for_us(audience: &Audience, profile: Profile, grounds: Grounds<'_>) -> bool {
    let issuer = |text: &String| text == grounds.issuer.as_str();
    let ours = |text: &String| issuer(text) || *text == grounds.issuer.at("/token");
    match audience {
        Audience::One(text) if profile.demands_the_issuer_as_audience() => issuer(text),
        Audience::Several(_) if profile.demands_the_issuer_as_audience() => false,
        Audience::One(text) => ours(text),
        Audience::Several(texts) => !texts.is_empty() && texts.iter().all(ours),
    }
}

#[cfg(test)]
mod tests;
