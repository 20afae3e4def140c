//! Recovery codes.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// `/account/codes`: what the codes are for; or the codes, this once.
#[derive(Template)]
#[template(path = "recovery-codes.html")]
pub struct RecoveryCodes<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that makes new ones; or that sends new ones back, to have them as a file.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// How many were not used.
    pub left: usize,
    /// The new codes; none while they are only spoken of.
    pub codes: Vec<String>,
}
