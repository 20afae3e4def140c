//! Showing again who one is.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

use super::PasskeyButton;

/// Why it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgainFor {
    /// The account is about to be changed.
    Change,
    /// A service asks for it: its name.
    Client(String),
}

/// What is asked of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgainPassword {
    /// It is typed.
    Asked,
    /// It was right a moment ago: what follows it is next.
    Shown,
    /// It would not do.
    Useless,
}

/// `/login/again`. Control: `password`; button `do=without`, where a service asks.
#[derive(Template)]
#[template(path = "again.html")]
pub struct Again<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Why one is here.
    pub reason: AgainFor,
    /// Who is signed in, as they sign in; empty for who has no name here.
    pub name: String,
    /// By one of the reader's passkeys, where that will do.
    pub passkey: Option<PasskeyButton>,
    /// By the password.
    pub password: AgainPassword,
    /// Where to turn without it.
    pub forgot_href: String,
    /// Signing in as somebody else, where that would do.
    pub other_href: Option<String>,
    /// The way back, where nothing needs to happen.
    pub back_href: Option<&'static str>,
}
