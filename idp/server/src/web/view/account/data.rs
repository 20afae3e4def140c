//! `/account/data`: everything that is kept of the reader.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// Says what the file holds. The form's answer is the file.
#[derive(Template)]
#[template(path = "account-data.html")]
pub struct Data<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}
