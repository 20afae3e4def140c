//! `/account/passkeys/new`: another passkey, for who signed in a moment ago.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_base::Cx;
use sekisho_domain::device::{Name, System};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::journey::{Ceremony, Form, Reason, Refusal, To, steps};
use sekisho_site::page::{self, Switch};

use super::super::guard::{self, Member};
use super::super::shell;
use crate::flows::account_page::passkeys;
use crate::flows::account_page::second_factor::{self, Begun};
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
        ControlFlow::Continue(member) if second_factor::would_be_first(&state, member.session).await? => {
            first(&state, &visit, member, &[])
        }
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
    if second_factor::would_be_first(&state, member.session).await? {
        return match language {
            Some(language) => {
                Ok(Visit::remember_language(&state, language, first(&state, &visit, member, &[])?))
            }
            None => set_out(&state, &visit, member).await,
        };
    }
    if let Some(language) = language {
        let response = page(&state, &visit, member, (form.get("name"), &[])).await?;
        return Ok(Visit::remember_language(&state, language, response));
    }
    match take(&state, &visit, member, &form, &mut state.cx()).await? {
        Ok(()) => Ok(see_other(&format!("{}?done=added", super::PATH))),
        Err(refusals) => page(&state, &visit, member, (form.get("name"), &refusals)).await,
    }
}

/// Says what comes before the first second factor of an account.
fn first(state: &State, visit: &Visit, member: Member<'_>, refusals: &[Refusal]) -> Result<Response, Error> {
    let shell = shell(state, visit, member, Switch::InForm);
    let page = view::ChangeFactor {
        errors: show::errors(&shell, &member.frame(state, visit), refusals),
        form: page::Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE)),
        key: view::SecondKey::Passkey,
        held: Vec::new(),
        is_first: true,
        is_offered: true,
        may_go: false,
        shell,
    };
    html(&page, None)
}

async fn set_out(state: &State, visit: &Visit, member: Member<'_>) -> Result<Response, Error> {
    let whose = (member.insurer, member.session);
    let kind = FactorKind::Passkey;
    match second_factor::begin(state, &visit.visitor, whose, kind, &mut state.cx()).await? {
        Begun::Journey(id) => Ok(see_other(&format!("/journey/{id}"))),
        Begun::Wait(until) => first(state, visit, member, &[Refusal::page(Reason::Wait { until })]),
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
