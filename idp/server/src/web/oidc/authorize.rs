//! `/authorize`, and the question whether a client may read.

use std::sync::Arc;

use axum::extract::{RawQuery, State as Shared};
use axum::response::Response;
use sekisho_domain::oidc::authorize::{Local, UNDERSTOOD};
use sekisho_domain::oidc::params::Params;
use sekisho_site::page::{Form as PageForm, Switch};

use super::body::{Form, Unreadable};
use super::{answer, stopped};
use crate::flows::authorize::{self, Failure, Question};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::{Frame, html};
use crate::web::view::{AboutClient, Consent, Kind};

/// Where the question is answered.
pub const DECISION: &str = "/consent";
const PURPOSE: &str = "consent";

/// Takes a request of a client, which the browser carries.
///
/// # Errors
/// When rows cannot be read, or a page cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let next = match Params::parse(query.as_deref().unwrap_or_default()) {
        Ok(params) => {
            let visitor = &visit.visitor;
            authorize::ask(&state, params, visitor.session.as_ref(), &visitor.browser, &mut visit.cx).await
        }
        Err(error) => Err(Failure::Local(Local::Params(error))),
    };
    let response = answer(&state, &visit, next)?;
    Ok(visit.greet(&state, response))
}

/// Takes a request as a form, and leads to the same as a query: cookies are not sent with a POST from elsewhere, so none
/// is read here.
///
/// # Errors
/// [`Error::BadRequest`] when the body is no form, or repeats a parameter.
pub async fn post(form: Result<Form, Unreadable>) -> Result<Response, Error> {
    let Form(params) = form.map_err(|Unreadable| Error::BadRequest)?;
    Ok(see_other(&format!("/authorize?{}", params.only(&UNDERSTOOD).to_query())))
}

/// Takes the answer to the question whether a client may read.
///
/// # Errors
/// When the form is not this browser's, rows cannot be written, or a page cannot be rendered.
pub async fn decide(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
    }
    let Some(session) = visit.visitor.session.clone() else {
        return stopped(&state, &visit, Kind::RequestOld);
    };
    let sealed = form.raw("request");
    let browser = &visit.visitor.browser;
    let next = match form.raw("decision") {
        "allow" => authorize::decide(&state, (sealed, browser), (&session, true), &mut visit.cx).await,
        "deny" => authorize::decide(&state, (sealed, browser), (&session, false), &mut visit.cx).await,
        _ => authorize::resume(&state, sealed, browser, &session, &mut visit.cx).await,
    };
    let response = answer(&state, &visit, next)?;
    Ok(match switched(&form) {
        Some(language) => Visit::remember_language(&state, language, response),
        None => response,
    })
}

/// Shows the question.
pub(super) fn question(state: &State, visit: &Visit, question: Question) -> Result<Response, Error> {
    let Question { sealed, client_id, client, links, host, scopes, callback_origin, insurer } = question;
    let insurer = insurer.as_ref().and_then(|code| state.insurers.get(code));
    let language = visit.visitor.language;
    let frame = Frame { state, insurer, language };
    let token = state.forms.issue(&visit.visitor.browser, PURPOSE);
    let shell = frame.shell(Switch::InForm, None);
    let page = Consent {
        client: AboutClient::of(&shell, client.of(language), (&client_id, &links)),
        shell,
        form: PageForm { action: DECISION.to_owned(), token, turn: None, request: Some(sealed) },
        errors: Vec::new(),
        client_name: client.of(language).to_owned(),
        client_host: host,
        scopes: scopes.into_iter().map(str::to_owned).collect(),
    };
    html(&page, Some(&callback_origin))
}
