//! The first page of a registration, which writes nothing until it is answered rightly.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Start;
use sekisho_domain::login_id;

use super::{Asked, Carried, Posted, read, see_other, show, switched, walk};
use crate::flows::journeys::{self, Walk};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;

/// Shows the page, or asks for the insurer first.
///
/// # Errors
/// When it cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let carried = Carried::open(&state, &asked.request, &visit.visitor.browser, &visit.cx);
    let joins = asked.join.is_some();
    if joins && visit.visitor.session.is_none() {
        return Ok(see_other("/login"));
    }
    let typed = login_id::fold(&asked.insurer_code);
    let insurer = match typed.as_str() {
        // Who has a session says which insurer to join; their own is none of the hints.
        "" if joins => state.insurers.find(&asked.insurer),
        "" => carried.insurer(&state, &asked.insurer),
        typed => state.insurers.find(typed),
    };
    let response = match insurer {
        None => show::insurers(&state, &visit, &carried, (&asked.insurer_code, joins))?,
        Some(insurer) if asked.done.is_some() => show::done(&state, &visit, insurer, &carried)?,
        Some(insurer) => {
            let walk = first_page(&state, &mut visit, (insurer, joins), &carried).await?;
            show::walk(&state, &visit, &walk, &carried)?
        }
    };
    Ok(visit.greet(&state, response))
}

/// Answers the page.
///
/// # Errors
/// When the form is not this browser's, rows cannot be read, or more is to be hashed than can be.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "signup", posted)?;
    let carried = Carried::open(&state, form.raw("request"), &visit.visitor.browser, &visit.cx);
    let insurer = carried.insurer(&state, &asked.insurer).ok_or(Error::NotFound)?;
    if let Some(other) = another(&state, insurer, form.get("insurer_code")) {
        // The word picks the tenant (row E5): its own first page asks what it asks.
        return Ok(see_other(&format!("/signup{}", show::query(Some(other), &carried))));
    }
    let joins = asked.join.is_some();
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let mut walk = first_page(&state, &mut visit, (insurer, joins), &carried).await?;
        walk.progress = walk.progress.unread(&form, Vec::new());
        let response = show::walk(&state, &visit, &walk, &carried)?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let begun = first_page(&state, &mut visit, (insurer, joins), &carried).await?;
    let outcome = journeys::begin(&state, &visit.visitor, begun, &form, &mut visit.cx).await?;
    walk::answer(&state, visit, outcome, &carried).await
}

/// The insurer that a typed word names, when it is another one.
fn another<'a>(state: &'a State, insurer: &Insurer, typed: &str) -> Option<&'a Insurer> {
    state.insurers.find(&login_id::fold(typed)).filter(|other| other.code != insurer.code)
}

async fn first_page<'a>(
    state: &State,
    visit: &mut Visit,
    (insurer, joins): (&'a Insurer, bool),
    carried: &Carried,
) -> Result<Walk<'a>, Error> {
    let start = Start {
        insurer: insurer.code.clone(),
        language: visit.visitor.language,
        evidence: Vec::new(),
        request: carried.request(),
        client: carried.client(),
        to: None,
        is_step_up: false,
    };
    match (&visit.visitor.session, joins) {
        (Some(session), true) => Ok(journeys::join(state, insurer, session, start, &mut visit.cx).await?),
        (None, true) => Err(Error::NotFound),
        (_, false) => Ok(journeys::unbegun((insurer, insurer.enrol()), start, &mut visit.cx)?),
    }
}
