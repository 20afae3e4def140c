//! Looks up what a step wants to know before it weighs an answer.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest};
use sekisho_domain::email::Email;
use sekisho_domain::factor::{FactorKind, totp};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Facts, Held, Means, Want};
use sekisho_domain::member::Claimed;
use sekisho_domain::phone::Phone;
use sekisho_store::factors::Reserved;
use sekisho_store::{attempts, factors, identifiers, members, memberships};

use super::Error;
use super::throttle::REST;
use crate::state::State;

const DAY: Duration = Duration::from_hours(24);

/// Looks up what is wanted.
///
/// # Errors
/// When rows cannot be read, or more is to be hashed than can be.
pub async fn gather(state: &State, insurer: &Insurer, want: Want, cx: &mut Cx) -> Result<Facts, Error> {
    match want {
        Want::Nothing => Ok(Facts::Nothing),
        Want::Credentials { email, password } => credentials(state, email, password, cx).await,
        Want::Candidates(claimed) => candidates(state, insurer, &claimed, cx).await,
        Want::Attempt(factor) => attempt(state, factor, cx).await,
    }
}

/// The same work whether the address is known or not: one look, one hash.
async fn credentials(
    state: &State,
    email: Email,
    password: SecretString,
    cx: &mut Cx,
) -> Result<Facts, Error> {
    let taken = identifiers::is_taken(&state.db, email.folded()).await?;
    let hash = state.hashing.hash(password, cx.bytes()).await?;
    Ok(Facts::Credentials { taken, hash })
}

/// What claims on member records are counted as.
pub const CLAIMS: &str = "proofing";

/// What a claim is counted for: its symbol and number, known or not, so that the answer tells nothing about either.
pub fn claim_subject(claimed: &Claimed) -> String {
    let numbers = format!("{}\n{}", claimed.symbol.norm_nz(), claimed.number.norm_nz());
    Digest::of_content(numbers.as_bytes()).short_hex(32)
}

async fn candidates(state: &State, insurer: &Insurer, claimed: &Claimed, cx: &Cx) -> Result<Facts, Error> {
    let limit = i64::from(state.config.throttle.claims_per_record);
    let window = attempts::Window { limit, within: DAY };
    let subject = claim_subject(claimed);
    let reserved = attempts::reserve(&state.db, &insurer.code, (CLAIMS, &subject), window, cx.now).await?;
    if let Reserved::Blocked(until) = reserved {
        return Ok(Facts::Blocked(until));
    }
    let records = members::candidates(&state.db, &insurer.code, &claimed.symbol, &claimed.number).await?;
    let people: Vec<_> = records.iter().map(|record| record.person.clone()).collect();
    let bound = memberships::bound(&state.db, &insurer.code, &people).await?;
    Ok(Facts::Candidates { records, bound })
}

async fn attempt(state: &State, factor: FactorId, cx: &Cx) -> Result<Facts, Error> {
    let limit = i64::from(state.config.throttle.failures_per_factor);
    Ok(match factors::reserve_attempt(&state.db, factor, cx.now, limit, REST).await? {
        Reserved::Go => Facts::Attempt,
        Reserved::Blocked(until) => Facts::Blocked(until),
    })
}

/// The second factors an account holds, opened for this request.
///
/// # Errors
/// When rows cannot be read or opened.
pub async fn held(state: &State, account: AccountId) -> Result<Vec<Held>, Error> {
    let mut held = Vec::new();
    for row in factors::of_account(&state.db, account).await? {
        let means = match row.kind {
            FactorKind::Totp => {
                let bytes = state.open_factor(row.id, &row.secret)?;
                let secret = totp::Secret::from_bytes(&bytes)
                    .map_err(|_| Error::Sealed { what: "an app's secret" })?;
                Means::App { secret, last_step: row.last_step }
            }
            FactorKind::Sms => {
                let bytes = state.open_factor(row.id, &row.secret)?;
                let number = String::from_utf8(bytes).ok().and_then(|number| Phone::parse(&number).ok());
                Means::Phone(number.ok_or(Error::Sealed { what: "a phone number" })?)
            }
            _ => continue,
        };
        held.push(Held { id: row.id, means });
    }
    Ok(held)
}

/// Verifies a password against a hash, spending the same work when there is none.
///
/// # Errors
/// When more is to be hashed than can be.
pub async fn verify(state: &State, typed: SecretString, hash: Option<&SecretString>) -> Result<bool, Error> {
    Ok(match hash {
        Some(hash) => state.hashing.verify(typed, hash.expose_secret().to_owned()).await?,
        None => {
            state.hashing.verify_nobody(typed).await?;
            false
        }
    })
}
