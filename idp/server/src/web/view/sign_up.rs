//! The beginning and the end of a registration, and the links mailed on the way.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Link, Shell};

/// What the insurer asks of a password, for the hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRule {
    /// The least number of characters.
    pub min: u16,
    /// The greatest, where it is worth saying (an insurer's exception).
    pub max: Option<u16>,
    /// Whether letters, digits and symbols must all be there (an insurer's exception).
    pub mixed: bool,
}

impl PasswordRule {
    /// The hint beside the field.
    pub fn hint(&self, shell: &Shell<'_>) -> String {
        let key = match (self.mixed, self.max) {
            (true, Some(_)) => "signup.password_hint_mixed_range",
            (true, None) => "signup.password_hint_mixed",
            (false, Some(_)) => "signup.password_hint_range",
            (false, None) => "signup.password_hint",
        };
        shell.speech.with(key, &[("min", self.min), ("max", self.max.unwrap_or_default())])
    }
}

/// `/signup` and the step `credentials`: address and password. Controls: `email`, `password`.
#[derive(Template)]
#[template(path = "sign-up.html")]
pub struct SignUp<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form, with the sealed request.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The address as typed, or as invited.
    pub email: String,
    /// Whether an invitation brought the reader here.
    pub invited: bool,
    /// What a password must be.
    pub password: PasswordRule,
    /// The domain our mail comes from, for people who filter.
    pub mail_domain: String,
    /// Signing in instead, carrying the request along.
    pub login_href: String,
}

/// The end of a registration.
#[derive(Template)]
#[template(path = "done.html")]
pub struct Done<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The one way onward: back to where the reader came from, or to a portal.
    pub next: Option<Link>,
    /// The masked address that was told.
    pub mailed_to: Option<String>,
    /// Whether the registration was begun in another browser, which is not signed in by this.
    pub elsewhere: bool,
}

/// What a mailed link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Going on with a registration that was begun.
    Resume,
    /// Beginning one by invitation.
    Invitation,
}

impl LinkPurpose {
    /// The first part of its keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Resume => "link.resume",
            Self::Invitation => "link.invitation",
        }
    }
}

/// `/link/{token}`: says what the link is for; only its POST spends it.
#[derive(Template)]
#[template(path = "link.html")]
pub struct LinkOpen<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form; it has no controls.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// Whether another browser holds what was begun: going on here ends it there.
    pub elsewhere: bool,
}

impl LinkOpen<'_> {
    /// A text of this purpose.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.purpose.key())).to_owned()
    }
}
