//! `/logout` (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use axum::extract::{RawQuery, State as Shared};
use axum::http::HeaderValue;
use axum::response::Response;
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::logout::{Onward, UNDERSTOOD};
use sekisho_domain::oidc::params::Params;
use sekisho_site::page::{Form as PageForm, Switch};

use super::body::{Form, Unreadable};
use super::insurer_of;
use crate::flows::logout::{self, Outcome};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::{SESSION_COOKIE, Visit, append};
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::{Frame, html};
use crate::web::view::{Kind, LogoutConfirm, Message};

/// Where the question is answered.
pub const CONFIRM: &str = "/logout/confirm";
/// What the form token of the question is for.
pub const PURPOSE: &str = "logout";

/// What a browser forgets at sign-out. Never "cookies": they belong to the host, and neighbours on other ports share it.
const FORGET: HeaderValue = HeaderValue::from_static("\"cache\", \"storage\"");

/// Takes a wish to sign out, which the browser carries.
///
/// # Errors
/// When rows cannot be read or written, or a page cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    // What cannot be read proves nothing: the person is asked.
    let params = Params::parse(query.as_deref().unwrap_or_default()).unwrap_or_default().only(&UNDERSTOOD);
    let outcome = logout::ask(&state, &params, visit.visitor.session.as_ref(), &mut visit.cx).await?;
    let response = match outcome {
        Outcome::Out(onward) => out(&state, &visit, onward.as_ref())?,
        Outcome::Ask { client, onward } => {
            question(&state, &visit, &params, (client.as_deref(), onward.as_ref()))?
        }
    };
    Ok(visit.greet(&state, response))
}

/// Takes a wish as a form, and leads to the same as a query, without a look at cookies.
///
/// # Errors
/// [`Error::BadRequest`] when the body is no form, or repeats a parameter.
pub async fn post(form: Result<Form, Unreadable>) -> Result<Response, Error> {
    let Form(params) = form.map_err(|Unreadable| Error::BadRequest)?;
    Ok(see_other(&format!("/logout?{}", params.only(&UNDERSTOOD).to_query())))
}

/// Takes the answer to the question.
///
/// # Errors
/// When the form is not this browser's, rows cannot be written, or a page cannot be rendered.
pub async fn confirm(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let wish = form.raw("request").to_owned();
    if let Some(language) = switched(&form) {
        return Ok(Visit::remember_language(&state, language, see_other(&format!("/logout?{wish}"))));
    }
    if form.raw("decision") == "no" {
        return Ok(see_other("/"));
    }
    let params = Params::parse(&wish).unwrap_or_default();
    let onward = logout::confirmed(&state, &params, visit.visitor.session.as_ref(), &mut visit.cx).await?;
    out(&state, &visit, onward.as_ref())
}

/// Nobody is signed in any more: the browser goes on, or reads that it is so.
fn out(state: &State, visit: &Visit, onward: Option<&Onward>) -> Result<Response, Error> {
    let mut response = match onward {
        Some(onward) => see_other(&onward.location()),
        None => {
            let frame = Frame { state, insurer: insurer_of(state, visit), language: visit.visitor.language };
            let page = Message {
                shell: frame.shell(Switch::None, None),
                kind: Kind::SignedOut,
                value: String::new(),
                office: None,
                onward_href: Some("/login".to_owned()),
            };
            html(&page, None)?
        }
    };
    append(&mut response, state.cookies.clear(SESSION_COOKIE));
    response.headers_mut().insert("clear-site-data", FORGET);
    Ok(response)
}

/// Asks. The wish goes along in the form and is proven again with the answer.
fn question(
    state: &State,
    visit: &Visit,
    wish: &Params,
    (client, onward): (Option<&Client>, Option<&Onward>),
) -> Result<Response, Error> {
    let language = visit.visitor.language;
    let frame = Frame { state, insurer: insurer_of(state, visit), language };
    let token = state.forms.issue(&visit.visitor.browser, PURPOSE);
    let page = LogoutConfirm {
        shell: frame.shell(Switch::InForm, None),
        form: PageForm { action: CONFIRM.to_owned(), token, turn: None, request: Some(wish.to_query()) },
        errors: Vec::new(),
        client_name: client.map(|client| client.name.of(language).to_owned()),
    };
    html(&page, onward.and_then(Onward::origin).as_deref())
}
