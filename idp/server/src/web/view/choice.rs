//! Which insurer one belongs to, where nothing else says so.

use askama::Template;
use sekisho_site::page::{Shell, seal_class};

/// An insurer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsurerChoice {
    /// Its name in the reader's language.
    pub name: String,
    /// The characters of its seal.
    pub seal: String,
    /// Its own page, carrying the request along.
    pub href: String,
}

impl InsurerChoice {
    /// The class that fits the seal's characters into its square.
    pub fn seal_class(&self) -> &'static str {
        seal_class(&self.seal)
    }
}

/// `/signup` without an insurer.
#[derive(Template)]
#[template(path = "choose.html")]
pub struct ChooseInsurer<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The insurers that take registrations.
    pub insurers: Vec<InsurerChoice>,
    /// Signing in instead.
    pub login_href: String,
}
