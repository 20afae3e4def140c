//! Signing in.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// What people sign in with, which names the first field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// The e-mail address.
    Email,
    /// A login ID.
    LoginId,
    /// Either: the platform's own page, or an insurer that knows both.
    Either,
}

impl Identifier {
    /// The key of the field's label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "item.email",
            Self::LoginId => "item.login_id",
            Self::Either => "item.email_or_login_id",
        }
    }

    /// The keyboard a phone shows.
    pub const fn keyboard(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::LoginId | Self::Either => "text",
        }
    }
}

/// `/login`: identifier and password. Controls: `login_id`, `password`.
#[derive(Template)]
#[template(path = "sign-in.html")]
pub struct SignIn<'a> {
    /// What surrounds the page; its notices say why one is here again (`signed_out.*`).
    pub shell: Shell<'a>,
    /// The form, with the sealed request.
    pub form: Form,
    /// What is wrong; a refusal belongs to `login_id`.
    pub errors: Vec<FieldError>,
    /// What people sign in with here.
    pub identifier: Identifier,
    /// What was typed as identifier, or the request's hint.
    pub login_id: String,
    /// Where to turn without the password.
    pub forgot_href: String,
    /// Registration, carrying the request along; none where it is not offered.
    pub signup_href: Option<String>,
}
