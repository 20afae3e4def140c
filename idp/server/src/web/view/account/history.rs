//! `/account/history`: what happened in the last 90 days.

use askama::Template;
use sekisho_site::page::{Form, Shell};

use super::EventRow;

/// A page of what happened.
#[derive(Template)]
#[template(path = "account-history.html")]
pub struct History<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What happened, the latest first.
    pub events: Vec<EventRow>,
    /// Where the list begins; none on its first page.
    pub first_href: Option<&'static str>,
    /// Where it goes on; none at its end.
    pub next_href: Option<String>,
    /// The form whose answer is all of it as a file.
    pub form: Form,
    /// Where the password is changed.
    pub password_href: String,
    /// Where the society is told.
    pub inquiry_href: String,
}
