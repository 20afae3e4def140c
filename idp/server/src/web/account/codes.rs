//! `/account/codes`: recovery codes, to be made, printed and kept.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sekisho_domain::factor::recovery::RecoveryCode;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::session::Session;
use sekisho_site::page::{Form, Switch};

use super::guard;
use crate::flows::recovery_codes;
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other, switched};
use crate::web::page::{Frame, html};
use crate::web::{Error, view};

/// Where the page is.
pub const PATH: &str = "/account/codes";
/// Where its file is.
pub const FILE: &str = "/account/codes/file";
const PURPOSE: &str = "recovery codes";

/// Says what the codes are for, and how many are left.
///
/// # Errors
/// When rows cannot be read.
pub async fn get(Shared(state): Shared<Arc<State>>, visit: Visit) -> Result<Response, Error> {
    let Some((session, insurer)) = member(&state, &visit) else { return Ok(see_other("/login")) };
    page(&state, &visit, (session, insurer), Vec::new()).await
}

/// Makes new codes and shows them, this once.
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
    let Some((session, insurer)) = member(&state, &visit) else { return Ok(see_other("/login")) };
    if let ControlFlow::Break(response) = guard::fresh(&state, &visit, "codes").await? {
        return Ok(response);
    }
    let mut cx = state.cx();
    let codes = recovery_codes::make(&state, &visit.visitor, (insurer, session), &mut cx).await?;
    page(&state, &visit, (session, insurer), codes.iter().map(RecoveryCode::shown).collect()).await
}

/// The codes as a file: those that the page sends back and that are the reader's own.
///
/// # Errors
/// When the form is not this browser's, or rows cannot be read.
pub async fn file(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    axum::Form(posted): Posted,
) -> Result<Response, Error> {
    let form = read(&state, &visit.visitor.browser, PURPOSE, posted)?;
    let Some((session, insurer)) = member(&state, &visit) else { return Ok(see_other("/login")) };
    let own = recovery_codes::own(&state, session.account, form.raw("codes")).await?;
    let name = insurer.name.get(visit.visitor.language);
    let text = format!("{name}\r\n{}\r\n\r\n{}\r\n", state.issuer, own.join("\r\n"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"recovery-codes.txt\"")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

/// Who is signed in, and at which insurer, where codes are of use.
fn member<'a>(state: &'a State, visit: &'a Visit) -> Option<(&'a Session, &'a Insurer)> {
    let session = visit.visitor.session.as_ref()?;
    let insurer = state.insurers.get(&session.membership.as_ref()?.insurer)?;
    recovery_codes::are_of_use(insurer).then_some((session, insurer))
}

async fn page(
    state: &State,
    visit: &Visit,
    (session, insurer): (&Session, &Insurer),
    codes: Vec<String>,
) -> Result<Response, Error> {
    let frame = Frame { state, insurer: Some(insurer), language: visit.visitor.language };
    let token = state.forms.issue(&visit.visitor.browser, PURPOSE);
    let page = view::RecoveryCodes {
        // New codes are shown once: a page that has them offers no switch that would lose them.
        shell: frame.shell(if codes.is_empty() { Switch::InForm } else { Switch::None }, None),
        form: Form::plain(if codes.is_empty() { PATH } else { FILE }, token),
        errors: Vec::new(),
        left: recovery_codes::left(state, session.account).await?,
        codes,
    };
    html(&page, None)
}
