//! The first page of a registration, which writes nothing until it is answered rightly.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::Start;

use super::{Asked, Carried, Posted, read, show, switched, walk};
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
    let response = match carried.insurer(&state, &asked.insurer) {
        None => show::insurers(&state, &visit, &carried)?,
        Some(insurer) => {
            let walk = unbegun(&mut visit, insurer, &carried)?;
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
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let mut walk = unbegun(&mut visit, insurer, &carried)?;
        walk.progress = walk.progress.unread(&form, Vec::new());
        let response = show::walk(&state, &visit, &walk, &carried)?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let begun = unbegun(&mut visit, insurer, &carried)?;
    let outcome = journeys::begin(&state, &visit.visitor, begun, &form, &mut visit.cx).await?;
    walk::answer(&state, visit, outcome, &carried).await
}

fn unbegun<'a>(visit: &mut Visit, insurer: &'a Insurer, carried: &Carried) -> Result<Walk<'a>, Error> {
    let start = Start {
        insurer: insurer.code.clone(),
        language: visit.visitor.language,
        evidence: Vec::new(),
        request: carried.request(),
    };
    Ok(journeys::unbegun(insurer, start, &mut visit.cx)?)
}
