//! The sign-in page: one for name and password, or one for each (row B5).
//!
//! After a name the next page is always that of the password, whether anybody has the name or not (B37, EN-06).

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;
use sekisho_domain::insurer::{Insurer, Pages};
use sekisho_domain::journey::{Form, Kind, Reason, Refusal};

use super::{Asked, Carried, Posted, arrived, read, see_other, show, switched};
use crate::flows::sign_in::{self, Outcome, Wanted};
use crate::state::State;
use crate::web::Error;
use crate::web::account::passkeys::offer;
use crate::web::extract::Visit;
use crate::web::view::SignInStage;

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
    let first = show::First::new(&carried, carried.insurer(&state, &asked.insurer));
    let response = show::sign_in(&state, &visit, &first, (&typed, &[]))?;
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
    let is_news = offer::note(&mut visit, &form);
    let response = weighed(&state, &mut visit, &asked, &form).await?;
    Ok(if is_news { offer::remember_able(&state, response) } else { response })
}

async fn weighed(state: &State, visit: &mut Visit, asked: &Asked, form: &Form) -> Result<Response, Error> {
    let carried = Carried::open(state, form.raw("request"), &visit.visitor.browser, &visit.cx);
    let insurer = carried.insurer(state, &asked.insurer);
    let kept = form.worth_keeping();
    let mut first = show::First { stage: stage(insurer, form), ..show::First::new(&carried, insurer) };
    if let Some(language) = switched(form) {
        visit.visitor.language = language;
        let response = show::sign_in(state, visit, &first, (&kept, &[]))?;
        return Ok(Visit::remember_language(state, language, response));
    }
    if first.stage == SignInStage::Name {
        let refusals = name_refusals(form);
        if refusals.is_empty() {
            first.stage = SignInStage::Password;
        }
        return show::sign_in(state, visit, &first, (&kept, &refusals));
    }
    let (request, client) = (carried.request(), carried.client());
    let wanted = Wanted { insurer, request, client, to: None, kind: Kind::Login };
    let visitor = &visit.visitor;
    match sign_in::with_password(state, visitor, wanted, form, &mut visit.cx).await? {
        Outcome::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Outcome::Arrived(arrived) => arrived::go_on(state, visit, *arrived).await,
        Outcome::Refused(refusals) => show::sign_in(state, visit, &first, (&kept, &refusals)),
        Outcome::Over(refusal, insurer) => show::over(state, visit, state.insurer(&insurer)?, &refusal),
    }
}

/// Which page was answered: that of the name alone sends no password.
fn stage(insurer: Option<&Insurer>, form: &Form) -> SignInStage {
    match insurer.map(|insurer| insurer.sign_in.pages) {
        Some(Pages::Two) if form.has("password") => SignInStage::Password,
        Some(Pages::Two) => SignInStage::Name,
        Some(Pages::One) | None => SignInStage::Both,
    }
}

fn name_refusals(form: &Form) -> Vec<Refusal> {
    let mut refusals = form.my_numbers();
    if form.is_empty("login_id") {
        refusals.push(Refusal::at("login_id", Reason::Empty));
    }
    refusals
}
