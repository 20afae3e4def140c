//! `/account/password`: another password.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_domain::journey::Refusal;
use sekisho_site::page::{Form, Switch};

use super::guard::{self, Member};
use super::{changed, shell};
use crate::flows::account_page::{password, person};
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, show};
use crate::web::page::html;
use crate::web::view::{ChangePassword, ChangedKind};
use crate::web::{Error, view};

/// Where the page is.
pub const PATH: &str = "/account/password";
const PURPOSE: &str = "change password";
/// The page's word.
const TO: &str = "password";

/// Asks for the present password and another one.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    match guard::fresh(&state, &visit, TO).await? {
        ControlFlow::Break(response) => Ok(response),
        ControlFlow::Continue(member) => page(&state, &visit, member, &[]).await,
    }
}

/// Changes it.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let (member, form) = match guard::sent(&state, &visit, (PURPOSE, posted), (TO, PATH)).await? {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(sent) => sent,
    };
    let whose = (member.insurer, member.session);
    match password::change(&state, &visit.visitor, whose, &form, &mut state.cx()).await? {
        Ok(()) => Ok(changed::to(ChangedKind::Password)),
        Err(refusals) => page(&state, &visit, member, &refusals).await,
    }
}

async fn page(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    refusals: &[Refusal],
) -> Result<Response, Error> {
    let shell = shell(state, visit, member, Switch::InForm);
    let frame = member.frame(state, visit);
    let person = person::of_session(state, member.session).await?;
    let page = ChangePassword {
        errors: show::errors(&shell, &frame, refusals),
        form: Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        login_id: person.email.map(|email| email.as_str().to_owned()).unwrap_or_default(),
        has_one: password::of_account(state, member.session.account).await?.is_some(),
        twice: password::asks_twice(member.insurer),
        rule: view::PasswordRule::of(&member.insurer.password),
        forgot_href: frame.href("/recover"),
        shell,
    };
    html(&page, None)
}
