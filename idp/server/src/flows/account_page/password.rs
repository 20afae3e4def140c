//! Another password, chosen by who shows the present one.

use secrecy::SecretString;
use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, FactorId};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Step;
use sekisho_domain::journey::steps::credentials::{self, Field};
use sekisho_domain::journey::{Form, Journey, Kind, Reason, Refusal, Subject};
use sekisho_domain::session::Session;
use sekisho_store::factors::{self, NEVER, Reserved};
use sekisho_store::{accounts, audit, contacts, identifiers, journeys, sessions};

use super::others;
use crate::flows::effects::{self, Sender};
use crate::flows::visitor::Visitor;
use crate::flows::{Error, facts, notices, sign_in};
use crate::mail::{Change, Letter};
use crate::state::State;

/// The control with the password that the account has.
pub const CURRENT: &str = "current_password";

/// Whether the new password is typed twice: as at a recovery.
pub fn asks_twice(insurer: &Insurer) -> bool {
    let steps = insurer.journey(Kind::Recover).map(Journey::steps).unwrap_or_default();
    steps.iter().any(|step| matches!(step, Step::Credentials(rule) if rule.asks(Field::PasswordAgain)))
}

/// The password of an account; none where its owner signs in without one.
///
/// # Errors
/// When rows cannot be read.
pub async fn of_account(state: &State, account: AccountId) -> Result<Option<FactorId>, Error> {
    let rows = factors::of_account(&state.db, account).await?;
    Ok(rows.iter().find(|row| row.kind == FactorKind::Password).map(|row| row.id))
}

/// Puts the password of a form in the place of the one before, turns out whoever else is signed in, and tells every
/// address of the account. Whether the sign-in is fresh is for the door.
///
/// # Errors
/// When rows cannot be written, or more is to be hashed than can be. What is wrong with the form is the inner error.
pub async fn change(
    state: &State,
    visitor: &Visitor,
    (insurer, session): (&Insurer, &Session),
    form: &Form,
    cx: &mut Cx,
) -> Result<Result<(), Vec<Refusal>>, Error> {
    let account = session.account;
    let present = of_account(state, account).await?;
    let context = context(state, insurer, account).await?;
    let new = match read(form, insurer, (present.is_some(), &context)) {
        Ok(new) => new,
        Err(refusals) => return Ok(Err(refusals)),
    };
    if let Some(present) = present
        && let Err(refusal) = show(state, visitor, (account, present), form, cx).await?
    {
        return Ok(Err(vec![refusal]));
    }
    let hash = state.hashing.hash(new, cx.bytes()).await?;
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let told = notices::addresses(state, account).await?;
    let mut tx = state.db.begin().await?;
    let stands =
        accounts::hold(&mut tx, account).await? && sessions::hold(&mut tx, session.id, cx.now).await?;
    let ended = match present {
        Some(present) => factors::end(&mut tx, present, cx.now).await?,
        None => factors::end_kinds(&mut tx, account, &[FactorKind::Password], cx.now).await? == 0,
    };
    // It was changed elsewhere between the look and the step.
    if !stands || !ended {
        return Ok(Err(vec![Refusal::page(Reason::StartAgain)]));
    }
    let (id, kind, secret) = (FactorId::draw(cx), FactorKind::Password, hash.as_bytes());
    factors::insert(&mut tx, factors::New { id, account, kind, secret, last_step: None, at: cx.now }).await?;
    // Links to a new password that were mailed before lead nowhere any more (RC-02).
    let subject = effects::digest_of(&Subject::Account(account), &insurer.code);
    journeys::supersede(&mut tx, subject, sekisho_domain::ids::JourneyId::draw(cx), cx.now).await?;
    others::turn_out(state, &mut tx, (session, visitor), "password changed", cx).await?;
    notices::tell(state, &mut tx, &sender, (&told, &Letter::Change(Change::Password)), cx).await?;
    let event = Event::changed_by_owner(insurer.code.clone(), account, "password");
    audit::append(&mut tx, &state.audit_key, event.from_source(&visitor.source), cx).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// What the form says, within the policy.
fn read(
    form: &Form,
    insurer: &Insurer,
    (asks_present, context): (bool, &[String]),
) -> Result<SecretString, Vec<Refusal>> {
    let mut refusals = Vec::new();
    if asks_present && form.raw(CURRENT).is_empty() {
        refusals.push(Refusal::at(CURRENT, Reason::Empty));
    }
    let new = credentials::new_password(form, &insurer.password, context);
    if asks_twice(insurer) {
        refusals.extend(credentials::same_password(form).err());
    }
    match new {
        Ok(new) if refusals.is_empty() => Ok(new),
        Ok(_) => Err(refusals),
        Err(refusal) => {
            refusals.push(refusal);
            Err(refusals)
        }
    }
}

/// What everybody would try first for this person.
async fn context(state: &State, insurer: &Insurer, account: AccountId) -> Result<Vec<String>, Error> {
    let email = contacts::of_account(&state.db, account).await?.email;
    let mut words = insurer.password_context(email.as_ref());
    let names = identifiers::of_account(&state.db, account).await?.into_iter().map(|name| name.folded);
    let nickname = accounts::nickname(&state.db, account).await?;
    words.extend(names.chain(nickname).filter(|word| word.chars().count() >= 4));
    Ok(words)
}

/// Whether the present password is right; the try is reserved before it is judged, like those of the sign-in page.
async fn show(
    state: &State,
    visitor: &Visitor,
    (account, factor): (AccountId, FactorId),
    form: &Form,
    cx: &mut Cx,
) -> Result<Result<(), Refusal>, Error> {
    let typed = SecretString::from(form.raw(CURRENT).to_owned());
    let wrong = || Refusal::at(CURRENT, Reason::PasswordWrong);
    if let Reserved::Blocked(until) = sign_in::reserve(state, visitor, account, factor, cx).await? {
        let refusal = if until < NEVER { Refusal::page(Reason::Wait { until }) } else { wrong() };
        return Ok(Err(refusal));
    }
    let hash = factors::password_hash(&state.db, factor).await?;
    if !facts::verify(state, typed, hash.as_ref()).await? {
        return Ok(Err(wrong()));
    }
    let mut tx = state.db.begin().await?;
    sign_in::succeed(state, &mut tx, visitor, (account, factor), cx.now).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
