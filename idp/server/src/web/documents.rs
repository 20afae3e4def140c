//! `/terms/{id}`: a document alone, at a stable address.

use std::sync::Arc;

use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use sekisho_base::Language;
use sekisho_domain::journey::steps::terms::control;
use sekisho_domain::terms::Document;
use sekisho_site::page::{Switch, read_prose};

use super::extract::{Of, Visit};
use super::page::{Frame, html};
use super::{Error, view};
use crate::state::State;

/// Shows a document of an insurer; without one, of the only insurer there is.
///
/// # Errors
/// When there is no such document.
pub async fn get(
    Shared(state): Shared<Arc<State>>,
    visit: Visit,
    Path(id): Path<String>,
    Query(of): Query<Of>,
) -> Result<Response, Error> {
    let insurer =
        of.insurer(&state, &visit).or_else(|| state.insurers.iter().next()).ok_or(Error::NotFound)?;
    let document = insurer.document(&id).ok_or(Error::NotFound)?;
    let language = visit.visitor.language;
    let frame = Frame { state: &state, insurer: Some(insurer), language };
    let query = vec![("insurer".to_owned(), insurer.code.to_string())];
    let shell = frame.shell(Switch::Own { action: format!("/terms/{id}"), query }, None);
    html(&view::TermsDocument { shell, document: shown(document, language, false) }, None)
}

/// A document as pages show it.
pub fn shown(document: &Document, language: Language, agreed: bool) -> view::Document {
    let version = match language {
        Language::Ja => format!("{}版", document.version),
        Language::En => format!("version {}", document.version),
    };
    view::Document {
        control: control(&document.id),
        name: document.title.get(language).to_owned(),
        version,
        written_in: String::new(),
        blocks: read_prose(document.text.get(language)),
        agreed,
        gated: false,
    }
}
