//! What a client learns about a person (OpenID Connect Core §5), by scope and nowhere but at userinfo.

use jiff::civil::Date;
use sekisho_base::{Language, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::authorize::Claim;
use super::grant::Grant;
use super::issuer::Issuer;
use super::scope::Scope;
use crate::ids::{InsurerCode, PersonKey};
use crate::particular::{Particular, Particulars};

/// What is known about a person, of which scopes release parts.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The full name, as the insurer writes it.
    pub name: Option<String>,
    /// The family name, where the record separates it.
    pub family_name: Option<String>,
    /// The given name, where the record separates it.
    pub given_name: Option<String>,
    /// The full name in kana.
    pub name_kana: Option<String>,
    /// The family name in kana, where the record separates it.
    pub family_name_kana: Option<String>,
    /// The given name in kana, where the record separates it.
    pub given_name_kana: Option<String>,
    /// What they want to be called, where they said so.
    pub nickname: Option<String>,
    /// What they sign in with, as far as the client may know it.
    pub preferred_username: Option<String>,
    /// What the office tells of them.
    pub particulars: Particulars,
    /// The birth date.
    pub birth_date: Option<Date>,
    /// `female` or `male`.
    pub sex: Option<&'static str>,
    /// When the record was last changed.
    pub updated_at: Option<Timestamp>,
    /// The language chosen here.
    pub language: Language,
    /// The proven e-mail address.
    pub email: Option<String>,
    /// The proven phone number, E.164.
    pub phone: Option<String>,
    /// The address, unless it is hidden.
    pub address: Option<Address>,
}

/// An address (OpenID Connect Core §5.1.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    /// All of it, in one line.
    pub formatted: String,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The city, ward, town or village.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// Street and number, and on a second line the building.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Always `JP`.
    pub country: &'static str,
}

/// The claims of the `insurance` scope (design §5 “Claims”).
#[derive(Clone, Debug, Serialize)]
pub struct Insurance {
    /// The insurer.
    pub insurer: InsurerClaim,
    /// The person's own membership.
    pub membership: MembershipClaim,
    /// Who else this account may see or act for.
    pub household: Vec<RelativeClaim>,
    /// What the person wants to be told of, by the topics of the insurer's file.
    pub opt_ins: Vec<String>,
}

/// The insurer of a membership.
#[derive(Clone, Debug, Serialize)]
pub struct InsurerClaim {
    /// The code word.
    pub code: InsurerCode,
    /// 保険者番号.
    pub number: String,
    /// The name in Japanese.
    pub name: String,
}

/// What a record says of one person, as certificates need it.
#[derive(Clone, Debug, Serialize)]
pub struct PersonClaim {
    /// The insurer's stable key.
    pub person_key: PersonKey,
    /// 枝番.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// `self` for the insured, `dependent` for the others.
    pub relationship: &'static str,
    /// The name as the insurer writes it.
    pub name: String,
    /// The name in kana.
    pub name_kana: String,
    /// The birth date.
    pub birth_date: Date,
    /// `female` or `male`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<&'static str>,
    /// The first day of cover.
    pub acquired_on: Date,
    /// The first day without cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_on: Option<Date>,
    /// The share of costs in tenths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burden: Option<u8>,
    /// From when that share applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burden_from: Option<Date>,
}

/// The membership of the person who signed in.
#[derive(Clone, Debug, Serialize)]
pub struct MembershipClaim {
    /// The person.
    #[serde(flatten)]
    pub person: PersonClaim,
    /// 記号, as the insurer writes it.
    pub symbol: String,
    /// 番号, as the insurer writes it.
    pub number: String,
    /// `general`, `voluntary` (任意継続) or `special` (特例退職).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The insured person's name, for dependents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insured_name: Option<String>,
    /// The address, unless it is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A person of the household.
#[derive(Clone, Debug, Serialize)]
pub struct RelativeClaim {
    /// The person.
    #[serde(flatten)]
    pub person: PersonClaim,
    /// What this account may do for them.
    pub purposes: Vec<&'static str>,
}

/// The answer of userinfo: `sub`, and what the grant's scopes and named claims release of what is known.
///
/// Names that are ours to set are set last, so that nothing about a person can stand in for them.
pub fn claims(grant: &Grant, sub: &str, person: &Person, insurance: Option<&Insurance>) -> Value {
    let mut answer = Map::new();
    let released = |claim: &Claim| grant.scopes.has(claim.scope()) || grant.claims.has(*claim);
    for claim in Claim::ALL.into_iter().filter(released) {
        if let Some(value) = value(claim, person) {
            answer.insert(claim.as_str().to_owned(), value);
        }
    }
    if grant.scopes.has(Scope::Insurance)
        && let Some(Ok(Value::Object(insurance))) = insurance.map(serde_json::to_value)
    {
        answer.extend(insurance);
    }
    answer.insert("sub".to_owned(), json!(sub));
    Value::Object(answer)
}

/// The answer as it is signed: with who says it, and to whom (OpenID Connect Core §5.3.2).
pub fn addressed(mut answer: Value, issuer: &Issuer, grant: &Grant) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.insert("iss".to_owned(), json!(issuer.as_str()));
        members.insert("aud".to_owned(), json!(grant.client));
    }
    answer
}

/// The claims that were asked for by name in the ID token, as far as they are known (OpenID Connect Core §5.5).
pub fn in_id_token(grant: &Grant, person: &Person) -> Map<String, Value> {
    let named = grant.claims.in_id_token().iter();
    named.filter_map(|claim| Some((claim.as_str().to_owned(), value(*claim, person)?))).collect()
}

fn value(claim: Claim, person: &Person) -> Option<Value> {
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let told = |particular| person.particulars.get(&particular).map(|value| json!(value));
    match claim {
        Claim::Name => text(&person.name),
        Claim::FamilyName => text(&person.family_name),
        Claim::GivenName => text(&person.given_name),
        Claim::MiddleName => told(Particular::MiddleName),
        Claim::Nickname => text(&person.nickname),
        Claim::PreferredUsername => text(&person.preferred_username),
        Claim::Profile => told(Particular::Profile),
        Claim::Picture => told(Particular::Picture),
        Claim::Website => told(Particular::Website),
        Claim::NameKana => text(&person.name_kana),
        Claim::FamilyNameKana => text(&person.family_name_kana),
        Claim::GivenNameKana => text(&person.given_name_kana),
        Claim::Zoneinfo => Some(json!("Asia/Tokyo")),
        Claim::UpdatedAt => person.updated_at.map(|at| json!(at.seconds())),
        Claim::Birthdate => person.birth_date.map(|date| json!(date.to_string())),
        Claim::Gender => person.sex.map(|sex| json!(sex)),
        Claim::Locale => Some(json!(person.language.tag())),
        Claim::Email => text(&person.email),
        Claim::EmailVerified => person.email.as_ref().map(|_| json!(true)),
        Claim::PhoneNumber => text(&person.phone),
        Claim::PhoneNumberVerified => person.phone.as_ref().map(|_| json!(true)),
        Claim::Address => person.address.as_ref().map(|address| json!(address)),
    }
}

#[cfg(test)]
mod tests;
