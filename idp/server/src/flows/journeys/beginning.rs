//! How journeys begin: without a row, until the first right answer.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::JourneyId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, signed_in};
use sekisho_domain::journey::{
    Effect, Fact, Form, Given, Holder, Journey, Kind, Progress, Reason, Refusal, Start, Turn, World,
};
use sekisho_domain::session::Session;
use sekisho_store::{audit, journeys};

use super::super::arrival::joined_at_once;
use super::super::effects::{self, Sender};
use super::super::sms_budget::{self, Cause};
use super::super::throttle::{self, Counted};
use super::super::visitor::Visitor;
use super::super::{Error, facts};
use super::{Outcome, Walk, lifetime, wants};
use crate::state::State;

/// The first page of a journey that begins without an account at hand, before anything is written.
///
/// # Errors
/// [`Error::NotFound`] when the journey's first step cannot be posed without a row.
pub fn unbegun<'a>(
    (insurer, journey): (&'a Insurer, &Journey),
    start: Start,
    cx: &mut Cx,
) -> Result<Walk<'a>, Error> {
    posed(insurer, journey.clone(), (start, Holder::default()), cx)
}

/// The first page on which a signed-in account adds a membership, or renews it under new numbers.
///
/// # Errors
/// [`Error::NotFound`] when the insurer has no such way; or when rows cannot be read.
pub async fn join<'a>(
    state: &State,
    insurer: &'a Insurer,
    session: &Session,
    mut start: Start,
    cx: &mut Cx,
) -> Result<Walk<'a>, Error> {
    let mut facts = Fact::OF_AN_ACCOUNT.to_vec();
    let account = session.account;
    let holder = facts::holder(state, insurer, insurer.enrol(), account).await?;
    if !holder.held.is_empty() {
        facts.push(Fact::SecondFactor);
    }
    let journey = insurer.join(&facts).map_err(|_| Error::NotFound)?;
    let holder = facts::holder(state, insurer, &journey, account).await?;
    start.evidence.push(Evidence::SignedIn(signed_in::Evidence { account, at: session.auth_time() }));
    posed(insurer, journey, (start, holder), cx)
}

fn posed<'a>(
    insurer: &'a Insurer,
    journey: Journey,
    (start, holder): (Start, Holder),
    cx: &mut Cx,
) -> Result<Walk<'a>, Error> {
    let world = World { insurer, holder: &holder };
    let (progress, _) = Progress::begin(&journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    Ok(Walk { id: None, turn: 0, insurer, journey, progress, holder })
}

/// Answers the first page of a registration: the first right answer writes the journey's row.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn begin<'a>(
    state: &State,
    visitor: &Visitor,
    walk: Walk<'a>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    if !throttle::is_lifted(Some(walk.insurer))
        && let Err(until) = throttle::count(state, Counted::SignUp, &visitor.source, cx.now).await
    {
        return Ok(refuse(walk, form, Reason::Wait { until }));
    }
    let Walk { insurer, journey, progress, holder, .. } = walk;
    let world = World { insurer, holder: &holder };
    let request = progress.request.clone();
    let again = |progress| {
        let (journey, holder) = (journey.clone(), holder.clone());
        Walk { id: None, turn: 0, insurer, journey, progress, holder }
    };
    let turn = match progress.read(&journey, &world, form) {
        Err(refusals) => return Ok(Outcome::Unbegun(Box::new(again(progress.unread(form, refusals))))),
        Ok(answer) => {
            let want = wants(&journey, &progress, &world, &answer);
            let own = (insurer, &progress, holder.clone());
            let (facts, holder) = facts::around(state, visitor, own, want, cx).await?;
            let world = World { insurer, holder: &holder };
            progress.answer(&journey, Given { answer, facts, form, world: &world }, cx)
        }
    };
    match turn {
        // A claim that fitted nobody is remembered by its counters; without a row there is nothing else to keep.
        Turn::Again(progress, effects) => {
            record(state, insurer, visitor, effects, cx).await?;
            Ok(Outcome::Unbegun(Box::new(again(progress))))
        }
        Turn::Over(refusal, effects) => {
            record(state, insurer, visitor, effects, cx).await?;
            Ok(Outcome::Over { refusal, insurer })
        }
        // One step alone proves nothing: a registration never arrives from its first page.
        Turn::Arrived(evidence, effects) if journey.kind() == Kind::Join => {
            joined_at_once(state, visitor, insurer, (evidence, effects, request), cx).await
        }
        Turn::Arrived(..) => Err(Error::NotFound),
        Turn::Onward(progress, effects) => {
            if let Err(until) = effects::allowed(state, &effects, cx.now).await {
                let start = again(progress);
                return Ok(refuse(start, form, Reason::Wait { until }));
            }
            insert(state, visitor, (insurer, &journey, progress), effects, cx).await.map(Outcome::Stay)
        }
    }
}

fn refuse<'a>(mut walk: Walk<'a>, form: &Form, reason: Reason) -> Outcome<'a> {
    walk.progress = walk.progress.unread(form, vec![Refusal::page(reason)]);
    Outcome::Unbegun(Box::new(walk))
}

/// Stores what an answer causes that writes no journey: what the audit trail keeps of a claim.
async fn record(
    state: &State,
    insurer: &Insurer,
    visitor: &Visitor,
    effects: Vec<Effect>,
    cx: &mut Cx,
) -> Result<(), Error> {
    if effects.is_empty() {
        return Ok(());
    }
    let sender = Sender::of(insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    effects::store(state, &mut tx, &sender, effects, cx).await?;
    Ok(tx.commit().await?)
}

/// Writes the row of a journey that has just begun.
///
/// # Errors
/// When rows cannot be written.
pub async fn insert(
    state: &State,
    visitor: &Visitor,
    (insurer, journey, progress): (&Insurer, &Journey, Progress),
    effects: Vec<Effect>,
    cx: &mut Cx,
) -> Result<JourneyId, Error> {
    let cause = Cause::of(visitor, insurer, &progress);
    let (progress, effects) = sms_budget::begun(state, &cause, (progress, effects), cx.now).await?;
    let id = JourneyId::draw(cx);
    let sender = Sender { insurer: insurer.code.clone(), language: progress.language, journey: Some(id) };
    let browser = visitor.browser_digest(state.epoch);
    let row = journeys::New {
        id,
        kind: journey.kind(),
        insurer: insurer.code.clone(),
        rules: journey.digest(),
        rules_text: journey.rules(),
        browser,
        state: state.seal_progress(id, &progress, cx)?,
        created_at: cx.now,
        expires_at: cx.now + lifetime(insurer, journey.kind()),
    };
    let effects = effects::within_bounds(state, effects, cx.now).await;
    let mut tx = state.db.begin().await?;
    journeys::insert(&mut tx, &row).await?;
    if journey.kind().registers() || journey.kind() == Kind::Join {
        let event = Event::registration_started(insurer.code.clone(), id).from_source(&visitor.source);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    if journey.is_one_at_a_time() {
        journeys::end_others(&mut tx, browser, (journey.kind(), &insurer.code), id, cx.now).await?;
    }
    // Somebody took the last of what may be sent between our look and this: asked again, the page says so.
    if !effects::store(state, &mut tx, &sender, effects, cx).await? {
        return Err(Error::Busy { retry_after: 1 });
    }
    tx.commit().await?;
    Ok(id)
}
