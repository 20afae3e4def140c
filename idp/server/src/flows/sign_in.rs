//! Identifier and password.
//!
//! An unknown identifier, a wrong password and an account that may not be used get the
//! same answer after the same work: one look, one hash. The attempt is reserved in the
//! password's row before it is checked, so parallel guesses are counted too.

pub mod again;
mod alike;
mod given;
mod onward;
pub mod passkey;
mod tries;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, ClientId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, password};
use sekisho_domain::journey::{Form, Kind, Reason, Refusal, To};
use sekisho_store::audit;
use sekisho_store::factors::{self, NEVER, Reserved};
use sekisho_store::identifiers::{self, SignIn};

use super::arrival::Arrived;
use super::throttle::spray;
use super::visitor::Visitor;
use super::{Error, facts};
use crate::state::State;

pub use onward::{insurer_of, onward, set_out};
pub use tries::{reserve, succeed};

/// What came of a sign-in.
pub enum Outcome {
    /// The password was right; a further step is asked for.
    Journey(sekisho_domain::ids::JourneyId),
    /// The password was right, and all that is asked for.
    Arrived(Box<Arrived>),
    /// Not signed in.
    Refused(Vec<Refusal>),
    /// A pre-issued ID was right, but its registration cannot begin.
    Over(Refusal, InsurerCode),
}

/// Under which insurer somebody signs in, and for which client.
pub struct Wanted<'a> {
    /// The insurer that the request or the browser names.
    pub insurer: Option<&'a Insurer>,
    /// The sealed authorization request.
    pub request: Option<String>,
    /// The client that asked.
    pub client: Option<ClientId>,
    /// The page of ours to return to.
    pub to: Option<To>,
    /// What the password begins: a sign-in, or the report of a lost second factor.
    pub kind: Kind,
}

/// Signs in with what a form says. However much less there was to do for a name that nobody has, a refusal takes the
/// same time (EN-01): what is known of a name is written, of others nothing is.
///
/// # Errors
/// When rows cannot be read or written, or more is to be hashed than can be.
pub async fn with_password(
    state: &State,
    visitor: &Visitor,
    wanted: Wanted<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let floor = tokio::time::sleep(state.config.throttle.refusal());
    let insurer = wanted.insurer;
    let outcome = judged(state, visitor, wanted, form, cx).await?;
    if let Outcome::Refused(refusals) = &outcome {
        if refusals.iter().any(|refusal| refusal.field.is_none()) {
            spray::note(state, visitor, insurer, cx).await?;
        }
        floor.await;
    }
    Ok(outcome)
}

async fn judged(
    state: &State,
    visitor: &Visitor,
    wanted: Wanted<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let (typed, password) = match read(form) {
        Ok(read) => read,
        Err(refusals) => return Ok(Outcome::Refused(refusals)),
    };
    let name = identifiers::folded(&typed);
    // Strangers are counted by where they come from and by the name; a device's owner is not held up for them.
    let is_at_home = tries::is_at_home(state, visitor, &name, cx.now).await?;
    if !is_at_home
        && let Err(until) = tries::of_stranger(state, visitor, (wanted.insurer, &name), cx.now).await
    {
        return Ok(wait(until));
    }
    let known = identifiers::find(&state.db, &name).await?;
    let usable = match &known {
        Some(known) if known.may_sign_in() => Some(known),
        _ => None,
    };
    let Some(known) = usable else {
        // A hash is spent in any case: a name that nobody has, one that was given out, one that may not sign in.
        facts::verify(state, password.clone(), None).await?;
        return match state.insurers.reserving(&name) {
            Some(insurer) if known.is_none() && wanted.kind == Kind::Login => {
                given::activate(state, visitor, (insurer, &name, &password), wanted, cx).await
            }
            _ => {
                let refusal = refused(state, visitor, None, cx).await?;
                alike::refused(state, visitor, (&name, wanted.kind), refusal, cx).await
            }
        };
    };
    let reserved = reserve(state, visitor, known.account, known.password.id, cx).await?;
    if let Reserved::Blocked(until) = reserved {
        // The same work and the same words as for a name nobody has: that it rests is no news to a stranger. Whoever is at
        // home there is told how long.
        facts::verify(state, password, None).await?;
        let refusal = refused(state, visitor, Some((known, Event::sign_in_throttled)), cx).await?;
        if is_at_home && until < NEVER {
            return Ok(wait(until));
        }
        return alike::refused(state, visitor, (&name, wanted.kind), refusal, cx).await;
    }
    if !facts::verify(state, password.clone(), Some(&known.password.hash)).await? {
        let refusal = refused(state, visitor, Some((known, Event::sign_in_refused)), cx).await?;
        return alike::refused(state, visitor, (&name, wanted.kind), refusal, cx).await;
    }
    let renewed = tries::rehashed(state, password, &known.password.hash, cx).await;
    right(state, visitor, (known, renewed, wanted), cx).await
}

fn wait(until: Timestamp) -> Outcome {
    Outcome::Refused(vec![Refusal::page(Reason::Wait { until })])
}

fn read(form: &Form) -> Result<(String, SecretString), Vec<Refusal>> {
    let typed = form.get("login_id").to_owned();
    let password = SecretString::from(form.raw("password").to_owned());
    let mut refusals = form.my_numbers();
    if typed.is_empty() {
        refusals.push(Refusal::at("login_id", Reason::Empty));
    }
    if password.expose_secret().is_empty() {
        refusals.push(Refusal::at("password", Reason::Empty));
    }
    if refusals.is_empty() { Ok((typed, password)) } else { Err(refusals) }
}

/// What the trail keeps of a refusal: why, for whom.
type Why = fn(Option<InsurerCode>, AccountId) -> Event;

async fn refused(
    state: &State,
    visitor: &Visitor,
    known: Option<(&SignIn, Why)>,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    // Of a name that nobody has, nothing is written: strangers must not be able to fill the trail.
    if let Some((known, why)) = known {
        let insurer = known.memberships.first().map(|membership| membership.insurer.clone());
        let event = why(insurer, known.account).from_source(&visitor.source).by_agent(&visitor.agent);
        let mut tx = state.db.begin().await?;
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Refused(vec![Refusal::page(Reason::SignIn)]))
}

async fn right(
    state: &State,
    visitor: &Visitor,
    (known, renewed, wanted): (&SignIn, Option<String>, Wanted<'_>),
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let Some(insurer) = insurer_of(state, &wanted, &known.memberships) else {
        return refused(state, visitor, Some((known, Event::sign_in_refused)), cx).await;
    };
    let mut tx = state.db.begin().await?;
    succeed(state, &mut tx, visitor, (known.account, known.password.id), cx.now).await?;
    if let Some(hash) = renewed {
        let seen = known.password.hash.expose_secret().as_bytes();
        factors::restate(&mut tx, known.password.id, seen, hash.as_bytes()).await?;
    }
    let event = Event::sign_in_ok(insurer.code.clone(), known.account);
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    let shown = password::Evidence { account: known.account, factor: known.password.id, at: cx.now };
    onward(state, visitor, (insurer, known.account, Evidence::Password(shown)), wanted, cx).await
}
