//! A member's own pages.
//!
//! Whoever is signed in may look; what changes something is posted with the page's token, and only soon after a sign-in
//! (see [`guard`]). What a page names is looked for among the reader's own: anything else is not found (SE-10).

pub mod changed;
pub mod closing;
pub mod codes;
mod csv;
pub mod data;
pub mod devices;
pub mod email;
pub mod guard;
pub mod history;
pub mod overview;
pub mod passkeys;
pub mod password;
pub mod portals;
pub mod profile;
mod said;
pub mod second_factor;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sekisho_site::page::{Shell, Switch};
use serde::Deserialize;

use crate::state::State;
use crate::web::extract::Visit;
use guard::Member;

/// Where the overview is.
pub const PATH: &str = "/account";

/// What the address of one of these pages may say.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The language that the page's switch asks for.
    #[serde(default)]
    lang: String,
    /// What has just been done, as a word of the page.
    #[serde(default)]
    done: String,
    /// Where a list goes on.
    #[serde(default)]
    at: Option<String>,
}

impl Asked {
    /// Remembers the language that was chosen with the page's switch.
    fn keep_language(&self, state: &State, response: Response) -> Response {
        match self.lang.parse() {
            Ok(language) => Visit::remember_language(state, language, response),
            Err(()) => response,
        }
    }
}

/// The shell of the member's pages.
pub fn shell<'a>(state: &'a State, visit: &Visit, member: Member<'a>, switch: Switch) -> Shell<'a> {
    let mut shell = member.frame(state, visit).shell(switch, None);
    shell.brand.what = shell.say("account.what").to_owned();
    shell
}

/// A switch for pages that are no single form.
fn own_switch(path: &str) -> Switch {
    Switch::Own { action: path.to_owned(), query: Vec::new() }
}

/// A file to be kept, under a name of ours.
fn download(kind: &'static str, disposition: &'static str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}
