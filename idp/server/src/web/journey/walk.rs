//! The one door of all journeys: GET shows the step at hand, POST answers it.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use sekisho_domain::ids::JourneyId;

use super::{Carried, Posted, arrived, read, see_other, show, switched};
use crate::flows::journeys::{self, Outcome};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;

/// Shows the step at hand.
///
/// # Errors
/// When the journey has ended or is another browser's, or the page cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let walk = match journeys::open(&state, &visit.visitor, id, &visit.cx).await {
        Err(crate::flows::Error::NotFound) => return elsewhere(&state, &visit, id).await,
        opened => opened?,
    };
    let carried = carried(&state, &visit, walk.progress.request.as_deref());
    show::walk(&state, &visit, &walk, &carried)
}

/// Answers the step at hand.
///
/// # Errors
/// When the form or the journey is not this browser's, or rows cannot be read.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Path(id): Path<String>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let form = read(&state, &visit.visitor.browser, &purpose(id), posted)?;
    let mut walk = match journeys::open(&state, &visit.visitor, id, &visit.cx).await {
        Err(crate::flows::Error::NotFound) => return elsewhere(&state, &visit, id).await,
        opened => opened?,
    };
    if form.raw("turn") != walk.turn.to_string() {
        // The Back button, a second press, a reload: the step at hand is shown instead.
        return Ok(see_other(&format!("/journey/{id}")));
    }
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        walk.progress.language = language;
        walk.progress = walk.progress.unread(&form, Vec::new());
        journeys::keep(&state, walk, &mut visit.cx).await?;
        let response = see_other(&format!("/journey/{id}"));
        return Ok(Visit::remember_language(&state, language, response));
    }
    let carried = carried(&state, &visit, walk.progress.request.as_deref());
    let outcome = journeys::answer(&state, &visit.visitor, walk, &form, &mut visit.cx).await?;
    answer(&state, visit, outcome, &carried).await
}

/// Answers with what came of an answer.
///
/// # Errors
/// When a page cannot be rendered or the authorization cannot go on.
pub async fn answer(
    state: &State,
    mut visit: Visit,
    outcome: Outcome<'_>,
    carried: &Carried,
) -> Result<Response, Error> {
    match outcome {
        Outcome::Stay(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Unbegun(walk) => show::walk(state, &visit, &walk, carried),
        Outcome::Arrived(arrived) => arrived::go_on(state, &mut visit, *arrived).await,
        Outcome::Over { refusal, insurer } => show::over(state, &visit, insurer, &refusal),
    }
}

/// What a journey's form tokens are for.
pub fn purpose(id: JourneyId) -> String {
    format!("journey:{id}")
}

/// What the tab is told whose journey is not here any more.
async fn elsewhere(state: &State, visit: &Visit, id: JourneyId) -> Result<Response, Error> {
    let whereabouts = journeys::whereabouts(state, id, &visit.cx).await?;
    show::not_here(state, visit, whereabouts)
}

fn id_of(text: &str) -> Result<JourneyId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

fn carried(state: &State, visit: &Visit, request: Option<&str>) -> Carried {
    Carried::open(state, request.unwrap_or_default(), &visit.visitor.browser, &visit.cx)
}
