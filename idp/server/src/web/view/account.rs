//! What a signed-in reader sees at the identity provider itself.

mod change;
mod data;
mod history;
mod overview;
mod portals;

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

use super::AboutClient;

pub use change::{
    ChangeFactor, ChangePassword, ChangeProfile, Changed, ChangedKind, Close, Ending, Keep, SecondKey, Sure,
};
pub use data::Data;
pub use history::History;
pub use overview::{Account, DeviceRow, Devices, EndOthers, EventRow, Held, PasskeyCard};
pub use portals::{AccessCard, Portals, Withdraw};

/// A portal one can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    /// Its name in the reader's language.
    pub name: String,
    /// What it is for, in a few words; may be empty.
    pub line: String,
    /// Where it starts.
    pub href: String,
}

/// `/` with a session: the portals, and the way out. The form posts to `/logout`.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that signs out.
    pub form: Form,
    /// The masked address, or the login ID.
    pub signed_in_as: String,
    /// The portals that serve the reader's insurer.
    pub portals: Vec<Portal>,
    /// Registering new numbers, or with another insurer as well.
    pub join_href: Option<String>,
    /// The reader's own account.
    pub account_href: &'static str,
}

/// Asks before signing out. Control: `decision` (`yes`, `no`).
#[derive(Template)]
#[template(path = "logout.html")]
pub struct LogoutConfirm<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The portal that asks; none when the reader came by themselves.
    pub client_name: Option<String>,
}

/// Asks whether a portal may read. Control: `decision` (`allow`, `deny`).
#[derive(Template)]
#[template(path = "consent.html")]
pub struct Consent<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The portal's name.
    pub client_name: String,
    /// The host it is reached at.
    pub client_host: String,
    /// What it asks for: scopes that have words under `consent.scope.`; others are shown as they are.
    pub scopes: Vec<String>,
    /// What the client says of itself.
    pub client: Option<AboutClient>,
}

impl Consent<'_> {
    /// What a scope means, in the reader's words.
    pub fn meaning(&self, scope: &str) -> String {
        let key = format!("consent.scope.{scope}");
        if self.shell.speech.knows(&key) { self.shell.say(&key).to_owned() } else { scope.to_owned() }
    }
}
