//! The doors of the protocol: what relying parties and their browsers knock at.
//!
//! What must stay true: a POST to `/authorize` or `/logout` reads no cookie and leads to the GET of the same path; answers
//! go to clients by 303 or by a form, never by a redirect that repeats a POST; no answer here names an origin for CORS.

pub mod authorize;
mod body;
pub mod discovery;
mod form_post;
pub mod logo;
pub mod logout;
mod refusal;
pub mod register;
pub mod token;
pub mod userinfo;

use axum::http::StatusCode;
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::oidc::authorize::Answer;
use sekisho_site::page::Switch;

use super::Error;
use super::extract::Visit;
use super::journey::{again, see_other};
use super::page::{Frame, html_with};
use super::view::{Kind, Message};
use crate::flows::authorize::{Failure, Next, SignIn};
use crate::state::State;

pub use form_post::assets_router;

/// Turns what came of an authorization into an answer to the browser.
///
/// # Errors
/// When a page cannot be rendered, or the flow failed.
pub fn answer(state: &State, visit: &Visit, next: Result<Next, Failure>) -> Result<Response, Error> {
    match next {
        Ok(Next::Callback(Answer::Redirect(location))) => Ok(see_other(&location)),
        Ok(Next::Callback(Answer::FormPost { action, origin, fields })) => {
            form_post::page(state, visit, form_post::Carried { action, origin, fields })
        }
        Ok(Next::SignIn(sign_in)) => {
            let page = if sign_in.create { "/signup" } else { "/login" };
            Ok(see_other(&carrying(page, &sign_in)))
        }
        Ok(Next::StepUp(sign_in)) => Ok(see_other(&carrying(again::PATH, &sign_in))),
        Ok(Next::Consent(question)) => authorize::question(state, visit, *question),
        Err(Failure::Local(reason)) => {
            tracing::info!(%reason, "an authorization request was refused here");
            stopped(state, visit, Kind::RequestFaulty)
        }
        Err(Failure::Old) => stopped(state, visit, Kind::RequestOld),
        Err(Failure::Flow(error)) => Err(error.into()),
    }
}

fn carrying(page: &str, sign_in: &SignIn) -> String {
    let language =
        sign_in.language.map(|language| format!("&ui_locales={}", language.tag())).unwrap_or_default();
    // The sealed request is base64url, which an address holds as it is.
    format!("{page}?request={}{language}", sign_in.sealed)
}

/// A request that ends here: the browser is sent nowhere.
fn stopped(state: &State, visit: &Visit, kind: Kind) -> Result<Response, Error> {
    let frame = Frame { state, insurer: None, language: visit.visitor.language };
    let page = Message {
        shell: frame.shell(Switch::None, None),
        kind,
        value: String::new(),
        office: None,
        onward_href: Some("/".to_owned()),
    };
    html_with(StatusCode::BAD_REQUEST, &page, None)
}

/// The insurer of the browser's session, whose colours its pages have.
fn insurer_of<'a>(state: &'a State, visit: &Visit) -> Option<&'a Insurer> {
    let membership = visit.visitor.session.as_ref()?.membership.as_ref()?;
    state.insurers.get(&membership.insurer)
}
