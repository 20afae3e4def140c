//! `/account/portals`: which portals may read what.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// A portal with access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCard {
    /// Its name.
    pub name: String,
    /// Since when.
    pub since: String,
    /// What it reads, in the reader's words.
    pub reads: Vec<String>,
    /// Where that is taken back.
    pub href: String,
}

/// The portals with access.
#[derive(Template)]
#[template(path = "account-portals.html")]
pub struct Portals<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What has just been done, as a sentence; may be empty.
    pub done: String,
    /// The portals, by name.
    pub portals: Vec<AccessCard>,
}

/// Asks before access is taken back.
#[derive(Template)]
#[template(path = "account-withdraw.html")]
pub struct Withdraw<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The portal.
    pub portal: AccessCard,
}
