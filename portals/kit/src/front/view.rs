//! The pages that every portal has, as values: what a template shows, decided before.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Link, Shell};

/// What a page's head links to besides the stylesheet and script of the house.
pub struct Head {
    /// The manifest of the page's insurer.
    pub manifest: String,
    /// The portal's own stylesheet.
    pub style: String,
    /// The script that registers the worker.
    pub install: String,
}

/// One sentence, what to do, and the way on.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// Whether the gate is drawn above.
    pub gate: bool,
    /// What happened.
    pub title: String,
    /// What to do.
    pub text: String,
    /// Something smaller; may be empty.
    pub extra: String,
    /// The way on.
    pub go: Option<Link>,
    /// Another way.
    pub way: Option<Link>,
}

/// Asks before signing out.
#[derive(Template)]
#[template(path = "sign_out.html")]
pub struct SignOut<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The form.
    pub form: Form,
    /// Nothing is ever wrong with it.
    pub errors: Vec<FieldError>,
    /// Where else to go.
    pub back: &'static str,
}
