//! Claims asked for one by one (OpenID Connect Core §5.5).

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::oidc::client::Client;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;
use crate::oidc::scope::Scope;

/// A claim about a person (OpenID Connect Core §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The full name, as the insurer writes it.
    Name,
    /// The family name.
    FamilyName,
    /// The given name.
    GivenName,
    /// `YYYY-MM-DD`.
    Birthdate,
    /// `female` or `male`, as on record.
    Gender,
    /// The language chosen here.
    Locale,
    /// The e-mail address.
    Email,
    /// Whether the address was proven: always true.
    EmailVerified,
    /// The phone number, E.164.
    PhoneNumber,
    /// Whether the number was proven: always true.
    PhoneNumberVerified,
    /// The address on record.
    Address,
}

impl Claim {
    /// All claims, in the order in which discovery lists them.
    pub const ALL: [Self; 11] = [
        Self::Name,
        Self::FamilyName,
        Self::GivenName,
        Self::Birthdate,
        Self::Gender,
        Self::Locale,
        Self::Email,
        Self::EmailVerified,
        Self::PhoneNumber,
        Self::PhoneNumberVerified,
        Self::Address,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FamilyName => "family_name",
            Self::GivenName => "given_name",
            Self::Birthdate => "birthdate",
            Self::Gender => "gender",
            Self::Locale => "locale",
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberVerified => "phone_number_verified",
            Self::Address => "address",
        }
    }

    /// The scope that grants it (OpenID Connect Core §5.4).
    pub const fn scope(self) -> Scope {
        match self {
            Self::Email | Self::EmailVerified => Scope::Email,
            Self::PhoneNumber | Self::PhoneNumberVerified => Scope::Phone,
            Self::Address => Scope::Address,
            _ => Scope::Profile,
        }
    }
}

impl FromStr for Claim {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|claim| claim.as_str() == name).ok_or(())
    }
}

/// The claims that userinfo is to have beside those of the scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimsRequest(BTreeSet<Claim>);

impl ClaimsRequest {
    /// Whether `claim` was asked for by name.
    pub fn has(&self, claim: Claim) -> bool {
        self.0.contains(&claim)
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Asking by name opens no door that asking by scope would not.
pub(super) fn check(params: &Params, client: &Client) -> Result<ClaimsRequest, Error> {
    let asked = members(params, "userinfo")?;
    let named = asked.keys().filter_map(|name| name.parse::<Claim>().ok());
    Ok(ClaimsRequest(named.filter(|claim| client.scopes.has(claim.scope())).collect()))
}

/// How one claim of the ID token is asked for.
pub(super) fn id_token_claim(params: &Params, name: &str) -> Result<Option<Value>, Error> {
    Ok(members(params, "id_token")?.remove(name))
}

fn members(params: &Params, part: &str) -> Result<Map<String, Value>, Error> {
    const REFUSED: Error =
        ErrorCode::InvalidRequest.because("claims is a JSON object of userinfo and id_token");
    let Some(text) = params.get("claims") else { return Ok(Map::new()) };
    let Ok(Value::Object(mut claims)) = serde_json::from_str(text) else { return Err(REFUSED) };
    match claims.remove(part) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => Err(REFUSED),
    }
}
