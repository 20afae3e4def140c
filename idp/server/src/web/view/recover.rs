//! The way back: a forgotten password, a forgotten ID, a lost second key.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

use super::{Identifier, Office};

/// `/recover`, the step `account`. Control: `login_id`.
#[derive(Template)]
#[template(path = "recover.html")]
pub struct Recover<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What people sign in with here.
    pub identifier: Identifier,
    /// As typed.
    pub login_id: String,
    /// Where to turn without the ID, where people sign in with one.
    pub forgot_id_href: Option<String>,
    /// Who helps whom mail does not reach.
    pub office: Option<Office>,
}

/// The step `email_link` on the way to a new password: nothing on it tells whether there is an account.
#[derive(Template)]
#[template(path = "reset-sent.html")]
pub struct ResetSent<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form; nothing in it goes onward, that is the mail's part.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// How long the link can be opened.
    pub valid: String,
    /// The address our mail comes from.
    pub sender: String,
    /// Whether another mail has just been sent.
    pub resent: bool,
    /// Beginning anew.
    pub begin_again_href: String,
    /// Who helps whom mail does not reach.
    pub office: Option<Office>,
}

/// `/recover/id`. Control: `email`.
#[derive(Template)]
#[template(path = "recover-id.html")]
pub struct RecoverId<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// As typed.
    pub email: String,
    /// Who helps who knows neither.
    pub office: Option<Office>,
}

/// `/recover/factor`. Controls: `login_id`, `password`.
#[derive(Template)]
#[template(path = "lost.html")]
pub struct Lost<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What people sign in with here.
    pub identifier: Identifier,
    /// As typed.
    pub login_id: String,
    /// How long the owner has to object, in hours.
    pub hours: u64,
    /// Who helps at once.
    pub office: Option<Office>,
}

/// The step `show_password`. Control: `password`.
#[derive(Template)]
#[template(path = "show-password.html")]
pub struct ShowPassword<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}
