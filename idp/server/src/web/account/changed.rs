//! `/account/changed`: what was changed is done.

use std::sync::Arc;

use axum::extract::{Query, State as Shared};
use axum::response::Response;

use super::Asked;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::journey::see_other;
use crate::web::page::{Frame, html};
use crate::web::view::{Changed, ChangedKind};
use sekisho_site::page::Switch;

/// Where the page is.
pub const PATH: &str = "/account/changed";

/// Leads there.
pub fn to(kind: ChangedKind) -> Response {
    see_other(&format!("{PATH}?done={}", kind.as_str()))
}

/// Says so. It tells nothing of anybody, so it asks for no session.
///
/// # Errors
/// [`Error::NotFound`] for a word that is none.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let kind = ChangedKind::of(&asked.done).ok_or(Error::NotFound)?;
    let own = visit.visitor.session.as_ref().and_then(|session| session.membership.as_ref());
    let insurer = own.and_then(|membership| state.insurers.get(&membership.insurer));
    let frame = Frame { state: &state, insurer, language: visit.visitor.language };
    page(&frame, kind, String::new())
}

/// The page of what was changed; `value` is what its text names.
///
/// # Errors
/// When it cannot be rendered.
pub fn page(frame: &Frame<'_>, kind: ChangedKind, value: String) -> Result<Response, Error> {
    let onward_href = match kind {
        ChangedKind::Closing => "/".to_owned(),
        ChangedKind::Restored => frame.href("/recover"),
        _ => super::PATH.to_owned(),
    };
    let mut shell = frame.shell(Switch::None, None);
    let what = shell.say("account.what").to_owned();
    shell.brand.what = what;
    html(&Changed { shell, kind, value, onward_href }, None)
}
