//! An ID that an insurer gave out, with the birth date as its temporary password (rows B7, B12, B38): an identity check
//! dressed as a sign-in. It opens a registration and nothing else, and ends with it: from then on the ID is an
//! account's name like any other.

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::identity::Found;
use sekisho_domain::journey::steps::{Evidence, given_id};
use sekisho_domain::journey::{Effect, Facts, Progress, Reason, Refusal, Start, Tried, Want, World};
use sekisho_domain::member::{self, Proof};

use super::super::{Error, effects, facts, journeys};
use super::{Outcome, Wanted, alike, refused};
use crate::flows::visitor::Visitor;
use crate::state::State;

/// Begins the registration of whom an ID was given, or refuses in the words of any sign-in.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn activate(
    state: &State,
    visitor: &Visitor,
    (insurer, id, password): (&Insurer, &str, &SecretString),
    wanted: Wanted<'_>,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let Some(journey) = insurer.activate() else { return refused(state, visitor, None, cx).await };
    // Counted for the ID, the source and the insurer, whether anybody has the ID or not.
    let gathered = facts::gather(state, visitor, insurer, Want::Given(id.to_owned()), cx).await?;
    let (records, bound) = match gathered {
        Facts::Candidates { records, bound } => (records, bound),
        Facts::Unavailable => return Ok(alike::unavailable()),
        _ => return refused(state, visitor, None, cx).await,
    };
    let today = cx.now.date_in_tokyo();
    let proof = member::given(&records, password.expose_secret(), today);
    let found = match &proof {
        Proof::Found(person) if !bound.contains(person) => {
            records.iter().find(|record| record.person == *person)
        }
        Proof::CoverEnded(on) => {
            return Ok(Outcome::Over(Refusal::page(Reason::CoverEnded { on: *on }), insurer.code.clone()));
        }
        Proof::NotYet(on) => {
            return Ok(Outcome::Over(Refusal::page(Reason::CoverAhead { on: *on }), insurer.code.clone()));
        }
        _ => None,
    };
    let Some(record) = found else { return refused(state, visitor, None, cx).await };
    let given = given_id::Evidence { found: Found::of(record), id: id.to_owned(), at: cx.now };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::GivenId(given)],
        request: wanted.request,
        client: wanted.client,
        to: None,
        is_step_up: false,
    };
    let Ok((progress, mut effects)) = Progress::begin(journey, start, &World::of_nobody(insurer), cx) else {
        return refused(state, visitor, None, cx).await;
    };
    if let Err(until) = effects::allowed(state, &effects, cx.now).await {
        return Ok(Outcome::Refused(vec![Refusal::page(Reason::Wait { until })]));
    }
    let event = Event::proofing(insurer.code.clone(), "found").from_source(&visitor.source);
    effects.push(Effect::Record(event));
    effects.push(Effect::ForgetClaims(Tried::Id(id.to_owned())));
    journeys::insert(state, visitor, (insurer, journey, progress), effects, cx).await.map(Outcome::Journey)
}
