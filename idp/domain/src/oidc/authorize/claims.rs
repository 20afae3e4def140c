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
    /// A name between those two, where the office tells of one.
    MiddleName,
    /// What they want to be called.
    Nickname,
    /// What they sign in with: the login ID they chose, else the address, to whom may read that.
    PreferredUsername,
    /// The address of a page about them, where the office tells of one.
    Profile,
    /// The address of a picture of them, where the office tells of one.
    Picture,
    /// The address of pages of their own, where the office tells of one.
    Website,
    /// The full name in kana, as the insurer writes it (OpenID Connect Core §5.2).
    NameKana,
    /// The family name in kana.
    FamilyNameKana,
    /// The given name in kana.
    GivenNameKana,
    /// The language chosen here.
    Locale,
    /// Always `Asia/Tokyo`: the time of the insurers' days.
    Zoneinfo,
    /// When the record was last changed, in seconds.
    UpdatedAt,
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
    pub const ALL: [Self; 22] = [
        Self::Name,
        Self::FamilyName,
        Self::GivenName,
        Self::MiddleName,
        Self::Nickname,
        Self::PreferredUsername,
        Self::Profile,
        Self::Picture,
        Self::Website,
        Self::NameKana,
        Self::FamilyNameKana,
        Self::GivenNameKana,
        Self::Birthdate,
        Self::Gender,
        Self::Locale,
        Self::Zoneinfo,
        Self::UpdatedAt,
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
            Self::MiddleName => "middle_name",
            Self::Nickname => "nickname",
            Self::PreferredUsername => "preferred_username",
            Self::Profile => "profile",
            Self::Picture => "picture",
            Self::Website => "website",
            Self::NameKana => "name#ja-Kana-JP",
            Self::FamilyNameKana => "family_name#ja-Kana-JP",
            Self::GivenNameKana => "given_name#ja-Kana-JP",
            Self::Locale => "locale",
            Self::Zoneinfo => "zoneinfo",
            Self::UpdatedAt => "updated_at",
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

/// The claims asked for by name: at userinfo beside those of the scopes, and in the ID token, where no scope puts any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct ClaimsRequest {
    userinfo: BTreeSet<Claim>,
    id_token: BTreeSet<Claim>,
}

/// The forms in rows: the list alone is of before ID tokens could have claims.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Userinfo(BTreeSet<Claim>),
    Both { userinfo: BTreeSet<Claim>, id_token: BTreeSet<Claim> },
}

impl From<Stored> for ClaimsRequest {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Userinfo(userinfo) => Self { userinfo, id_token: BTreeSet::new() },
            Stored::Both { userinfo, id_token } => Self { userinfo, id_token },
        }
    }
}

impl ClaimsRequest {
    /// Whether `claim` was asked for by name at userinfo.
    pub fn has(&self, claim: Claim) -> bool {
        self.userinfo.contains(&claim)
    }

    /// What was asked for by name in the ID token.
    pub const fn in_id_token(&self) -> &BTreeSet<Claim> {
        &self.id_token
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }
}

/// Asking by name opens no door that asking by scope would not.
pub(super) fn check(params: &Params, client: &Client) -> Result<ClaimsRequest, Error> {
    let named = |part| -> Result<BTreeSet<Claim>, Error> {
        let asked = members(params, part)?;
        let named = asked.keys().filter_map(|name| name.parse::<Claim>().ok());
        Ok(named.filter(|claim| client.scopes.has(claim.scope())).collect())
    };
    Ok(ClaimsRequest { userinfo: named("userinfo")?, id_token: named("id_token")? })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_back_as_it_was_stored_now_and_before() {
        let asked = ClaimsRequest { userinfo: [Claim::Name].into(), id_token: [Claim::Email].into() };
        let row = serde_json::to_string(&asked).unwrap();
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&row).unwrap(), asked);
        let before: ClaimsRequest = serde_json::from_str(r#"["name"]"#).unwrap();
        assert!(before.has(Claim::Name) && before.in_id_token().is_empty());
    }
}
