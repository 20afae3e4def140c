//! `/account/passkeys/new`: another passkey, for who signed in a moment ago.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_base::Cx;
use sekisho_domain::device::{Name, System};
use sekisho_domain::journey::{Ceremony, Form, Reason, Refusal, To, steps};
use sekisho_site::page::{self, Switch};

use super::super::guard::{self, Member};
use super::super::shell;
use crate::flows::account_page::passkeys;
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, show, switched};
use crate::web::page::html;
use crate::web::{Error, view};

/// Where it is made.
pub const PATH: &str = "/account/passkeys/new";
const PURPOSE: &str = "new passkey";

/// Asks for a passkey.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    match guarded(&state, &visit).await? {
        ControlFlow::Continue(member) => page(&state, &visit, member, (&device(&visit), &[])).await,
        ControlFlow::Break(response) => Ok(response),
    }
}

/// Takes one.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    mut visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let language = switched(&form);
    visit.visitor.language = language.unwrap_or(visit.visitor.language);
    let member = match guarded(&state, &visit).await? {
        ControlFlow::Continue(member) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    if let Some(language) = language {
        let response = page(&state, &visit, member, (form.get("name"), &[])).await?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    match take(&state, &visit, member, &form, &mut state.cx()).await? {
        Ok(()) => Ok(see_other(&format!("{}?done=added", super::PATH))),
        Err(refusals) => page(&state, &visit, member, (form.get("name"), &refusals)).await,
    }
}

/// Adds the passkey that a form brings, under the name that stands there.
///
/// # Errors
/// When rows cannot be written. Why there is none is the inner error.
pub(super) async fn take(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    form: &Form,
    cx: &mut Cx,
) -> Result<Result<(), Vec<Refusal>>, Error> {
    let ceremony: Ceremony = match steps::read_ceremony(form) {
        Ok(ceremony) => ceremony,
        Err(refusals) => return Ok(Err(refusals)),
    };
    let whose = (member.insurer, member.session);
    let added = passkeys::add(state, &visit.visitor, whose, (form.get("name"), &ceremony), cx).await?;
    Ok(added.map(drop).map_err(|refused| vec![Refusal::page(Reason::Passkey(refused))]))
}

/// A member whose insurer has passkeys, freshly signed in.
async fn guarded<'a>(state: &'a State, visit: &'a Visit) -> Result<ControlFlow<Response, Member<'a>>, Error> {
    Ok(match guard::fresh(state, visit, To::NewPasskey.as_str()).await? {
        ControlFlow::Continue(member) if !member.insurer.sign_in.passkeys => {
            ControlFlow::Break(see_other(super::PATH))
        }
        guarded => guarded,
    })
}

async fn page(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    (name, refusals): (&str, &[Refusal]),
) -> Result<Response, Error> {
    let asked = passkeys::offer(state, &visit.visitor.browser, member.session, &mut state.cx()).await?;
    let Some(ask) = asked else { return Ok(see_other(super::PATH)) };
    let frame = member.frame(state, visit);
    let shell = shell(state, visit, member, Switch::InForm);
    let page = view::PasskeyCreate {
        form: page::Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        errors: show::errors(&shell, &frame, refusals),
        ask: view::PasskeyAsk { options: ask.options, sealed: ask.sealed },
        purpose: view::PasskeyFor::Account,
        name: name.to_owned(),
        back_href: Some(super::PATH.to_owned()),
        shell,
    };
    html(&page, None)
}

/// What the device is called that the page is read on: most passkeys are kept there.
pub(super) fn device(visit: &Visit) -> String {
    Name::of_user_agent(&visit.visitor.agent).system.map(System::shown).unwrap_or_default().to_owned()
}
