//! `/account/email`: another address. The page is the first of a journey, which has a row once an address was typed.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;

use super::guard;
use crate::flows::account_page::address;
use crate::flows::journeys;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Carried, Posted, read, show, switched, walk};

/// Where the page is.
pub const PATH: &str = "/account/email";
/// What its form's token is for.
pub const PURPOSE: &str = "change email";
/// The page's word.
const TO: &str = "email";

/// Asks for the new address.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    let member = match guard::fresh(&state, &visit, TO).await? {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(member) => member,
    };
    let walk = address::first_page(&state, &visit.visitor, (member.insurer, member.session), &mut state.cx())
        .await?;
    show::walk(&state, &visit, &walk, &Carried { sealed: String::new(), peek: None })
}

/// Takes it, and sends a code there.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read or written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let language = switched(&form);
    if let Some(language) = language {
        visit.visitor.language = language;
    }
    let member = match guard::fresh(&state, &visit, TO).await? {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(member) => member,
    };
    let mut cx = state.cx();
    let nothing = Carried { sealed: String::new(), peek: None };
    let whose = (state.insurer(&member.insurer.code)?, member.session);
    let mut begun = address::first_page(&state, &visit.visitor, whose, &mut cx).await?;
    if let Some(language) = language {
        begun.progress = begun.progress.unread(&form, Vec::new());
        let response = show::walk(&state, &visit, &begun, &nothing)?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let outcome = journeys::begin(&state, &visit.visitor, begun, &form, &mut cx).await?;
    walk::answer(&state, visit, outcome, &nothing).await
}
