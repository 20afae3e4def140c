//! `/link/{token}`: what a mail led to. GET only says what it is for; POST goes on.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use secrecy::SecretString;
use sekisho_domain::journey::steps::email_link::Letter;
use sekisho_site::page::{Form, Switch};

use super::{Carried, Posted, read, show, switched, walk};
use crate::flows::links::{self, Followed, Opened};
use crate::state::State;
use crate::web::account::changed;
use crate::web::extract::Visit;
use crate::web::page::{Frame, html};
use crate::web::{Error, view};

/// Says what the link is for.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let response = page(&state, &visit, &token).await?;
    Ok(visit.greet(&state, response))
}

/// Goes on from the link, in this browser.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Path(token): Path<String>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "link", posted)?;
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let response = page(&state, &visit, &token).await?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    match links::follow(&state, &visit.visitor, &SecretString::from(token), &mut visit.cx).await? {
        Some(Followed::Stopped(insurer)) => {
            let frame = Frame { state: &state, insurer: Some(insurer), language: visit.visitor.language };
            let onward = Some(frame.href("/recover"));
            show::message(&frame, (view::Kind::FactorKept, String::new()), onward)
        }
        Some(Followed::Undone(insurer)) => {
            let frame = Frame { state: &state, insurer: Some(insurer), language: visit.visitor.language };
            changed::page(&frame, view::ChangedKind::Restored, String::new())
        }
        Some(Followed::Journey(outcome)) => {
            let nothing = Carried::open(&state, "", &visit.visitor.browser, &visit.cx);
            walk::answer(&state, visit, outcome, &nothing).await
        }
        None => old(&state, &visit),
    }
}

async fn page(state: &State, visit: &Visit, token: &str) -> Result<Response, Error> {
    let opened = links::open(state, &visit.visitor, &SecretString::from(token), &visit.cx).await?;
    let Some(Opened { insurer, purpose, elsewhere, request }) = opened else { return old(state, visit) };
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    let purpose = match purpose {
        links::Purpose::Invitation => view::LinkPurpose::Invitation,
        links::Purpose::Journey(Letter::Begin) => view::LinkPurpose::Begin,
        links::Purpose::Journey(Letter::Proven) => view::LinkPurpose::Proven,
        links::Purpose::Journey(Letter::Activate) => view::LinkPurpose::Activate,
        links::Purpose::Journey(Letter::Reset) => view::LinkPurpose::Reset,
        links::Purpose::Stop => view::LinkPurpose::Stop,
        links::Purpose::Restore => view::LinkPurpose::Restore,
        links::Purpose::Undo => view::LinkPurpose::Undo,
    };
    let form = Form::plain(format!("/link/{token}"), state.forms.issue(&visit.visitor.browser, "link"));
    let shell = frame.shell(Switch::InForm, None);
    // Where the link is the last step, its form ends at the client that asked.
    let carried =
        Carried::open(state, request.as_deref().unwrap_or_default(), &visit.visitor.browser, &visit.cx);
    html(&view::LinkOpen { shell, form, errors: Vec::new(), purpose, elsewhere }, carried.callback())
}

fn old(state: &State, visit: &Visit) -> Result<Response, Error> {
    let frame = Frame { state, insurer: None, language: visit.visitor.language };
    show::message(&frame, (view::Kind::LinkOld, String::new()), Some("/signup".to_owned()))
}
