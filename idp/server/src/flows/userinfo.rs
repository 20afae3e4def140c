//! Userinfo: what a client may know about a person, asked of the rows each time.

use sekisho_base::Cx;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::member::{self, Class, Position, Record, Sex};
use sekisho_domain::oidc::access_token;
use sekisho_domain::oidc::error::{self, ErrorCode};
use sekisho_domain::oidc::grant::Grant;
use sekisho_domain::oidc::scope::Scope;
use sekisho_domain::oidc::userinfo::{
    self, Address, Insurance, InsurerClaim, MembershipClaim, Person, PersonClaim, RelativeClaim,
};
use sekisho_store::grants::{self, Standing};
use sekisho_store::memberships;
use serde_json::Value;

use super::Error;
use crate::directory;
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

/// Tells what the grant behind an access token releases.
///
/// # Errors
/// [`Failure::Refused`] with `invalid_token`, whatever is wrong with the token or what it depends on.
pub async fn tell(state: &State, token: &str, cx: &Cx) -> Result<Value, Failure> {
    let keys = state.keys.verifiers(cx.now);
    let token = access_token::read(token, &state.issuer, &keys, cx.now).ok_or(DEAD)?;
    let standing = grants::standing(&state.db, token.grant(), cx.now).await?.ok_or(DEAD)?;
    let insurer = state.insurers.get(&standing.grant.membership.insurer).ok_or(DEAD)?;
    let record = record(state, &standing.grant).await?;
    let insurance = match &record {
        Some(record) if standing.grant.scopes.has(Scope::Insurance) => {
            Some(insurance(state, insurer, (&standing.grant, record), cx).await?)
        }
        _ => None,
    };
    let person = person(&standing, record.as_ref());
    Ok(userinfo::claims(&standing.grant, token.sub(), &person, insurance.as_ref()))
}

/// The person's record, as far as the scopes look at it. Where the insurer's own directory is away, who asks about the
/// insurance is asked to come back: no answer is better than one that reads as if the cover had ended. Names and
/// addresses are only left out.
async fn record(state: &State, grant: &Grant) -> Result<Option<Record>, Failure> {
    let looks = |scope| grant.scopes.has(scope);
    if ![Scope::Insurance, Scope::Profile, Scope::Address].into_iter().any(looks) {
        return Ok(None);
    }
    let membership = &grant.membership;
    match state.directory(&membership.insurer)?.person(&membership.person).await {
        Err(directory::Failure::Away { .. }) if !looks(Scope::Insurance) => Ok(None),
        found => Ok(found?),
    }
}

fn person(standing: &Standing, record: Option<&Record>) -> Person {
    // Extracts put an ideographic space between the names; where it is missing, nobody can tell them apart.
    let names = record.and_then(|record| record.name.split_once('\u{3000}'));
    Person {
        name: record.map(|record| record.name.clone()),
        family_name: names.map(|(family, _)| family.to_owned()),
        given_name: names.map(|(_, given)| given.to_owned()),
        birth_date: record.map(|record| record.birth_date),
        sex: record.and_then(|record| sex(record.sex)),
        language: standing.language,
        email: standing.email.clone(),
        phone: standing.phone.clone(),
        address: record.and_then(address),
    }
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
    let household = if insurer.household.insured_acts_for_dependents {
        relatives(state, grant, (own, &family), cx).await?
    } else {
        Vec::new()
    };
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
    })
}

async fn relatives(
    state: &State,
    grant: &Grant,
    (own, family): (&Record, &[Record]),
    cx: &Cx,
) -> Result<Vec<RelativeClaim>, Failure> {
    let persons: Vec<_> = family.iter().map(|record| record.person.clone()).collect();
    let registered = memberships::bound(&state.db, &grant.membership.insurer, &persons).await?;
    let relatives =
        member::household(own, family, |person| registered.contains(person), cx.now.date_in_tokyo());
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
    let [prefecture, ..] = &address.lines;
    let stated = |text: &String| (!text.is_empty()).then(|| text.clone());
    Some(Address {
        formatted: address.lines.concat(),
        postal_code: stated(&address.postal_code),
        region: stated(prefecture),
        country: "JP",
    })
}
