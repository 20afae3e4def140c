//! Two ways to be known: an ID that the insurer gave out, or its records.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// Asks which way (row C16). Controls: `login_id`, `password`, for who has both from the insurer; button `do=other`
/// for everybody else.
#[derive(Template)]
#[template(path = "ways.html")]
pub struct Ways<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong; a refusal belongs to `login_id`.
    pub errors: Vec<FieldError>,
    /// As typed.
    pub login_id: String,
}
