//! The sign-in page.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::journey::{Form, Refusal};

use super::{Asked, Carried, Posted, arrived, read, see_other, show, switched};
use crate::flows::sign_in::{self, Outcome, Wanted};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;

/// Shows the page.
///
/// # Errors
/// When it cannot be rendered.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let carried = Carried::open(&state, &asked.request, &visit.visitor.browser, &visit.cx);
    let hint = carried.peek.as_ref().and_then(|peek| peek.login_hint.clone()).unwrap_or_default();
    let typed = Form::default().put("login_id", hint);
    let page = Page {
        carried: &carried,
        insurer: carried.insurer(&state, &asked.insurer),
        typed: &typed,
        refusals: &[],
    };
    let response = page.show(&state, &visit)?;
    Ok(visit.greet(&state, response))
}

/// Signs in.
///
/// # Errors
/// When the form is not this browser's, rows cannot be read, or more is to be hashed than can be.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    Query(asked): Query<Asked>,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, "login", posted)?;
    let carried = Carried::open(&state, form.raw("request"), &visit.visitor.browser, &visit.cx);
    let insurer = carried.insurer(&state, &asked.insurer);
    let kept = form.worth_keeping();
    if let Some(language) = switched(&form) {
        visit.visitor.language = language;
        let response =
            Page { carried: &carried, insurer, typed: &kept, refusals: &[] }.show(&state, &visit)?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    let wanted = Wanted { insurer, request: carried.request() };
    let visitor = &visit.visitor;
    match sign_in::with_password(&state, visitor, wanted, &form, &mut visit.cx).await? {
        Outcome::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Arrived(arrived) => arrived::go_on(&state, &mut visit, *arrived).await,
        Outcome::Refused(refusals) => {
            Page { carried: &carried, insurer, typed: &kept, refusals: &refusals }.show(&state, &visit)
        }
    }
}

struct Page<'a> {
    carried: &'a Carried,
    insurer: Option<&'a Insurer>,
    typed: &'a Form,
    refusals: &'a [Refusal],
}

impl Page<'_> {
    fn show(&self, state: &State, visit: &Visit) -> Result<Response, Error> {
        let place = show::First { carried: self.carried, insurer: self.insurer };
        show::sign_in(state, visit, &place, (self.typed, self.refusals))
    }
}
