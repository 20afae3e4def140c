//! Which insurer one belongs to, where nothing else says so.

use askama::Template;
use sekisho_site::page::{FieldError, Shell, Switch, seal_class};

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

/// More than these are not listed: the word of the insurer is asked for instead.
const LISTED: usize = 12;

/// `/signup` without an insurer. Control: `insurer_code`, sent by GET to `/signup`.
#[derive(Template)]
#[template(path = "choose.html")]
pub struct ChooseInsurer<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What is wrong with the word that was typed.
    pub errors: Vec<FieldError>,
    /// As typed.
    pub insurer_code: String,
    /// The insurers that take registrations.
    pub insurers: Vec<InsurerChoice>,
    /// Signing in instead.
    pub login_href: String,
}

impl ChooseInsurer<'_> {
    /// Whether the insurers are few enough to be looked through.
    pub const fn is_listed(&self) -> bool {
        self.insurers.len() <= LISTED
    }

    /// The key of the title.
    pub const fn title(&self) -> &'static str {
        if self.is_listed() { "choose.title" } else { "choose.code_title" }
    }

    /// The key of the first sentence.
    pub const fn lead(&self) -> &'static str {
        if self.is_listed() { "choose.lead" } else { "choose.code_lead" }
    }

    /// Beside the word of the insurer: who needs it, where there is another way.
    pub fn hint(&self) -> &str {
        if self.is_listed() { self.shell.say("choose.code_hint") } else { "" }
    }

    /// What the form sends along: the page's own query, which the language switch carries as well.
    pub fn carried(&self) -> &[(String, String)] {
        match &self.shell.switch {
            Switch::Own { query, .. } => query,
            Switch::InForm | Switch::None => &[],
        }
    }
}
