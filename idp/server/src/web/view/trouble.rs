//! When a page cannot be shown.

use askama::Template;
use sekisho_site::page::Shell;

/// What kept the page from being shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// 404: nothing is here.
    NotFound,
    /// 400, 403, 405, 413, 422: what was sent cannot be used.
    Unusable,
    /// 403: the form is from another browser, or too old.
    Stale,
    /// 500: our fault.
    Fault,
}

impl Trouble {
    /// The first part of its keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotFound => "trouble.not_found",
            Self::Unusable => "trouble.unusable",
            Self::Stale => "trouble.stale",
            Self::Fault => "trouble.fault",
        }
    }
}

/// One sentence, the way home, and a number to name.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What kept the page from being shown.
    pub trouble: Trouble,
    /// The number under which the failure was logged.
    pub number: String,
    /// The way home.
    pub home_href: String,
}

impl ErrorPage<'_> {
    /// A text of this trouble.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.trouble.key())).to_owned()
    }
}

/// 503: too many at once. Sent with `Retry-After` and `Refresh` of the same seconds.
#[derive(Template)]
#[template(path = "busy.html")]
pub struct Busy<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// About how long.
    pub seconds: u32,
    /// Where to try again.
    pub again_href: String,
    /// Whether what was typed is kept.
    pub kept: bool,
}
