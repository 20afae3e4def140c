//! What doors are made of: what an address or a form carries, and where they lead.

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use sekisho_site::page::Switch;
use url::form_urlencoded;

/// What an address carries; one that cannot be read carries nothing.
pub fn lenient<T: Default>(query: Result<Query<T>, QueryRejection>) -> T {
    query.map(|Query(carried)| carried).unwrap_or_default()
}

/// What a form carries; one that cannot be read is none of ours, and fails by its missing token.
pub fn readable<T: Default>(form: Result<Form<T>, FormRejection>) -> T {
    form.map(|Form(answer)| answer).unwrap_or_default()
}

/// A redirect after a form or on the way through.
pub fn onward(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// What links carry on: `?insurer=CODE`, where an insurer is known.
pub fn query(insurer: Option<&str>) -> String {
    let encoded =
        |code| form_urlencoded::Serializer::new(String::new()).append_pair("insurer", code).finish();
    insurer.map(|code| format!("?{}", encoded(code))).unwrap_or_default()
}

/// A language switch of its own, for a page without a form.
pub fn own_switch(path: &str, insurer: Option<&str>) -> Switch {
    let query = insurer.map(|code| ("insurer".to_owned(), code.to_owned())).into_iter().collect();
    Switch::Own { action: path.to_owned(), query }
}
