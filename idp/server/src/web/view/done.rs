//! The end of a registration.

use askama::Template;
use sekisho_site::page::{Link, Shell};

/// The registration is done.
#[derive(Template)]
#[template(path = "done.html")]
pub struct Done<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The one way onward: back to where the reader came from, to a portal, or to the sign-in page (`done.sign_in`).
    pub next: Option<Link>,
    /// The masked address that was told.
    pub mailed_to: Option<String>,
    /// Whether the registration was begun in another browser, which is not signed in by this.
    pub elsewhere: bool,
    /// Whether the reader is signed in; otherwise they sign in by themselves.
    pub signed_in: bool,
}

impl Done<'_> {
    /// The key of what is possible now.
    pub const fn now(&self) -> &'static str {
        if self.signed_in { "done.now" } else { "done.then" }
    }
}
