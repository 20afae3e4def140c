//! Looks up what a step wants to know before it weighs an answer.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Timestamp};
use sekisho_domain::email::Email;
use sekisho_domain::factor::{FactorKind, totp};
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Facts, Held, Holder, Journey, Kind, Means, Owner, Progress, Step, Want};
use sekisho_domain::login_id::LoginId;
use sekisho_domain::member::Record;
use sekisho_domain::phone::Phone;
use sekisho_store::factors::Reserved;
use sekisho_store::{acceptances, attempts, contacts, factors, identifiers, memberships};

use super::Error;
use super::throttle::{self, Counted, REST, claims};
use super::{passkeys, visitor::Visitor};
use crate::directory::Failure;
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
                None => {
                    let directory = state.directory(&insurer.code)?;
                    let found = directory.candidates(&claimed.symbol, &claimed.number).await;
                    candidates(state, insurer, &subject, found).await
                }
            }
        }
        Want::Given(id) => {
            let subject = claims::of_id(&id);
            match permitted(state, visitor, insurer, &subject, cx.now).await? {
                Some(until) => Ok(Facts::Blocked(until)),
                None => {
                    let found = state.directory(&insurer.code)?.by_given_id(&id).await;
                    candidates(state, insurer, &subject, found).await
                }
            }
        }
        Want::Attempt(factor) => attempt(state, factor, cx).await,
        Want::MailAttempt(account) => by_account(state, insurer, (MAILED, account), cx.now).await,
        Want::RecoveryAttempt(account) => by_account(state, insurer, (RECOVERY, account), cx.now).await,
        Want::Account(name) => account(state, visitor, insurer, &name, cx.now).await,
        Want::Passkey { account, response } => {
            let asked = (Some(account), &response);
            let shown = passkeys::shown(state, visitor, asked, cx).await?;
            Ok(Facts::Passkey(shown.map(Box::new)))
        }
        Want::NewPasskey { account, response } => {
            let made = passkeys::made(state, &visitor.browser, (account, &response), cx);
            Ok(Facts::NewPasskey(made.map(Box::new)))
        }
        Want::Shown { factor, typed } => shown(state, factor, typed, cx).await,
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
        if !throttle::is_lifted(Some(insurer))
            && let Err(until) = throttle::count(state, counted, of, now).await
        {
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

/// What was found, unless the records cannot be asked now: then the try is no try, and is given back.
async fn candidates(
    state: &State,
    insurer: &Insurer,
    subject: &str,
    found: Result<Vec<Record>, Failure>,
) -> Result<Facts, Error> {
    match found {
        Ok(records) => with_bound(state, insurer, records).await,
        Err(Failure::Rows(error)) => Err(error.into()),
        Err(Failure::Away { .. }) => {
            attempts::give_back(&state.db, &insurer.code, (claims::KIND, subject)).await?;
            Ok(Facts::Unavailable)
        }
    }
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
/// What tries of an account's recovery codes are counted as.
pub const RECOVERY: &str = "recovery_code";

/// Counts a try of an account, across its journeys and codes.
async fn by_account(
    state: &State,
    insurer: &Insurer,
    (kind, account): (&str, AccountId),
    now: Timestamp,
) -> Result<Facts, Error> {
    let window = attempts::Window {
        limit: i64::from(state.config.throttle.failures_per_factor),
        rest: REST,
        longest: REST * 4,
        forget_after: REST * 96,
    };
    let subject = account.to_string();
    Ok(match attempts::reserve(&state.db, &insurer.code, (kind, &subject), window, now).await? {
        Reserved::Go => Facts::Attempt,
        Reserved::Blocked(until) => Facts::Blocked(until),
    })
}

/// The account of a name, with the same counting whether anybody has it or not: mails are counted for the name.
async fn account(
    state: &State,
    visitor: &Visitor,
    insurer: &Insurer,
    name: &str,
    now: Timestamp,
) -> Result<Facts, Error> {
    for (counted, of) in [(Counted::Recover, visitor.source.as_str()), (Counted::RecoverName, name)] {
        if !throttle::is_lifted(Some(insurer))
            && let Err(until) = throttle::count(state, counted, of, now).await
        {
            return Ok(Facts::Blocked(until));
        }
    }
    let known = identifiers::find(&state.db, name).await?.filter(|known| {
        known.may_sign_in() && known.memberships.iter().any(|live| live.insurer == insurer.code)
    });
    let Some(known) = known else { return Ok(Facts::Account(None)) };
    let email = contacts::of_account(&state.db, known.account).await?.email;
    Ok(Facts::Account(email.map(|email| (known.account, email))))
}

/// Whether a password is the account's; the try is reserved before it is judged.
async fn shown(state: &State, factor: FactorId, typed: SecretString, cx: &Cx) -> Result<Facts, Error> {
    if let Facts::Blocked(until) = attempt(state, factor, cx).await? {
        verify(state, typed, None).await?;
        return Ok(Facts::Blocked(until));
    }
    let hash = factors::password_hash(&state.db, factor).await?;
    verify(state, typed, hash.as_ref()).await.map(Facts::Verified)
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
    let asks = |asked: fn(&Step) -> bool| journey.steps().iter().any(asked);
    let mut holder = opened(state, factors::of_account(&state.db, account).await?)?;
    holder.proves_again = matches!(journey.kind(), Kind::LostFactor | Kind::ChangeFactor);
    if insurer.sign_in.passkeys && asks(|step| matches!(step, Step::SecondFactor(_) | Step::SetupFactor(_))) {
        holder.passkeys = passkeys::held(state, account).await?;
    }
    // Mail goes there; and an authenticator app names its row by it.
    if asks(|step| matches!(step, Step::EmailCode(_) | Step::EmailLink(_) | Step::SetupFactor(_))) {
        holder.email = contacts::of_account(&state.db, account).await?.email;
    }
    if asks(|step| matches!(step, Step::Terms(_))) {
        let accepted = acceptances::of_account(&state.db, &insurer.code, account).await?;
        holder.accepted = accepted.into_iter().map(|one| (one.document, one.version)).collect();
    }
    Ok(holder)
}

/// Looks up what is wanted in the midst of a journey: beside candidates, the record of the account's own membership, with
/// which they are compared. It is looked up for an answer only, since asking may leave this service.
///
/// # Errors
/// As [`gather`].
pub async fn around(
    state: &State,
    visitor: &Visitor,
    (insurer, progress, mut holder): (&Insurer, &Progress, Holder),
    want: Want,
    cx: &mut Cx,
) -> Result<(Facts, Holder), Error> {
    if matches!(want, Want::Candidates(_) | Want::Given(_))
        && let Some(account) = progress.evidence.iter().find_map(Evidence::account)
        && let Some(present) = memberships::live(&state.db, account, &insurer.code).await?
    {
        holder.record = match state.directory(&insurer.code)?.person(&present.person).await {
            Ok(record) => record,
            // Without it another person could be taken for the member.
            Err(Failure::Away { .. }) => return Ok((Facts::Unavailable, holder)),
            Err(Failure::Rows(error)) => return Err(error.into()),
        };
    }
    Ok((gather(state, visitor, insurer, want, cx).await?, holder))
}

/// The factors an account holds, opened for this request.
fn opened(state: &State, rows: Vec<factors::Row>) -> Result<Holder, Error> {
    let mut holder = Holder::default();
    for row in rows {
        let means = match row.kind {
            FactorKind::Totp => {
                let bytes = state.open_factor(row.id, &row.secret)?;
                let secret = totp::Secret::from_bytes(&bytes)
                    .map_err(|_| Error::Sealed { what: "an app's secret" })?;
                Means::App { secret, last_step: row.last_step }
            }
            FactorKind::Sms => {
                let bytes = state.open_factor(row.id, &row.secret)?;
                let number = String::from_utf8(bytes).ok().and_then(|number| Phone::parse_any(&number).ok());
                Means::Phone(number.ok_or(Error::Sealed { what: "a phone number" })?)
            }
            FactorKind::Recovery => {
                let digest = <[u8; 32]>::try_from(row.secret.as_slice()).map(Digest::from_bytes);
                holder
                    .recovery
                    .push((row.id, digest.map_err(|_| Error::Sealed { what: "a recovery code" })?));
                continue;
            }
            FactorKind::Password => {
                holder.password = Some(row.id);
                continue;
            }
            FactorKind::Passkey | FactorKind::Card => continue,
        };
        holder.held.push(Held { id: row.id, means });
    }
    Ok(holder)
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
