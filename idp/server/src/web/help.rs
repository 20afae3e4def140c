//! `/help` and `/inquiry`: common questions first, then a form. Both are open to whoever cannot sign in (guide row A35).

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Form, Refusal};
use sekisho_site::page::{self, Switch};

use super::extract::{Of, Visit};
use super::journey::{Posted, read, show, switched};
use super::page::{Frame, html, html_with};
use super::{Error, view};
use crate::flows::inquiry::{self, Asked};
use crate::state::State;

/// Shows the common questions.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Error> {
    let frame =
        Frame { state: &state, insurer: of.insurer(&state, &visit), language: visit.visitor.language };
    let shell = frame.shell(Switch::Own { action: "/help".into(), query: frame.query() }, None);
    html(&view::Help { shell, inquiry_href: frame.href("/inquiry"), office: frame.office() }, None)
}

/// Shows the form.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn inquiry(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Error> {
    let insurer = of.insurer(&state, &visit);
    let response = form(&state, &visit, insurer, (&Form::default(), &[]))?;
    Ok(visit.greet(&state, response))
}

/// Takes an inquiry: it is stored, and mailed to the office.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn inquire(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(of): Query<Of>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let typed = read(&state, &visit.visitor.browser, "inquiry", posted)?;
    let insurer = of.insurer(&state, &visit);
    if let Some(language) = switched(&typed) {
        visit.visitor.language = language;
        let response = form(&state, &visit, insurer, (&typed.worth_keeping(), &[]))?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let to = insurer.or_else(|| state.insurers.iter().next()).ok_or(Error::NotFound)?;
    match inquiry::ask(&state, &visit.visitor, to, &typed, &mut visit.cx).await? {
        Asked::Taken { number } => {
            let frame = Frame { state: &state, insurer, language: visit.visitor.language };
            show::message(&frame, (view::Kind::InquirySent, number), Some("/".to_owned()))
        }
        Asked::Refused(refusals) => form(&state, &visit, insurer, (&typed.worth_keeping(), &refusals)),
    }
}

fn form(
    state: &State,
    visit: &Visit,
    insurer: Option<&Insurer>,
    (typed, refusals): (&Form, &[Refusal]),
) -> Result<Response, Error> {
    let frame = Frame { state, insurer, language: visit.visitor.language };
    let shell = frame.shell(Switch::InForm, None);
    let errors = show::errors(&shell, &frame, refusals);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = view::Inquiry {
        shell,
        form: page::Form::plain(frame.href("/inquiry"), state.forms.issue(&visit.visitor.browser, "inquiry")),
        errors,
        email: typed.get("email").to_owned(),
        message: typed.raw("message").to_owned(),
        help_href: frame.href("/help"),
        office: frame.office(),
    };
    html_with(status, &page, None)
}
