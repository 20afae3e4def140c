//! `/account/codes`: recovery codes, to be made, printed and kept.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use sekisho_domain::factor::recovery::RecoveryCode;
use sekisho_site::page::{Form, Switch};

use super::download;
use super::guard::{self, Member};
use crate::flows::recovery_codes;
use crate::state::State;
use crate::web::extract::Visit;
use crate::web::journey::{Posted, read, see_other};
use crate::web::page::html;
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
    let Some(member) = member(&state, &visit) else { return Ok(see_other("/login")) };
    page(&state, &visit, member, Vec::new()).await
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
    if member(&state, &visit).is_none() {
        return Ok(see_other("/login"));
    }
    let member = match guard::sent(&state, &visit, (PURPOSE, posted), ("codes", PATH)).await? {
        ControlFlow::Continue((member, _)) => member,
        ControlFlow::Break(response) => return Ok(response),
    };
    let whose = (member.insurer, member.session);
    let codes = recovery_codes::make(&state, &visit.visitor, whose, &mut state.cx()).await?;
    page(&state, &visit, member, codes.iter().map(RecoveryCode::shown).collect()).await
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
    let Some(member) = member(&state, &visit) else { return Ok(see_other("/login")) };
    let own = recovery_codes::own(&state, member.session.account, form.raw("codes")).await?;
    let name = member.insurer.name.get(visit.visitor.language);
    let text = format!("{name}\r\n{}\r\n\r\n{}\r\n", state.issuer, own.join("\r\n"));
    Ok(download("text/plain; charset=utf-8", "attachment; filename=\"recovery-codes.txt\"", text))
}

/// Who is signed in, where codes are of use.
fn member<'a>(state: &'a State, visit: &'a Visit) -> Option<Member<'a>> {
    Member::of(state, visit).filter(|member| recovery_codes::are_of_use(member.insurer))
}

async fn page(
    state: &State,
    visit: &Visit,
    member: Member<'_>,
    codes: Vec<String>,
) -> Result<Response, Error> {
    let frame = member.frame(state, visit);
    let token = state.forms.issue(&visit.visitor.browser, PURPOSE);
    let page = view::RecoveryCodes {
        // New codes are shown once: a page that has them offers no switch that would lose them.
        shell: frame.shell(if codes.is_empty() { Switch::InForm } else { Switch::None }, None),
        form: Form::plain(if codes.is_empty() { PATH } else { FILE }, token),
        errors: Vec::new(),
        left: recovery_codes::left(state, member.session.account).await?,
        codes,
    };
    html(&page, None)
}
