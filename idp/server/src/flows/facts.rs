//! Looks up what a step wants to know before it weighs an answer.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::factor::{FactorKind, totp};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Facts, Held, Holder, Journey, Kind, Means, Owner, Step, Want};
use sekisho_domain::login_id::LoginId;
use sekisho_domain::member::{Claimed, Record};
use sekisho_domain::phone::Phone;
use sekisho_store::factors::Reserved;
use sekisho_store::{attempts, contacts, factors, identifiers, members, memberships};

use super::Error;
use super::throttle::{self, Counted, REST, claims};
use super::visitor::Visitor;
use crate::state::State;

/// Looks up what is wanted.
///
/// # Errors
/// When rows cannot be read, or more is to be hashed than can be.
pub async fn gather(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    want: Want,
    cx: &mut Cx,
) -> Result<Facts, Error> {
    match want {
        Want::Nothing => Ok(Facts::Nothing),
        Want::Credentials { email, login_id, password } => {
            credentials(state, insurer, (email, login_id, password), cx).await
        }
        Want::Candidates(claimed) => {
            let subject = claims::of_numbers(&claimed);
            match permitted(state, visitor, insurer, &subject, cx.now).await? {
                Some(until) => Ok(Facts::Blocked(until)),
                None => candidates(state, insurer, &claimed).await,
            }
        }
        Want::Given(id) => match permitted(state, visitor, insurer, &claims::of_id(&id), cx.now).await? {
            Some(until) => Ok(Facts::Blocked(until)),
            None => {
                with_bound(state, insurer, members::by_given_id(&state.db, &insurer.code, &id).await?).await
            }
        },
        Want::Attempt(factor) => attempt(state, factor, cx).await,
        Want::MailAttempt(account) => mail_attempt(state, insurer, account, cx.now).await,
        Want::Verified { typed, hash } => verify(state, typed, Some(&hash.into())).await.map(Facts::Verified),
    }
}

/// The same work whether address and ID are known or not: one look each, one hash.
async fn credentials(
    state: &State,
    insurer: &Insurer,
    (email, login_id, password): (Option<Email>, Option<LoginId>, Option<SecretString>),
    cx: &mut Cx,
) -> Result<Facts, Error> {
    let owner = match &email {
        Some(email) => owner(state, insurer, email).await?,
        None => Owner::Nobody,
    };
    let is_taken = match &login_id {
        Some(id) => {
            let folded = id.folded();
            state.insurers.reserving(&folded).is_some() || identifiers::is_taken(&state.db, &folded).await?
        }
        None => false,
    };
    let hash = match password {
        Some(password) => Some(state.hashing.hash(password, cx.bytes()).await?),
        None => None,
    };
    Ok(Facts::Credentials { owner, is_taken, hash })
}

/// Whose an address is, as far as this insurer's members sign in with addresses or have one each.
async fn owner(state: &State, insurer: &Insurer, email: &Email) -> Result<Owner, Error> {
    use sekisho_domain::account::NameKind;
    if insurer.contacts.unique_email
        && memberships::has_address(&state.db, &insurer.code, email.folded()).await?
    {
        return Ok(Owner::Member);
    }
    if insurer.sign_in.names.contains(&NameKind::Email) {
        return Ok(identifiers::owner(&state.db, email.folded(), &insurer.code).await?);
    }
    Ok(Owner::Nobody)
}

/// Asks all counters of claims: of the source, of the insurer, and of the record that is claimed. The last one is
/// kept in SQL. None of them tells whether there is such a record.
async fn permitted(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    subject: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    for (counted, of) in
        [(Counted::Claims, visitor.source.as_str()), (Counted::ClaimsAtInsurer, insurer.code.as_str())]
    {
        if let Err(until) = throttle::count(state, counted, of, now).await {
            return Ok(Some(until));
        }
    }
    let window = claims::window(&state.config.throttle);
    let reserved = attempts::reserve(&state.db, &insurer.code, (claims::KIND, subject), window, now).await?;
    Ok(match reserved {
        Reserved::Go => None,
        Reserved::Blocked(until) => Some(until),
    })
}

async fn candidates(state: &State, insurer: &Insurer, claimed: &Claimed) -> Result<Facts, Error> {
    let records = members::candidates(&state.db, &insurer.code, &claimed.symbol, &claimed.number).await?;
    with_bound(state, insurer, records).await
}

async fn with_bound(state: &State, insurer: &Insurer, records: Vec<Record>) -> Result<Facts, Error> {
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

/// What tries of codes that were mailed to an account are counted as.
pub const MAILED: &str = "mail_code";

async fn mail_attempt(
    state: &State,
    insurer: &Insurer,
    account: AccountId,
    now: Timestamp,
) -> Result<Facts, Error> {
    let window = attempts::Window {
        limit: i64::from(state.config.throttle.failures_per_factor),
        rest: REST,
        longest: REST * 4,
        forget_after: REST * 96,
    };
    let subject = account.to_string();
    Ok(match attempts::reserve(&state.db, &insurer.code, (MAILED, &subject), window, now).await? {
        Reserved::Go => Facts::Attempt,
        Reserved::Blocked(until) => Facts::Blocked(until),
    })
}

/// What an account brings to a journey, as far as the journey looks at it.
///
/// # Errors
/// When rows cannot be read or opened.
pub async fn holder(
    state: &State,
    insurer: &Insurer,
    journey: &Journey,
    account: AccountId,
) -> Result<Holder, Error> {
    let mut holder = Holder { held: held(state, account).await?, ..Holder::default() };
    if journey.steps().iter().any(|step| matches!(step, Step::EmailCode(_) | Step::EmailLink(_))) {
        holder.email = contacts::of_account(&state.db, account).await?.email;
    }
    if journey.kind() == Kind::Join
        && let Some(present) = memberships::live(&state.db, account, &insurer.code).await?
    {
        holder.record = members::get(&state.db, &insurer.code, &present.person).await?;
    }
    Ok(holder)
}

/// The second factors an account holds, opened for this request.
async fn held(state: &State, account: AccountId) -> Result<Vec<Held>, Error> {
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
