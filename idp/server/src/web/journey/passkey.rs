//! Signing in by passkey: the form that a page's script sends, and fresh options for a page that has stood for long.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::journey::{Form, Kind};
use serde_json::json;

use super::{Asked, Carried, Posted, arrived, read, see_other, show};
use crate::flows::passkeys;
use crate::flows::sign_in::{Outcome, Wanted, passkey};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::view::PasskeyAsk;

/// Where a passkey signs in.
pub const SIGN_IN: &str = "/login/passkey";
/// Where a page's script gets fresh options.
pub const OPTIONS: &str = "/passkey/options";

/// What a page asks a browser with.
///
/// # Errors
/// Never in practice.
pub fn ask(state: &State, visit: &Visit) -> Result<PasskeyAsk, Error> {
    let ask = passkeys::ask_anybody(state, &visit.visitor.browser, &mut state.cx())?;
    Ok(PasskeyAsk { options: ask.options, sealed: ask.sealed })
}

/// Fresh options for the script of a page that has stood for longer than they live. They are the same for everybody
/// (EN-04), and nothing is written.
///
/// # Errors
/// Never in practice.
pub async fn options(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    let PasskeyAsk { options, sealed } = ask(&state, &visit)?;
    let body = axum::Json(json!({ "options": options, "sealed": sealed }));
    Ok(visit.greet(&state, ([(CACHE_CONTROL, "no-store")], body).into_response()))
}

/// Signs in.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read or written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "login", posted)?;
    let carried = Carried::open(&state, form.raw("request"), &visit.visitor.browser, &visit.cx);
    let insurer = carried.insurer(&state, &asked.insurer);
    let (request, client) = (carried.request(), carried.client());
    let wanted = Wanted { insurer, request, client, to: form.raw("to").parse().ok(), kind: Kind::Login };
    let first = show::First::new(&carried, insurer);
    match passkey::with_passkey(&state, &visit.visitor, wanted, &form, &mut visit.cx).await? {
        Outcome::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Arrived(arrived) => arrived::go_on(&state, &mut visit, *arrived).await,
        Outcome::Refused(refusals) => show::sign_in(&state, &visit, &first, (&Form::default(), &refusals)),
        Outcome::Over(refusal, insurer) => show::over(&state, &visit, state.insurer(&insurer)?, &refusal),
    }
}
