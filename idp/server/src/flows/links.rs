//! Mailed links. A link proves one thing: its holder reads that address.
//!
//! Opened in the browser that walks the journey, it leads on. Opened elsewhere, it
//! moves the journey there by one conditional update; what was only typed before is
//! not shown, and the old browser has nothing left. An invitation has no journey yet:
//! it begins one, and is spent when that one arrives.

use secrecy::SecretString;
use sekisho_base::{Cx, Digest, Kind};
use sekisho_domain::ids::JourneyId;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::steps::{Evidence, invitation};
use sekisho_domain::journey::{self, Form, Progress, Start, World};
use sekisho_store::{invitations, journeys, links};

use super::visitor::Visitor;
use super::{Error, journeys as walks};
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
    /// It goes on with a journey.
    Resume,
}

/// A link that can be followed.
pub struct Opened<'a> {
    /// Whose it is.
    pub insurer: &'a Insurer,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether following it here takes the journey away from another browser.
    pub elsewhere: bool,
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
        return Ok(Some(Opened { insurer, purpose: Purpose::Invitation, elsewhere: false }));
    }
    let Some(link) = links::find(&state.db, Digest::of(LINK, state.epoch, token), cx.now).await? else {
        return Ok(None);
    };
    let Some(row) = journeys::find(&state.db, link.journey, cx.now).await? else { return Ok(None) };
    let elsewhere = row.browser != visitor.browser_digest(state.epoch);
    Ok(Some(Opened { insurer: state.insurer(&row.insurer)?, purpose: Purpose::Resume, elsewhere }))
}

/// Follows a link in this browser. Nothing when it is too old, was followed before, or never was.
///
/// # Errors
/// When rows cannot be read or written.
pub async fn follow(
    state: &State,
    visitor: &Visitor,
    token: &SecretString,
    cx: &mut Cx,
) -> Result<Option<JourneyId>, Error> {
    let digest = Digest::of(INVITATION, state.epoch, token);
    match invitations::find(&state.db, digest, cx.now).await? {
        Some(invitation) => accept(state, visitor, invitation, cx).await.map(Some),
        None => resume(state, visitor, Digest::of(LINK, state.epoch, token), cx).await,
    }
}

async fn accept(
    state: &State,
    visitor: &Visitor,
    invited: invitations::Invitation,
    cx: &mut Cx,
) -> Result<JourneyId, Error> {
    let insurer = state.insurer(&invited.insurer)?;
    let journey = insurer.journey(journey::Kind::Enrol);
    let evidence =
        invitation::Evidence { id: invited.id, person: invited.person, email: invited.email.clone() };
    let start = Start {
        insurer: insurer.code.clone(),
        language: visitor.language,
        evidence: vec![Evidence::Invitation(evidence)],
        request: None,
    };
    let world = World { insurer, held: &[] };
    let (mut progress, effects) = Progress::begin(journey, start, &world, cx).map_err(|_| Error::NotFound)?;
    progress.draft = Form::default().put("email", invited.email);
    walks::insert(state, visitor, (insurer, journey, progress), effects, cx).await
}

async fn resume(
    state: &State,
    visitor: &Visitor,
    digest: Digest,
    cx: &Cx,
) -> Result<Option<JourneyId>, Error> {
    let Some(link) = links::find(&state.db, digest, cx.now).await? else { return Ok(None) };
    let Some(row) = journeys::find(&state.db, link.journey, cx.now).await? else { return Ok(None) };
    let browser = visitor.browser_digest(state.epoch);
    let mut tx = state.db.begin().await?;
    if links::spend(&mut tx, digest, cx.now).await?.is_none()
        || !journeys::rebind(&mut tx, row.id, row.version, browser).await?
    {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(row.id))
}
