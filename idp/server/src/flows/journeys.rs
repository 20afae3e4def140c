//! Walking a journey: load its row, let the domain decide, store what was decided.
//!
//! A journey belongs to the browser whose cookie began it; its id is no secret. Each
//! answer names the turn it answers, and an answer to another turn changes nothing:
//! the Back button, a double press and a reload are harmless.

mod beginning;

use std::time::Duration;

use sekisho_base::{Cx, Digest};
use sekisho_domain::ids::JourneyId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::Evidence;
use sekisho_domain::journey::{
    Answer, Effect, Form, Given, Holder, Journey, Kind, Progress, Reason, Refusal, Turn, Want, World,
};
use sekisho_store::journeys::{self, Row};
use sekisho_store::links;

use super::arrival::{self, Arrived};
use super::effects::{self, Sender};
use super::sms_budget::{self, Cause};
use super::visitor::Visitor;
use super::{Error, devices, facts};
use crate::state::State;

pub use beginning::{begin, insert, join, unbegun};

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
    /// The account, where there is one.
    pub holder: Holder,
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

/// Where a journey is that this browser does not walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// A mailed link moved it to another browser.
    Moved,
    /// A newer registration of the same person took its place.
    Superseded,
    /// It has ended, or is nobody's business here.
    Over,
}

impl Walk<'_> {
    /// What does not depend on the journey.
    pub const fn world(&self) -> World<'_> {
        World { insurer: self.insurer, holder: &self.holder }
    }
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
    let mut walk = walk_of(state, &row).await?;
    let account = walk.progress.evidence.iter().find_map(Evidence::account);
    // Who shows again who they are does so in their session: it lets nobody in who has signed out meanwhile.
    if !is_of_session(visitor, &walk.progress) {
        return Err(Error::NotFound);
    }
    if walk.progress.is_step_up && visitor.session.as_ref().map(|session| session.account) != account {
        return Err(Error::NotFound);
    }
    if let Some(account) = account
        && row.kind == Kind::Login
        && !walk.progress.is_step_up
    {
        walk.holder.is_remembered =
            devices::is_remembered(state, visitor, walk.insurer, account, cx.now).await?;
    }
    Ok(walk)
}

/// Whether a change of an account is walked in the session that set out to it (MF-08). Other journeys need none.
fn is_of_session(visitor: &Visitor, progress: &Progress) -> bool {
    progress.evidence.iter().all(|found| match found {
        Evidence::Change(change) => visitor
            .session
            .as_ref()
            .is_some_and(|session| session.id == change.session && session.account == change.account),
        _ => true,
    })
}

/// The walk of a row, whosever browser it is.
pub(super) async fn walk_of<'a>(state: &'a State, row: &Row) -> Result<Walk<'a>, Error> {
    let insurer = state.insurers.get(&row.insurer).ok_or(Error::NotFound)?;
    let journey = rules_of(insurer, row)?;
    let progress: Progress = state.open_progress(row.id, &row.state)?;
    let holder = match progress.evidence.iter().find_map(Evidence::account) {
        Some(account) => facts::holder(state, insurer, &journey, account).await?,
        None => Holder::default(),
    };
    Ok(Walk { id: Some(row.id), turn: row.version, insurer, journey, progress, holder })
}

/// The rules a journey began with, even when the insurer's file has changed since.
fn rules_of(insurer: &Insurer, row: &Row) -> Result<Journey, Error> {
    match insurer.journey(row.kind) {
        Some(present) if present.digest() == row.rules => Ok(present.clone()),
        _ => Journey::from_rules(row.kind, &row.rules_text)
            .map_err(|_| Error::Sealed { what: "the rules of a journey" }),
    }
}

/// Where a journey is that [`open`] did not find: for the tab that it was begun in.
///
/// # Errors
/// When rows cannot be read.
pub async fn whereabouts(state: &State, id: JourneyId, cx: &Cx) -> Result<Whereabouts, Error> {
    if let Some(row) = journeys::find(&state.db, id, cx.now).await? {
        let progress = state.open_progress(id, &row.state)?;
        return Ok(if progress.is_moved() { Whereabouts::Moved } else { Whereabouts::Over });
    }
    Ok(match journeys::outcome(&state.db, id).await?.as_deref() {
        Some("superseded") => Whereabouts::Superseded,
        _ => Whereabouts::Over,
    })
}

/// Where a turn is written.
pub struct At<'a> {
    /// The journey's row.
    pub id: JourneyId,
    /// The turn that was answered.
    pub turn: i64,
    /// Whose journey it is.
    pub insurer: &'a Insurer,
    /// By a mailed link, which is spent with the turn.
    pub link: Option<Opened>,
}

/// A mailed link that is followed.
#[derive(Clone, Copy)]
pub struct Opened {
    /// What it is known by.
    pub digest: Digest,
    /// The browser that the journey moves to, when it is another one.
    pub moves_to: Option<Digest>,
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
    let Walk { id, turn, insurer, journey, mut progress, holder } = walk;
    let at = At { id: id.ok_or(Error::NotFound)?, turn, insurer, link: None };
    progress.language = visitor.language;
    let world = World { insurer, holder: &holder };
    let before = progress.clone();
    let decided = match progress.read(&journey, &world, form) {
        Err(refusals) => Turn::Again(progress.unread(form, refusals), Vec::new()),
        Ok(answer) => {
            let want = wants(&journey, &progress, &world, &answer);
            let (facts, holder) =
                facts::around(state, visitor, (insurer, &progress, holder), want, cx).await?;
            let world = World { insurer, holder: &holder };
            let decided = progress.answer(&journey, Given { answer, facts, form, world: &world }, cx);
            let decided = capped(state, decided, before.clone(), form, cx).await;
            let cause = Cause::of(visitor, insurer, &before);
            sms_budget::bounded(state, &cause, decided, (&before, form), cx.now).await?
        }
    };
    settle(state, visitor, at, (journey.kind(), &before, decided), cx).await
}

/// Stores what a turn decided: the journey as it was before, and what became of it.
pub(super) async fn settle<'a>(
    state: &State,
    visitor: &Visitor,
    at: At<'a>,
    (kind, before, decided): (Kind, &Progress, Turn),
    cx: &mut Cx,
) -> Result<Outcome<'a>, Error> {
    match decided {
        Turn::Again(progress, effects) | Turn::Onward(progress, effects) => {
            stay(state, &at, &progress, effects, cx).await
        }
        Turn::Over(refusal, effects) => over(state, &at, visitor, (refusal, effects), cx).await,
        Turn::Arrived(evidence, effects) => {
            let request = before.request.clone();
            let client = before.client.clone();
            let arriving = arrival::Arriving { at, kind, evidence, effects, request, client, to: before.to };
            arrival::arrive(state, visitor, arriving, cx).await
        }
    }
}

/// Keeps what was typed while the language changes.
///
/// # Errors
/// When the row cannot be written.
pub async fn keep(state: &State, walk: Walk<'_>, cx: &mut Cx) -> Result<(), Error> {
    let at = At { id: walk.id.ok_or(Error::NotFound)?, turn: walk.turn, insurer: walk.insurer, link: None };
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
    let sender =
        Sender { insurer: at.insurer.code.clone(), language: progress.language, journey: Some(at.id) };
    let sealed = state.seal_progress(at.id, progress, cx)?;
    let effects = effects::within_bounds(state, effects, cx.now).await;
    let mut tx = state.db.begin().await?;
    let moved = match at.link {
        Some(Opened { digest, .. }) if links::spend(&mut tx, digest, cx.now).await?.is_none() => {
            return Err(Error::NotFound);
        }
        Some(Opened { moves_to: Some(browser), .. }) => {
            journeys::rebind(&mut tx, at.id, at.turn, browser, &sealed).await?
        }
        _ => journeys::advance(&mut tx, at.id, at.turn, &sealed).await?,
    };
    // Another answer came first, or an app's digits were used meanwhile: nothing of this one counts.
    if moved && effects::store(state, &mut tx, &sender, effects, cx).await? {
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
    let sender = Sender::of(at.insurer.code.clone(), visitor.language);
    let mut tx = state.db.begin().await?;
    if journeys::finish(&mut tx, at.id, at.turn, "refused", cx.now).await?
        && effects::store(state, &mut tx, &sender, effects, cx).await?
    {
        tx.commit().await?;
    }
    Ok(Outcome::Over { refusal, insurer: at.insurer })
}

/// How long a journey may go on. A sign-in is no matter of days, however long a registration waits for its mail.
fn lifetime(insurer: &Insurer, kind: Kind) -> Duration {
    match kind {
        Kind::Enrol | Kind::Activate | Kind::Join => insurer.lifetimes.journey(),
        Kind::Login
        | Kind::Recover
        | Kind::LostFactor
        | Kind::Restore
        | Kind::ChangeEmail
        | Kind::ChangeFactor => insurer.lifetimes.journey().min(Duration::from_hours(1)),
    }
}
