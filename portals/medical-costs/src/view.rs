//! The pages as values: what a template shows, decided before. No template computes anything.

mod bill;
pub mod chart;
mod eligibility;
mod list;
mod sum;
mod words;
mod year;

use askama::Template;
use sekisho_portal_kit::front::Head;
use sekisho_site::page::Shell;

pub use bill::{BillPage, Named};
pub use eligibility::EligibilityPage;
pub use year::{Shown, Who, YearPage};

/// The bars of the drawing on the home page: where each stands, and how high it is.
pub const HERO_BARS: [(u16, u16); 12] = [
    (40, 14),
    (59, 22),
    (78, 4),
    (97, 36),
    (116, 10),
    (135, 52),
    (154, 14),
    (173, 20),
    (192, 30),
    (211, 12),
    (230, 24),
    (249, 18),
];

/// Open to everyone.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// What links carry on: `?insurer=CODE`, or nothing.
    pub query: String,
    /// The name of whoever is signed in.
    pub member: Option<String>,
}

/// How to put the portal on a home screen.
#[derive(Template)]
#[template(path = "guide.html")]
pub struct Guide<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// What links carry on.
    pub query: String,
    /// Where the portal's icon is served.
    pub icon: String,
}

/// One line of a list of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
    /// How it is set: `big`, `name`, `yen`, `paid`, or nothing.
    pub class: &'static str,
    /// Whether it is Japanese whatever the page's language.
    pub japanese: bool,
}
