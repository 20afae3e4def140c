//! Identifier and password.
//!
//! An unknown identifier, a wrong password and an account that may not be used get the
//! same answer after the same work: one look, one hash. The attempt is reserved in the
//! password's row before it is checked, so parallel guesses are counted too.

mod alike;
mod given;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::{AccountId, ClientId, InsurerCode};
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, password};
use sekisho_domain::journey::{Form, Kind, Progress, Reason, Refusal, Start, To, World};
use sekisho_store::audit;
use sekisho_store::factors::{self, Reserved};
use sekisho_store::identifiers::{self, SignIn};

use super::arrival::{self, Arrived};
use super::throttle::{self, Counted, REST};
use super::visitor::Visitor;
use super::{Error, facts, journeys};
use crate::state::State;

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
    let outcome = judged(state, visitor, wanted, form, cx).await?;
    if matches!(outcome, Outcome::Refused(_)) {
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
    for (counted, subject) in [(Counted::SignIn, &visitor.source), (Counted::Name, &name)] {
        if let Err(until) = throttle::count(state, counted, subject, cx.now).await {
            return Ok(Outcome::Refused(vec![Refusal::page(Reason::Wait { until })]));
        }
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
    let limit = i64::from(state.config.throttle.failures_per_factor);
    let reserved = factors::reserve_attempt(&state.db, known.password.id, cx.now, limit, REST).await?;
    if let Reserved::Blocked(_) = reserved {
        // The same work and the same words as for a name nobody has: that it rests is no news to a stranger.
        facts::verify(state, password, None).await?;
        let refusal = refused(state, visitor, Some((known, Event::sign_in_throttled)), cx).await?;
        return alike::refused(state, visitor, (&name, wanted.kind), refusal, cx).await;
    }
    if !facts::verify(state, password, Some(&known.password.hash)).await? {
        let refusal = refused(state, visitor, Some((known, Event::sign_in_refused)), cx).await?;
        return alike::refused(state, visitor, (&name, wanted.kind), refusal, cx).await;
    }
    right(state, visitor, (known, wanted), cx).await
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
    (known, wanted): (&SignIn, Wanted<'_>),
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let member_of = |insurer: &&Insurer| known.memberships.iter().any(|live| live.insurer == insurer.code);
    let fallback = || known.memberships.iter().find_map(|live| state.insurers.get(&live.insurer));
    let Some(insurer) = wanted.insurer.filter(member_of).or_else(fallback) else {
        return refused(state, visitor, Some((known, Event::sign_in_refused)), cx).await;
    };
    let mut tx = state.db.begin().await?;
    factors::succeed(&mut tx, known.password.id, cx.now).await?;
    let event = Event::sign_in_ok(insurer.code.clone(), known.account);
    let event = event.from_source(&visitor.source).by_agent(&visitor.agent);
    audit::append(&mut tx, &state.audit_key, event, cx).await?;
    tx.commit().await?;
    let shown = password::Evidence { account: known.account, factor: known.password.id, at: cx.now };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::Password(shown)],
        request: wanted.request.clone(),
        client: wanted.client,
        to: wanted.to,
        is_step_up: false,
    };
    // Where no second factor is asked for, none can be lost.
    let Some(journey) = insurer.journey(wanted.kind) else {
        return refused(state, visitor, None, cx).await;
    };
    let holder = facts::holder(state, insurer, journey, known.account).await?;
    match Progress::begin(journey, start, &World { insurer, holder: &holder }, cx) {
        Ok((progress, effects)) => {
            if let Err(until) = super::effects::allowed(state, &effects, cx.now).await {
                return Ok(Outcome::Refused(vec![Refusal::page(Reason::Wait { until })]));
            }
            journeys::insert(state, visitor, (insurer, journey, progress), effects, cx)
                .await
                .map(Outcome::Journey)
        }
        Err(evidence) => {
            let arrived = arrival::directly(state, visitor, insurer, (evidence, wanted.request), cx).await?;
            Ok(Outcome::Arrived(Box::new(Arrived { to: wanted.to, ..arrived })))
        }
    }
}
