//! Userinfo: what a client may know about a person, asked of the rows each time.

use std::collections::BTreeMap;

use sekisho_base::Cx;
use sekisho_domain::ids::PersonKey;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::jose::{Typ, sign};
use sekisho_domain::member::{self, Class, Position, Record, Sex};
use sekisho_domain::oidc::authorize::Claim;
use sekisho_domain::oidc::error::{self, ErrorCode};
use sekisho_domain::oidc::grant::Grant;
use sekisho_domain::oidc::scope::Scope;
use sekisho_domain::oidc::userinfo::{
    self, Address, Insurance, InsurerClaim, MembershipClaim, Person, PersonClaim, RelativeClaim,
};
use sekisho_store::account_claims::{self, Described};
use sekisho_store::grants::Standing;
use sekisho_store::{opt_ins, sharing};
use serde_json::Value;

use super::{Error, access};
use crate::directory;
use crate::keys;
use crate::state::State;

/// Why nothing is told.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The token is wrong or dead.
    #[error(transparent)]
    Refused(#[from] error::Error),
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<directory::Failure> for Failure {
    fn from(failure: directory::Failure) -> Self {
        Self::Flow(failure.into())
    }
}

const DEAD: error::Error = ErrorCode::InvalidToken.because("the access token is unknown, expired or revoked");

/// What is told, in the form that the client registered (OpenID Connect Core §5.3.2).
pub enum Told {
    /// Plain.
    Plain(Value),
    /// Signed, as a compact JWS.
    Signed(String),
}

/// Tells what the grant behind an access token releases.
///
/// # Errors
/// [`Failure::Refused`] with `invalid_token`, whatever is wrong with the token or what it depends on; a token that is
/// meant for somebody else is such a one (TK-05).
pub async fn tell(state: &State, token: &str, cx: &Cx) -> Result<Told, Failure> {
    let token = access::read(state, token, cx.now).await?.ok_or(DEAD)?;
    if !token.is_for(state.issuer.as_str()) {
        return Err(DEAD.into());
    }
    let grant = token.grant().ok_or(DEAD)?;
    let mut standing = access::behind(state, grant, cx.now).await?.ok_or(DEAD)?;
    // A token may be for less than its grant (RFC 6749 §6).
    standing.grant.scopes = token.scopes().within(&standing.grant.scopes);
    if !standing.grant.scopes.has(Scope::Openid) {
        return Err(ErrorCode::InsufficientScope.because("the access token does not cover openid").into());
    }
    let insurer = state.insurers.get(&standing.grant.membership.insurer).ok_or(DEAD)?;
    let record = record(state, &standing.grant).await?;
    let insurance = match &record {
        Some(record) if standing.grant.scopes.has(Scope::Insurance) => {
            Some(insurance(state, insurer, (&standing.grant, record), cx).await?)
        }
        _ => None,
    };
    let described = particulars(state, &standing.grant).await?;
    let person = person_of(&standing, record.as_ref(), described);
    let told = userinfo::claims(&standing.grant, token.sub(), &person, insurance.as_ref());
    let Some(alg) = standing.client.userinfo_alg else { return Ok(Told::Plain(told)) };
    let told = userinfo::addressed(told, &state.issuer, &standing.grant);
    let signer = state.keys.signer(alg, cx.now).map_err(Error::from)?;
    Ok(Told::Signed(sign(&signer, Typ::Jwt, &told).map_err(keys::Error::from).map_err(Error::from)?))
}

/// The person of a grant, as far as its scopes and named claims look.
///
/// # Errors
/// When rows cannot be read.
pub(super) async fn person(state: &State, standing: &Standing) -> Result<Person, Error> {
    let membership = &standing.grant.membership;
    let record = match state.directory(&membership.insurer)?.person(&membership.person).await {
        Err(directory::Failure::Away { .. }) => None,
        found => found?,
    };
    let described = account_claims::described(&state.db, standing.grant.account).await?;
    Ok(person_of(standing, record.as_ref(), described))
}

/// What is told of the person beside the record, as far as the scopes look at it.
async fn particulars(state: &State, grant: &Grant) -> Result<Described, Error> {
    let named =
        Claim::ALL.into_iter().any(|claim| claim.scope() == Scope::Profile && grant.claims.has(claim));
    if !named && !grant.scopes.has(Scope::Profile) {
        return Ok(Described::default());
    }
    Ok(account_claims::described(&state.db, grant.account).await?)
}

/// The person's record, as far as the scopes look at it. Where the insurer's own directory is away, who asks about the
/// insurance is asked to come back: no answer is better than one that reads as if the cover had ended. Names and
/// addresses are only left out.
async fn record(state: &State, grant: &Grant) -> Result<Option<Record>, Failure> {
    let named = Claim::ALL.into_iter().filter(|claim| grant.claims.has(*claim));
    let named: Vec<Scope> = named.map(Claim::scope).collect();
    let looks = |scope| grant.scopes.has(scope) || named.contains(&scope);
    if ![Scope::Insurance, Scope::Profile, Scope::Address].into_iter().any(looks) {
        return Ok(None);
    }
    let membership = &grant.membership;
    match state.directory(&membership.insurer)?.person(&membership.person).await {
        Err(directory::Failure::Away { .. }) if !grant.scopes.has(Scope::Insurance) => Ok(None),
        found => Ok(found?),
    }
}

fn person_of(standing: &Standing, record: Option<&Record>, described: Described) -> Person {
    let grant = &standing.grant;
    // An address is told by the scope it has of its own, under whatever name.
    let reads_email = grant.scopes.has(Scope::Email) || grant.claims.has(Claim::Email);
    let email = standing.email.clone().filter(|_| reads_email);
    let names = record.and_then(|record| apart(&record.name, &['\u{3000}', ' ']));
    let kana = record.and_then(|record| apart(&record.kana, &['\u{3000}', ' ']));
    Person {
        name: record.map(|record| record.name.clone()),
        family_name: names.as_ref().map(|(family, _)| family.clone()),
        given_name: names.map(|(_, given)| given),
        name_kana: record.map(|record| record.kana.clone()),
        family_name_kana: kana.as_ref().map(|(family, _)| family.clone()),
        given_name_kana: kana.map(|(_, given)| given),
        preferred_username: described.login_id.or(email),
        particulars: described.particulars,
        nickname: Some(standing.nickname.clone()).filter(|nickname| !nickname.is_empty()),
        birth_date: record.map(|record| record.birth_date),
        sex: record.and_then(|record| sex(record.sex)),
        updated_at: record.and_then(|record| record.updated_at),
        language: standing.language,
        email: standing.email.clone(),
        phone: standing.phone.clone(),
        address: record.and_then(address),
    }
}

/// Extracts put a space between family and given name; where it is missing, nobody can tell them apart.
fn apart(name: &str, spaces: &[char]) -> Option<(String, String)> {
    let (family, given) = name.split_once(spaces)?;
    Some((family.to_owned(), given.trim().to_owned())).filter(|(_, given)| !given.is_empty())
}

async fn insurance(
    state: &State,
    insurer: &Insurer,
    (grant, own): (&Grant, &Record),
    cx: &Cx,
) -> Result<Insurance, Failure> {
    let family = state.directory(&insurer.code)?.household(&own.household).await?;
    let insured = family.iter().find(|record| record.position == Position::Insured);
    let insured_name = match own.position {
        Position::Insured => None,
        // Who is protected is not named to the household.
        Position::Dependent => insured.filter(|record| !record.suppressed).map(|record| record.name.clone()),
    };
    let household = relatives(state, insurer, (own, &family), cx).await?;
    Ok(Insurance {
        insurer: InsurerClaim {
            code: insurer.code.clone(),
            number: insurer.number.to_string(),
            name: insurer.name.ja.clone(),
        },
        membership: MembershipClaim {
            person: claim(own),
            symbol: own.symbol.raw().to_owned(),
            number: own.number.raw().to_owned(),
            kind: Some(kind(own.class)),
            insured_name,
            address: address(own),
        },
        household,
        opt_ins: opt_ins::of_account(&state.db, &insurer.code, grant.account).await?,
    })
}

async fn relatives(
    state: &State,
    insurer: &Insurer,
    (own, family): (&Record, &[Record]),
    cx: &Cx,
) -> Result<Vec<RelativeClaim>, Failure> {
    if own.position != Position::Insured || !insurer.household.is_used() {
        return Ok(Vec::new());
    }
    let mut known = BTreeMap::new();
    for record in family {
        let standing = sharing::standing(&state.db, &insurer.code, &record.person).await?;
        known.insert(&record.person, standing);
    }
    let standing = |person: &PersonKey| known.get(person).copied().unwrap_or_default();
    let rules = (&insurer.household, cx.now.date_in_tokyo());
    let relatives = member::household(own, family, standing, rules);
    let with_record = relatives.into_iter().filter_map(|relative| {
        let record = family.iter().find(|record| record.person == relative.person)?;
        let purposes = relative.purposes.into_iter().map(member::Purpose::as_str).collect();
        Some(RelativeClaim { person: claim(record), purposes })
    });
    Ok(with_record.collect())
}

fn claim(record: &Record) -> PersonClaim {
    PersonClaim {
        person_key: record.person.clone(),
        branch: record.branch.as_ref().map(|branch| branch.raw().to_owned()),
        relationship: match record.position {
            Position::Insured => "self",
            Position::Dependent => "dependent",
        },
        name: record.name.clone(),
        name_kana: record.kana.clone(),
        birth_date: record.birth_date,
        sex: sex(record.sex),
        acquired_on: record.acquired_on,
        lost_on: record.lost_on,
        burden: record.burden.and_then(|burden| u8::try_from(burden.tenths).ok()),
        burden_from: record.burden.and_then(|burden| burden.from),
    }
}

const fn kind(class: Class) -> &'static str {
    class.as_str()
}

const fn sex(sex: Sex) -> Option<&'static str> {
    match sex {
        Sex::Male => Some("male"),
        Sex::Female => Some("female"),
        Sex::Unstated => None,
    }
}

fn address(record: &Record) -> Option<Address> {
    let address = record.address.as_ref()?;
    let [prefecture, city, street, building] = &address.lines;
    let stated = |text: &String| (!text.is_empty()).then(|| text.clone());
    Some(Address {
        formatted: address.lines.concat(),
        postal_code: stated(&address.postal_code),
        region: stated(prefecture),
        locality: stated(city),
        street_address: stated(&format!("{street}\n{building}").trim().to_owned()),
        country: "JP",
    })
}
