//! What follows the first factor: the further steps of the insurer's journey, or the arrival where there are none.

use sekisho_base::Cx;
use sekisho_domain::ids::AccountId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{Holder, Journey, Kind, Progress, Reason, Refusal, Start, World};
use sekisho_domain::session::MembershipRef;

use super::super::arrival::{self, Arrived};
use super::super::visitor::Visitor;
use super::super::{Error, devices, effects, facts, journeys};
use super::{Outcome, Wanted};
use crate::state::State;

/// Under which insurer a member goes on: the one that is wanted, else the first whose member the person is.
pub fn insurer_of<'a>(
    state: &'a State,
    wanted: &Wanted<'a>,
    memberships: &[MembershipRef],
) -> Option<&'a Insurer> {
    let member_of = |insurer: &&Insurer| memberships.iter().any(|live| live.insurer == insurer.code);
    let fallback = || memberships.iter().find_map(|live| state.insurers.get(&live.insurer));
    wanted.insurer.filter(member_of).or_else(fallback)
}

/// Goes on after a first factor was right: `shown` is what it gave.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn onward(
    state: &State,
    visitor: &Visitor,
    (insurer, account, shown): (&Insurer, AccountId, Evidence),
    wanted: Wanted<'_>,
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    // Where no second factor is asked for, none can be lost.
    let Some(journey) = insurer.journey(wanted.kind) else {
        return Ok(Outcome::Refused(vec![Refusal::page(Reason::SignIn)]));
    };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![shown],
        request: wanted.request,
        client: wanted.client,
        to: wanted.to,
        is_step_up: false,
    };
    let mut holder = facts::holder(state, insurer, journey, account).await?;
    if wanted.kind == Kind::Login {
        holder.is_remembered = devices::is_remembered(state, visitor, insurer, account, cx.now).await?;
    }
    set_out(state, visitor, (insurer, journey), (start, holder), cx).await
}

/// Sets out from what the start has passed already: the journey's row is written, or the person is there.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn set_out(
    state: &State,
    visitor: &Visitor,
    (insurer, journey): (&Insurer, &Journey),
    (start, holder): (Start, Holder),
    cx: &mut Cx,
) -> Result<Outcome, Error> {
    let (request, to) = (start.request.clone(), start.to);
    match Progress::begin(journey, start, &World { insurer, holder: &holder }, cx) {
        Ok((progress, effects)) => {
            if let Err(until) = effects::allowed(state, &effects, cx.now).await {
                return Ok(Outcome::Refused(vec![Refusal::page(Reason::Wait { until })]));
            }
            journeys::insert(state, visitor, (insurer, journey, progress), effects, cx)
                .await
                .map(Outcome::Journey)
        }
        Err(evidence) => {
            let arrived = arrival::directly(state, visitor, insurer, (evidence, request), cx).await?;
            Ok(Outcome::Arrived(Box::new(Arrived { to, ..arrived })))
        }
    }
}
