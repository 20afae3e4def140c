//! Mailed links. A link proves one thing: its holder reads that address.
//!
//! Opened in the browser that walks the journey, it leads on. Opened elsewhere, it
//! moves the journey there by one conditional update; what was only typed before is
//! proven again, and the old browser has nothing left. Link, browser and progress
//! change in one transaction. An invitation has no journey yet: it begins one, and is
//! spent when that one arrives.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Kind};
use sekisho_domain::ids::JourneyId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::email_link::Letter;
use sekisho_domain::journey::steps::{Evidence, invitation};
use sekisho_domain::journey::{Form, Progress, Reason, Refusal, Start, Step, Turn, World};
use sekisho_store::{invitations, journeys, links, restorations};

use super::account_page::address;
use super::journeys::{self as walks, At, Opened as Link, Outcome, Walk};
use super::restoring::{self, START, STOP};
use super::sms_budget::{self, Cause};
use super::visitor::Visitor;
use super::{Error, effects};
use crate::state::State;

/// What a journey's link is kept as.
pub const LINK: Kind = Kind("link");
/// What an invitation's link is kept as.
pub const INVITATION: Kind = Kind("invitation");

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It invites to register.
    Invitation,
    /// It goes on with a journey, as its mail says.
    Journey(Letter),
    /// It objects to the replacing of a second factor.
    Stop,
    /// It replaces a lost second factor.
    Restore,
    /// It brings an address back that was changed.
    Undo,
}

/// What came of following a link.
pub enum Followed<'a> {
    /// A journey goes on, or begins.
    Journey(Outcome<'a>),
    /// The second factor stays.
    Stopped(&'a Insurer),
    /// The address before is back.
    Undone(&'a Insurer),
}

/// A link that can be followed.
pub struct Opened<'a> {
    /// Whose it is.
    pub insurer: &'a Insurer,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether following it here takes the journey away from another browser.
    pub elsewhere: bool,
    /// The authorization request that following it may answer, sealed for the browser it began in.
    pub request: Option<String>,
}

/// Looks at a link without following it.
///
/// # Errors
/// When rows cannot be read.
pub async fn open<'a>(
    state: &'a State,
    visitor: &Visitor,
    token: &SecretString,
    cx: &Cx,
) -> Result<Option<Opened<'a>>, Error> {
    if let Some(invitation) =
        invitations::find(&state.db, Digest::of(INVITATION, state.epoch, token), cx.now).await?
    {
        let insurer = state.insurer(&invitation.insurer)?;
        return Ok(Some(Opened { insurer, purpose: Purpose::Invitation, elsewhere: false, request: None }));
    }
    let Some(walk) = journey_of(state, Digest::of(LINK, state.epoch, token), cx).await? else {
        return restoration(state, token, cx).await;
    };
    let elsewhere = walk.browser != visitor.browser_digest(state.epoch);
    let Led { walk, letter, .. } = walk;
    let request = walk.progress.request;
    Ok(Some(Opened { insurer: walk.insurer, purpose: Purpose::Journey(letter), elsewhere, request }))
}

/// A link about something of an account that was changed, or is to be.
async fn restoration<'a>(
    state: &'a State,
    token: &SecretString,
    cx: &Cx,
) -> Result<Option<Opened<'a>>, Error> {
    let stop = Digest::of(STOP, state.epoch, token);
    let start = Digest::of(START, state.epoch, token);
    let (purpose, open) = match restorations::find_stop(&state.db, stop, cx.now).await? {
        Some(open) => (Purpose::Stop, Some(open)),
        None => match restorations::find_start(&state.db, start, cx.now).await? {
            Some(open) => (Purpose::Restore, Some(open)),
            None => (Purpose::Undo, None),
        },
    };
    let insurer = match open {
        Some(open) => open.insurer,
        None => match address::find(state, token, cx).await? {
            Some(undo) => undo.insurer,
            None => return Ok(None),
        },
    };
    Ok(Some(Opened { insurer: state.insurer(&insurer)?, purpose, elsewhere: false, request: None }))
}

/// The journey that a link leads to.
struct Led<'a> {
    walk: Walk<'a>,
    browser: Digest,
    letter: Letter,
}

/// The journey of a link that can be followed: one that waits for it.
async fn journey_of<'a>(state: &'a State, digest: Digest, cx: &Cx) -> Result<Option<Led<'a>>, Error> {
    let Some(link) = links::find(&state.db, digest, cx.now).await? else { return Ok(None) };
    let Some(row) = journeys::find(&state.db, link.journey, cx.now).await? else { return Ok(None) };
    let browser = row.browser;
    let walk = walks::walk_of(state, &row).await?;
    let letter = match walk.progress.step(&walk.journey) {
        Some(Step::EmailLink(rule)) => rule.letter,
        _ => return Ok(None),
    };
    Ok(Some(Led { walk, browser, letter }))
}

/// Follows a link in this browser. Nothing when it is too old, was followed before, or never was.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn follow<'a>(
    state: &'a State,
    visitor: &Visitor,
    token: &SecretString,
    cx: &mut Cx,
) -> Result<Option<Followed<'a>>, Error> {
    let digest = Digest::of(INVITATION, state.epoch, token);
    if let Some(invitation) = invitations::find(&state.db, digest, cx.now).await? {
        let journey = accept(state, visitor, invitation, cx).await?;
        return Ok(Some(Followed::Journey(Outcome::Stay(journey))));
    }
    if let Some(outcome) = resume(state, visitor, Digest::of(LINK, state.epoch, token), cx).await? {
        return Ok(Some(Followed::Journey(outcome)));
    }
    let Some(opened) = restoration(state, token, cx).await? else { return Ok(None) };
    if opened.purpose == Purpose::Stop {
        let stopped = restoring::object(state, visitor, token, cx).await?;
        return Ok(stopped.then_some(Followed::Stopped(opened.insurer)));
    }
    if opened.purpose == Purpose::Undo {
        let undone = address::undo(state, visitor, token, cx).await?;
        return Ok(undone.then_some(Followed::Undone(opened.insurer)));
    }
    let start = Digest::of(START, state.epoch, token);
    let Some(open) = restorations::find_start(&state.db, start, cx.now).await? else { return Ok(None) };
    let journey = restoring::begin(state, visitor, open, cx).await?;
    Ok(Some(Followed::Journey(Outcome::Stay(journey))))
}

async fn accept(
    state: &State,
    visitor: &Visitor,
    invited: invitations::Invitation,
    cx: &mut Cx,
) -> Result<JourneyId, Error> {
    let insurer = state.insurer(&invited.insurer)?;
    let journey = insurer.enrol();
    let evidence =
        invitation::Evidence { id: invited.id, person: invited.person, email: invited.email.clone() };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::Invitation(evidence)],
        request: None,
        client: None,
        to: None,
        is_step_up: false,
    };
    let world = World::of_nobody(insurer);
    let (mut progress, effects) = Progress::begin(journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    progress.draft = Form::default().put("email", invited.email);
    walks::insert(state, visitor, (insurer, journey, progress), effects, cx).await
}

async fn resume<'a>(
    state: &'a State,
    visitor: &Visitor,
    digest: Digest,
    cx: &mut Cx,
) -> Result<Option<Outcome<'a>>, Error> {
    let Some(Led { walk, browser, .. }) = journey_of(state, digest, cx).await? else { return Ok(None) };
    let here = visitor.browser_digest(state.epoch);
    let moves_to = (browser != here).then_some(here);
    let Walk { id, turn, insurer, journey, mut progress, holder } = walk;
    let Some(id) = id else { return Ok(None) };
    progress.language = visitor.language;
    let before = progress.clone();
    let world = World { insurer, holder: &holder };
    let decided = progress.opened(&journey, moves_to.is_some(), &world, cx);
    if let Turn::Again(_, effects) | Turn::Onward(_, effects) = &decided
        && let Err(until) = effects::allowed(state, effects, cx.now).await
    {
        return Ok(Some(Outcome::Over { refusal: Refusal::page(Reason::Wait { until }), insurer }));
    }
    let cause = Cause::of(visitor, insurer, &before);
    let decided = sms_budget::bounded(state, &cause, decided, (&before, &Form::default()), cx.now).await?;
    let at = At { id, turn, insurer, link: Some(Link { digest, moves_to }) };
    match walks::settle(state, visitor, at, (journey.kind(), &before, decided), cx).await {
        Ok(outcome) => Ok(Some(outcome)),
        // Somebody followed it between our look and our step.
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
