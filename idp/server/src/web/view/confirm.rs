//! What was entered is looked at once more.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// The step `confirm`. No controls; button `do=back`.
#[derive(Template)]
#[template(path = "confirm.html")]
pub struct Confirm<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What was entered, by label; no secrets.
    pub rows: Vec<(String, String)>,
    /// The address that the mail goes to, in full: it is what is to be looked at.
    pub to: String,
}
