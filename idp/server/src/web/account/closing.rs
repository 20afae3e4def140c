//! `/account/close`: closing the account; and keeping it, for who signs in again before it ends.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_base::era;
use sekisho_site::page::{Form, Switch};

use super::guard::{self, Member};
use super::{changed, shell};
use crate::flows::account_page::closing::{self, Closing, GRACE};
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::{Frame, html};
use crate::web::view::{ChangedKind, Close, Ending, Keep, Sure};

/// Where the page is.
pub const PATH: &str = "/account/close";
const PURPOSE: &str = "close account";
/// The page's word.
const TO: &str = "close";

/// Says what closing means; or, where the account is closed already, asks whether to keep it.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    if let Some(closing) = closes(&state, &visit).await? {
        return keep_page(&state, &visit, &closing);
    }
    match guard::fresh(&state, &visit, TO).await? {
        ControlFlow::Break(response) => Ok(response),
        ControlFlow::Continue(member) => close_page(&state, &visit, member),
    }
}

/// Asks once more, closes, or keeps.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be written.
pub async fn post(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    if let Some(language) = switched(&form) {
        return Ok(Visit::remember_language(&state, language, see_other(PATH)));
    }
    let mut cx = state.cx();
    if let Some(closing) = closes(&state, &visit).await? {
        return if form.raw("do") == "leave" {
            closing::leave(&state, &closing, &cx).await?;
            Ok(see_other("/"))
        } else {
            closing::keep(&state, &visit.visitor, &closing, &mut cx).await?;
            Ok(changed::to(ChangedKind::Kept))
        };
    }
    let member = match guard::fresh(&state, &visit, TO).await? {
        ControlFlow::Break(response) => return Ok(response),
        ControlFlow::Continue(member) => member,
    };
    if !form.has("sure") {
        return sure_page(&state, &visit, member);
    }
    let whose = (member.insurer, member.session);
    let ends_at = closing::begin(&state, &visit.visitor, whose, &mut cx).await?;
    changed::page(
        &member.frame(&state, &visit),
        ChangedKind::Closing,
        era::near(ends_at, cx.now, visit.visitor.language),
    )
}

/// Whether the browser is signed in to an account that closes.
async fn closes(state: &State, visit: &Visit) -> Result<Option<Closing>, Error> {
    match &visit.session_cookie {
        Some(cookie) => Ok(closing::of_cookie(state, cookie, visit.cx.now).await?),
        None => Ok(None),
    }
}

fn form(state: &State, visit: &Visit) -> Form {
    Form::plain(PATH, state.forms.issue(&visit.visitor.browser, PURPOSE))
}

fn close_page(state: &State, visit: &Visit, member: Member<'_>) -> Result<Response, Error> {
    let page = Close {
        shell: shell(state, visit, member, Switch::InForm),
        form: form(state, visit),
        errors: Vec::new(),
        days: GRACE.as_secs() / 86_400,
    };
    html(&page, None)
}

fn sure_page(state: &State, visit: &Visit, member: Member<'_>) -> Result<Response, Error> {
    let on = visit.cx.now + GRACE;
    let page = Sure {
        shell: shell(state, visit, member, Switch::InForm),
        form: form(state, visit),
        errors: Vec::new(),
        ending: Ending::Account,
        on: era::near(on, visit.cx.now, visit.visitor.language),
        back_href: super::PATH,
    };
    html(&page, None)
}

fn keep_page(state: &State, visit: &Visit, closing: &Closing) -> Result<Response, Error> {
    let insurer = closing.insurer.as_ref().and_then(|code| state.insurers.get(code));
    let frame = Frame { state, insurer, language: visit.visitor.language };
    let page = Keep {
        shell: frame.shell(Switch::InForm, None),
        form: form(state, visit),
        errors: Vec::new(),
        on: era::near(closing.ends_at, visit.cx.now, visit.visitor.language),
    };
    html(&page, None)
}
