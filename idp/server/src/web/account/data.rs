//! `/account/data`: everything that is kept of the reader, as a file.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_domain::journey::To;
use sekisho_site::page::{Form, Switch};

use super::guard::{self, Member};
use super::{download, shell};
use crate::flows::account_page::{export, history};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, see_other};
use crate::web::page::html;
use crate::web::view::Data;

/// Where the page is.
pub const PATH: &str = "/account/data";
const PURPOSE: &str = "account data";

/// Says what the file holds.
///
/// # Errors
/// When the page cannot be rendered.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    let Some(member) = Member::of(&state, &visit) else { return Ok(see_other("/login")) };
    let page = Data {
        shell: shell(&state, &visit, member, Switch::InForm),
        form: Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        errors: Vec::new(),
    };
    Ok(visit.greet(&state, html(&page, None)?))
}

/// Gives the file.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read or written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let sent = guard::sent(&state, &visit, (PURPOSE, posted), (To::Data.as_str(), PATH));
    let member = match sent.await? {
        ControlFlow::Continue((member, _)) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    let mut cx = state.cx();
    history::note_copy(&state, &visit.visitor, (member.session, "everything"), &mut cx).await?;
    let document = export::of_session(&state, member.session, &cx).await?;
    Ok(download("application/json", "attachment; filename=\"sekisho-account.json\"", document))
}
