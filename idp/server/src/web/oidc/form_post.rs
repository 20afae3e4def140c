//! An answer that travels by a form which submits itself (OAuth 2.0 Form Post Response Mode).

use askama::Template;
use axum::Router;
use axum::response::Response;
use sekisho_site::page::{Asset, Shell, Switch, shelve};

use super::insurer_of;
use crate::state::State;
use crate::web::Error;
use crate::web::extract::Visit;
use crate::web::page::{Frame, html};

/// The script stands alone in a file, because the content security policy knows no inline code.
static SCRIPT: [Asset; 1] = [Asset {
    name: "onward.js",
    kind: "text/javascript; charset=utf-8",
    bytes: include_bytes!("../../../assets/onward.js"),
}];

/// Serves the script of the page.
pub fn assets_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    shelve(&SCRIPT)
}

/// What the form carries.
pub(super) struct Carried {
    pub(super) action: String,
    pub(super) origin: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "form-post.html")]
struct FormPost<'a> {
    shell: Shell<'a>,
    action: String,
    fields: Vec<(&'static str, String)>,
    script: String,
}

/// Shows the page. Its form may end at the client and nowhere else.
pub(super) fn page(state: &State, visit: &Visit, carried: Carried) -> Result<Response, Error> {
    let frame = Frame { state, insurer: insurer_of(state, visit), language: visit.visitor.language };
    let Carried { action, origin, fields } = carried;
    let [script] = &SCRIPT;
    let page = FormPost { shell: frame.shell(Switch::None, None), action, fields, script: script.href() };
    html(&page, Some(&origin))
}
