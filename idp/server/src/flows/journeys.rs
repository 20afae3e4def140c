//! Walking a journey: load its row, let the domain decide, store what was decided.
//!
//! A journey belongs to the browser whose cookie began it; its id is no secret. Each
//! answer names the turn it answers, and an answer to another turn changes nothing:
//! the Back button, a double press and a reload are harmless.

use sekisho_base::Cx;
use sekisho_domain::audit::Event;
use sekisho_domain::ids::JourneyId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{
    Answer, Effect, Form, Given, Held, Journey, Kind, Progress, Reason, Refusal, Start, Turn, Want, World,
};
use sekisho_store::audit;
use sekisho_store::journeys::{self, Row};

use super::arrival::{self, Arrived};
use super::effects::{self, Sender};
use super::throttle::{self, Counted};
use super::visitor::Visitor;
use super::{Error, facts};
use crate::state::State;

/// A journey in somebody's hands.
pub struct Walk<'a> {
    /// The row's id, once there is a row.
    pub id: Option<JourneyId>,
    /// The turn a form must name.
    pub turn: i64,
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// Its steps.
    pub journey: Journey,
    /// How far it is walked.
    pub progress: Progress,
    /// The second factors of the account, where there is one.
    pub held: Vec<Held>,
}

/// What came of an answer.
pub enum Outcome<'a> {
    /// There is a page to show: the journey's row has moved, or said no.
    Stay(JourneyId),
    /// The first page of a journey that has no row yet, with what was not right.
    Unbegun(Box<Walk<'a>>),
    /// The person is there.
    Arrived(Box<Arrived>),
    /// The journey has ended.
    Over {
        /// Why.
        refusal: Refusal,
        /// Whose journey it was.
        insurer: &'a Insurer,
    },
}

/// The first page of a registration, before anything is written.
///
/// # Errors
/// [`Error::NotFound`] when the journey's first step cannot be posed without a row.
pub fn unbegun<'a>(insurer: &'a Insurer, start: Start, cx: &mut Cx) -> Result<Walk<'a>, Error> {
    let journey = insurer.journey(Kind::Enrol).clone();
    let world = World { insurer, held: &[] };
    let (progress, _) = Progress::begin(&journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    Ok(Walk { id: None, turn: 0, insurer, journey, progress, held: Vec::new() })
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
    if let Err(until) = throttle::count(state, Counted::SignUp, &visitor.source, cx.now).await {
        return Ok(refuse_unbegun(walk, form, Reason::Wait { until }));
    }
    let Walk { insurer, journey, progress, .. } = walk;
    let world = World { insurer, held: &[] };
    let again =
        |progress| Walk { id: None, turn: 0, insurer, journey: journey.clone(), progress, held: Vec::new() };
    let turn = match progress.read(&journey, &world, form) {
        Err(refusals) => return Ok(Outcome::Unbegun(Box::new(again(progress.unread(form, refusals))))),
        Ok(answer) => {
            let facts =
                facts::gather(state, insurer, wants(&journey, &progress, &world, &answer), cx).await?;
            progress.answer(&journey, Given { answer, facts, form, world: &world }, cx)
        }
    };
    match turn {
        Turn::Again(progress, _) => Ok(Outcome::Unbegun(Box::new(again(progress)))),
        Turn::Over(refusal, _) => Ok(Outcome::Over { refusal, insurer }),
        // One step alone proves nothing: a journey never arrives from its first page.
        Turn::Arrived(..) => Err(Error::NotFound),
        Turn::Onward(progress, effects) => {
            if let Err(until) = effects::allowed(state, &effects, cx.now).await {
                let start = again(progress);
                return Ok(refuse_unbegun(start, form, Reason::Wait { until }));
            }
            insert(state, visitor, (insurer, &journey, progress), effects, cx).await.map(Outcome::Stay)
        }
    }
}

fn refuse_unbegun<'a>(mut walk: Walk<'a>, form: &Form, reason: Reason) -> Outcome<'a> {
    walk.progress = walk.progress.unread(form, vec![Refusal::page(reason)]);
    Outcome::Unbegun(Box::new(walk))
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
    let id = JourneyId::draw(cx);
    let sender = Sender { insurer: insurer.code.clone(), language: progress.language };
    let row = journeys::New {
        id,
        kind: journey.kind(),
        insurer: insurer.code.clone(),
        rules: journey.digest(),
        rules_text: journey.rules(),
        browser: visitor.browser_digest(state.epoch),
        state: state.seal_progress(id, &progress, cx)?,
        created_at: cx.now,
        expires_at: cx.now + insurer.lifetimes.journey(),
    };
    let mut tx = state.db.begin().await?;
    journeys::insert(&mut tx, &row).await?;
    if journey.kind() == Kind::Enrol {
        let event = Event::registration_started(insurer.code.clone(), id).from_source(&visitor.source);
        audit::append(&mut tx, &state.audit_key, event, cx).await?;
    }
    effects::store(state, &mut tx, &sender, effects, cx).await?;
    tx.commit().await?;
    Ok(id)
}

/// A journey's row, opened for the browser that walks it.
///
/// # Errors
/// [`Error::NotFound`] when there is no such journey, it has ended, or it is another browser's.
pub async fn open<'a>(
    state: &'a State,
    visitor: &Visitor,
    id: JourneyId,
    cx: &Cx,
) -> Result<Walk<'a>, Error> {
    let row = journeys::find(&state.db, id, cx.now).await?.ok_or(Error::NotFound)?;
    if row.browser != visitor.browser_digest(state.epoch) {
        return Err(Error::NotFound);
    }
    let insurer = state.insurers.get(&row.insurer).ok_or(Error::NotFound)?;
    let journey = rules_of(insurer, &row)?;
    let progress: Progress = state.open_progress(id, &row.state)?;
    let account = progress.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Password(shown) => Some(shown.account),
        _ => None,
    });
    let held = match account {
        Some(account) => facts::held(state, account).await?,
        None => Vec::new(),
    };
    Ok(Walk { id: Some(id), turn: row.version, insurer, journey, progress, held })
}

/// The rules a journey began with, even when the insurer's file has changed since.
fn rules_of(insurer: &Insurer, row: &Row) -> Result<Journey, Error> {
    let present = insurer.journey(row.kind);
    if present.digest() == row.rules {
        return Ok(present.clone());
    }
    Journey::from_rules(row.kind, &row.rules_text)
        .map_err(|_| Error::Sealed { what: "the rules of a journey" })
}

/// Where a turn is written.
pub struct At<'a> {
    /// The journey's row.
    pub id: JourneyId,
    /// The turn that was answered.
    pub turn: i64,
    /// Whose journey it is.
    pub insurer: &'a Insurer,
}

/// Answers a journey's page.
///
/// # Errors
/// When the journey is not this browser's, or rows cannot be read or written.
pub async fn answer<'a>(
    state: &'a State,
    visitor: &Visitor,
    walk: Walk<'a>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let Walk { id, turn, insurer, journey, mut progress, held } = walk;
    let at = At { id: id.ok_or(Error::NotFound)?, turn, insurer };
    progress.language = visitor.language;
    let request = progress.request.clone();
    let world = World { insurer, held: &held };
    let decided = match progress.read(&journey, &world, form) {
        Err(refusals) => Turn::Again(progress.unread(form, refusals), Vec::new()),
        Ok(answer) => {
            let facts =
                facts::gather(state, insurer, wants(&journey, &progress, &world, &answer), cx).await?;
            let before = progress.clone();
            let decided = progress.answer(&journey, Given { answer, facts, form, world: &world }, cx);
            capped(state, decided, before, form, cx).await
        }
    };
    match decided {
        Turn::Again(progress, effects) | Turn::Onward(progress, effects) => {
            stay(state, &at, &progress, effects, cx).await
        }
        Turn::Over(refusal, effects) => over(state, &at, visitor, (refusal, effects), cx).await,
        Turn::Arrived(evidence, effects) => {
            let kind = journey.kind();
            arrival::arrive(state, visitor, arrival::Arriving { at, kind, evidence, effects, request }, cx)
                .await
        }
    }
}

/// Keeps what was typed while the language changes.
///
/// # Errors
/// When the row cannot be written.
pub async fn keep(state: &State, walk: Walk<'_>, cx: &mut Cx) -> Result<(), Error> {
    let at = At { id: walk.id.ok_or(Error::NotFound)?, turn: walk.turn, insurer: walk.insurer };
    stay(state, &at, &walk.progress, Vec::new(), cx).await.map(drop)
}

fn wants(journey: &Journey, progress: &Progress, world: &World<'_>, answer: &Answer) -> Want {
    let known = world.known(progress.language, &progress.evidence);
    progress.step(journey).map_or(Want::Nothing, |step| step.wants(&progress.challenge, answer, &known))
}

/// A turn that would send more than one person may be sent is not taken.
async fn capped(state: &State, decided: Turn, before: Progress, form: &Form, cx: &Cx) -> Turn {
    let effects = match &decided {
        Turn::Again(_, effects) | Turn::Onward(_, effects) => effects,
        Turn::Arrived(..) | Turn::Over(..) => return decided,
    };
    match effects::allowed(state, effects, cx.now).await {
        Ok(()) => decided,
        Err(until) => {
            Turn::Again(before.unread(form, vec![Refusal::page(Reason::Wait { until })]), Vec::new())
        }
    }
}

async fn stay<'a>(
    state: &State,
    at: &At<'_>,
    progress: &Progress,
    effects: Vec<Effect>,
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let sender = Sender { insurer: at.insurer.code.clone(), language: progress.language };
    let sealed = state.seal_progress(at.id, progress, cx)?;
    let mut tx = state.db.begin().await?;
    // Another answer came first, or an app's digits were used meanwhile: nothing of this one counts.
    if journeys::advance(&mut tx, at.id, at.turn, &sealed).await?
        && effects::store(state, &mut tx, &sender, effects, cx).await?
    {
        tx.commit().await?;
    }
    Ok(Outcome::Stay(at.id))
}

async fn over<'a>(
    state: &State,
    at: &At<'a>,
    visitor: &Visitor,
    (refusal, effects): (Refusal, Vec<Effect>),
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    let sender = Sender { insurer: at.insurer.code.clone(), language: visitor.language };
    let mut tx = state.db.begin().await?;
    if journeys::finish(&mut tx, at.id, at.turn, "refused", cx.now).await?
        && effects::store(state, &mut tx, &sender, effects, cx).await?
    {
        tx.commit().await?;
    }
    Ok(Outcome::Over { refusal, insurer: at.insurer })
}
