//! What a step looks like: rules, challenge and draft become the plain values of a page.

mod first;
mod pages;
mod passkeys;
mod reasons;
mod sign_up;

use axum::http::StatusCode;
use axum::response::Response;
use sekisho_base::era;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Kind, Reason, Refusal, Step};
use sekisho_site::page::{self, Progress, Switch};

pub use first::{First, done, identifier, insurers, insurers_at, sign_in};
pub use reasons::{errors, waiting};

use super::{Carried, walk::purpose};
use crate::flows::journeys::{Walk, Whereabouts};
use crate::state::State;
use crate::web::Error;
use crate::web::account::email;
use crate::web::extract::Visit;
use crate::web::page::{Frame, html_with};
use crate::web::view;

/// The step at hand of a journey.
///
/// # Errors
/// When it cannot be rendered.
pub fn walk(state: &State, visit: &Visit, walk: &Walk<'_>, carried: &Carried) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(walk.insurer), language: visit.visitor.language };
    let shell = frame.shell(Switch::InForm, progress(walk, &frame));
    let medium = pages::medium(&walk.progress.challenge);
    let errors = reasons::told(&shell, &frame, &walk.progress.refusals, medium);
    let form = match walk.id {
        Some(id) => page::Form {
            action: format!("/journey/{id}"),
            token: state.forms.issue(&visit.visitor.browser, &purpose(id)),
            turn: Some(walk.turn.to_string()),
            request: None,
        },
        None => {
            let (action, purpose) = first_page(walk);
            let token = state.forms.issue(&visit.visitor.browser, purpose);
            page::Form { action, token, turn: None, request: Some(carried.sealed.clone()) }
        }
    };
    let dress = pages::Dress {
        shell,
        form,
        errors,
        frame,
        browser: &visit.visitor.browser,
        callback: carried.callback(),
    };
    match walk.progress.step(&walk.journey) {
        Some(step) => dress.page(step, walk, carried),
        None => not_here(state, visit, Whereabouts::Over),
    }
}

/// Where a first page is answered, and what its token is for. Somebody who joins says so again.
fn first_page(walk: &Walk<'_>) -> (String, &'static str) {
    let here = query_of(Some(walk.insurer));
    match walk.journey.kind() {
        Kind::Recover => (format!("/recover{here}"), "recover"),
        Kind::Join => (format!("/signup{here}&join=yes"), "signup"),
        Kind::ChangeEmail => (email::PATH.to_owned(), email::PURPOSE),
        _ => (format!("/signup{here}"), "signup"),
    }
}

/// How far along a registration is. A sign-in has too few steps to count.
fn progress(walk: &Walk<'_>, frame: &Frame<'_>) -> Option<Progress> {
    if !walk.journey.kind().registers() && walk.journey.kind() != Kind::Join {
        return None;
    }
    let speech = frame.state.speech(frame.language, frame.insurer);
    // Setting up a factor is two pages: the choice, and trying it.
    let two = |step: &Step| matches!(step, Step::SetupFactor(rule) if rule.choices.len() > 1);
    let steps = walk.journey.steps();
    let pages = |steps: &[Step]| steps.len() + steps.iter().filter(|step| two(step)).count();
    let before = pages(steps.get(..walk.progress.at).unwrap_or_default());
    let within = usize::from(pages::is_second_page(&walk.progress.challenge));
    Some(Progress {
        name: speech.say("signup.progress").to_owned(),
        at: u8::try_from(before + within + 1).ok()?,
        of: u8::try_from(pages(steps)).ok()?,
    })
}

/// A journey that is not there any more, or not this browser's.
///
/// # Errors
/// When it cannot be rendered.
pub fn not_here(state: &State, visit: &Visit, whereabouts: Whereabouts) -> Result<Response, Error> {
    let kind = match whereabouts {
        Whereabouts::Moved => view::Kind::LinkMoved,
        Whereabouts::Superseded => view::Kind::Superseded,
        Whereabouts::Over => view::Kind::JourneyOver,
    };
    message(&frame(state, visit, None), (kind, String::new()), Some("/".to_owned()))
}

/// A journey that has just ended without arriving.
///
/// # Errors
/// When it cannot be rendered.
pub fn over(state: &State, visit: &Visit, insurer: &Insurer, refusal: &Refusal) -> Result<Response, Error> {
    let frame = frame(state, visit, Some(insurer));
    let date = |date| reasons::date(frame.language, date);
    let (kind, value) = match &refusal.reason {
        Reason::NoMatchLast => (view::Kind::IdentityStopped, String::new()),
        Reason::CoverEnded { on } => (view::Kind::CoverEnded, date(*on)),
        Reason::CoverAhead { on } => (view::Kind::CoverAhead, date(*on)),
        // Who is signed in and joins has no use for the sign-in page.
        Reason::Enrolled if visit.visitor.session.is_some() => (view::Kind::JoinedAlready, String::new()),
        Reason::Enrolled => (view::Kind::AlreadyRegistered, String::new()),
        Reason::Wait { until } => (view::Kind::Paused, era::clock(*until)),
        _ => (view::Kind::JourneyOver, String::new()),
    };
    let onward = match kind {
        view::Kind::JourneyOver => "/signup",
        view::Kind::IdentityStopped | view::Kind::CoverEnded | view::Kind::CoverAhead => "/inquiry",
        view::Kind::JoinedAlready => "/",
        _ => "/login",
    };
    let onward = format!("{onward}{}", query_of(frame.insurer));
    message(&frame, (kind, value), Some(onward))
}

/// A page that says one thing.
///
/// # Errors
/// When it cannot be rendered.
pub fn message(
    frame: &Frame<'_>,
    (kind, value): (view::Kind, String),
    onward_href: Option<String>,
) -> Result<Response, Error> {
    let shell = frame.shell(Switch::None, None);
    // Who has a new password or key needs no help; the page leads on.
    let done = matches!(kind, view::Kind::PasswordReset | view::Kind::FactorRestored);
    let office = frame.office().filter(|_| !done);
    html_with(StatusCode::OK, &view::Message { shell, kind, value, office, onward_href }, None)
}

fn frame<'a>(state: &'a State, visit: &Visit, insurer: Option<&'a Insurer>) -> Frame<'a> {
    Frame { state, insurer, language: visit.visitor.language }
}

fn query_of(insurer: Option<&Insurer>) -> String {
    insurer.map(|insurer| format!("?insurer={}", insurer.code)).unwrap_or_default()
}

/// The query that carries insurer and request from one first page to another.
pub fn query(insurer: Option<&Insurer>, carried: &Carried) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(insurer) = insurer {
        query.append_pair("insurer", insurer.code.as_str());
    }
    if let Some(request) = carried.request() {
        query.append_pair("request", &request);
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}
