//! The first pages of the ways back. None of them tells whether anybody has an account.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_base::era;
use sekisho_domain::email::Email;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Form, Kind, Reason, Refusal, Start};
use sekisho_site::page::{self, Switch};
use serde::Deserialize;

use super::{Carried, Posted, read, see_other, show, switched, walk};
use crate::flows::journeys::{self, Walk};
use crate::flows::sign_in::{self, Outcome, Wanted};
use crate::flows::{login_ids, restoring};
use crate::state::State;
use crate::web::extract::{Of, Visit};
use crate::web::page::{Frame, html};
use crate::web::{Error, view};

/// What an address of these pages says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The insurer's code.
    #[serde(default)]
    insurer: String,
    /// What has just been done.
    #[serde(default)]
    done: Option<String>,
}

impl Asked {
    fn insurer<'a>(&self, state: &'a State, visit: &Visit) -> Option<&'a Insurer> {
        Of { insurer: self.insurer.clone() }.insurer(state, visit)
    }
}

/// `/recover`: the password is forgotten.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn password(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let response = match asked.insurer(&state, &visit) {
        None => show::insurers_at(&state, &visit, "/recover")?,
        Some(insurer) if asked.done.is_some() => done(&state, &visit, insurer, view::Kind::PasswordReset)?,
        Some(insurer) => {
            let walk = first_page(&mut visit, insurer)?;
            show::walk(&state, &visit, &walk, &nothing(&state, &visit))?
        }
    };
    Ok(visit.greet(&state, response))
}

/// Takes the name of the account.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn name(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "recover", posted)?;
    let insurer = asked.insurer(&state, &visit).ok_or(Error::NotFound)?;
    let carried = nothing(&state, &visit);
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let mut walk = first_page(&mut visit, insurer)?;
        walk.progress = walk.progress.unread(&form, Vec::new());
        let response = show::walk(&state, &visit, &walk, &carried)?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let begun = first_page(&mut visit, insurer)?;
    let outcome = journeys::begin(&state, &visit.visitor, begun, &form, &mut visit.cx).await?;
    walk::answer(&state, visit, outcome, &carried).await
}

fn first_page<'a>(visit: &mut Visit, insurer: &'a Insurer) -> Result<Walk<'a>, Error> {
    let start = Start {
        insurer: insurer.code.clone(),
        language: visit.visitor.language,
        evidence: Vec::new(),
        request: None,
        client: None,
        to: None,
        is_step_up: false,
    };
    Ok(journeys::unbegun((insurer, insurer.recover()), start, &mut visit.cx)?)
}

fn nothing(state: &State, visit: &Visit) -> Carried {
    Carried::open(state, "", &visit.visitor.browser, &visit.cx)
}

fn done(state: &State, visit: &Visit, insurer: &Insurer, kind: view::Kind) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    show::message(&frame, (kind, String::new()), Some(frame.href("/login")))
}

/// `/recover/id`: the login ID is forgotten.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn id(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let response = match asked.insurer(&state, &visit) {
        None => show::insurers_at(&state, &visit, "/recover/id")?,
        Some(insurer) => id_page(&state, &visit, insurer, (&Form::default(), &[]))?,
    };
    Ok(visit.greet(&state, response))
}

/// Takes the address that the ID is mailed to.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn remind(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "recover id", posted)?;
    let insurer = asked.insurer(&state, &visit).ok_or(Error::NotFound)?;
    let kept = form.worth_keeping();
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let response = id_page(&state, &visit, insurer, (&kept, &[]))?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let refused = |reason| [Refusal::at("email", reason)];
    if form.is_empty("email") {
        return id_page(&state, &visit, insurer, (&kept, &refused(Reason::Empty)));
    }
    let Ok(email) = Email::parse(form.get("email")) else {
        return id_page(&state, &visit, insurer, (&kept, &refused(Reason::EmailShape)));
    };
    match login_ids::remind(&state, &visit.visitor, insurer, &email, &mut visit.cx).await? {
        Ok(()) => done(&state, &visit, insurer, view::Kind::IdsSent),
        Err(until) => id_page(&state, &visit, insurer, (&kept, &[Refusal::page(Reason::Wait { until })])),
    }
}

fn id_page(
    state: &State,
    visit: &Visit,
    insurer: &Insurer,
    (typed, refusals): (&Form, &[Refusal]),
) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    let shell = frame.shell(Switch::InForm, None);
    let errors = show::errors(&shell, &frame, refusals);
    let token = state.forms.issue(&visit.visitor.browser, "recover id");
    let form = page::Form::plain(frame.href("/recover/id"), token);
    let email = typed.get("email").to_owned();
    html(&view::RecoverId { shell, form, errors, email, office: frame.office() }, None)
}

/// `/recover/office`: what proves a person is lost together; only the office can help, and the page says so.
///
/// # Errors
/// When it cannot be rendered.
pub async fn office(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let insurer = asked.insurer(&state, &visit);
    let frame = Frame { state: &state, insurer, language: visit.visitor.language };
    show::message(&frame, (view::Kind::LostFactor, String::new()), Some(frame.href("/login")))
}

/// `/recover/factor`: the second factor is lost.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn factor(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let response = match (asked.insurer(&state, &visit), asked.done.as_deref()) {
        (None, _) => show::insurers_at(&state, &visit, "/recover/factor")?,
        (Some(insurer), Some("restore")) => done(&state, &visit, insurer, view::Kind::FactorRestored)?,
        (Some(insurer), Some(_)) => asked_for(&state, &visit, insurer)?,
        (Some(insurer), None) => factor_page(&state, &visit, insurer, (&Form::default(), &[]))?,
    };
    Ok(visit.greet(&state, response))
}

/// The report was taken; from when on the factor can be replaced is told to its owner only, by mail.
fn asked_for(state: &State, visit: &Visit, insurer: &Insurer) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    let ready = era::moment(restoring::ready_at(insurer, visit.cx.now), frame.language);
    show::message(&frame, (view::Kind::FactorAsked, ready), Some(frame.href("/login")))
}

/// Takes name and password of who lost the second factor.
///
/// # Errors
/// When the form is not this browser's, rows cannot be read, or more is to be hashed than can be.
pub async fn lost(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "recover factor", posted)?;
    let insurer = asked.insurer(&state, &visit).ok_or(Error::NotFound)?;
    let kept = form.worth_keeping();
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let response = factor_page(&state, &visit, insurer, (&kept, &[]))?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let wanted =
        Wanted { insurer: Some(insurer), request: None, client: None, to: None, kind: Kind::LostFactor };
    let visitor = &visit.visitor;
    match sign_in::with_password(&state, visitor, wanted, &form, &mut visit.cx).await? {
        Outcome::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Refused(refusals) => factor_page(&state, &visit, insurer, (&kept, &refusals)),
        Outcome::Over(refusal, insurer) => show::over(&state, &visit, state.insurer(&insurer)?, &refusal),
        Outcome::Arrived(_) => Err(Error::NotFound),
    }
}

fn factor_page(
    state: &State,
    visit: &Visit,
    insurer: &Insurer,
    (typed, refusals): (&Form, &[Refusal]),
) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    if insurer.journey(Kind::LostFactor).is_none() {
        return show::message(&frame, (view::Kind::LostFactor, String::new()), Some(frame.href("/login")));
    }
    let shell = frame.shell(Switch::InForm, None);
    let errors = show::errors(&shell, &frame, refusals);
    let token = state.forms.issue(&visit.visitor.browser, "recover factor");
    let page = view::Lost {
        form: page::Form::plain(frame.href("/recover/factor"), token),
        errors,
        identifier: show::identifier(Some(insurer)),
        login_id: typed.get("login_id").to_owned(),
        hours: insurer.recovery.factor_delay_hours,
        office: frame.office(),
        shell,
    };
    Ok(show::waiting(html(&page, None)?, refusals, visit.cx.now))
}
