//! The pages as values: what a template shows, decided before. No template computes anything.

mod card;
mod copy;
mod list;
mod steps;

use askama::Template;
use sekisho_portal_kit::front::Head;
use sekisho_site::page::{Link, Notice, Shell};

pub use card::{Card, time_left};
pub use copy::copy;
pub use list::{Row, rows};
pub use sekisho_portal_kit::front::Message;
pub use steps::{Address, Choose, ChosenPerson, OfferedReason, Reason, fault_text};

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
}

/// Display or Reapply.
#[derive(Template)]
#[template(path = "menu.html")]
pub struct Menu<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The person's pages begin with this path.
    pub path: String,
    /// The person's name.
    pub name: String,
    /// Until when the certificate is valid.
    pub until: String,
    /// How much time is left.
    pub left: String,
    /// Whether there are other persons to choose.
    pub others: bool,
}

/// The certificate itself, valid or not.
#[derive(Template)]
#[template(path = "card.html")]
pub struct CardPage<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The person's pages begin with this path.
    pub path: String,
    /// What stands on the card.
    pub card: Card,
    /// What to know first.
    pub notice: Option<Notice>,
    /// A link within it.
    pub notice_link: Option<Link>,
    /// The way on, above the card.
    pub go: Option<Onward>,
    /// Whether it can be kept as a PDF file.
    pub pdf: bool,
    /// Former applications, below a card that cannot be used.
    pub rows: Vec<Row>,
    /// Whether there are other persons to choose.
    pub others: bool,
    /// The token of the sign-out form.
    pub sign_out: String,
}

/// A link that looks like a button.
pub struct Onward {
    /// `go` or `alt`.
    pub class: &'static str,
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
}

/// Past applications.
#[derive(Template)]
#[template(path = "history.html")]
pub struct History<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// The person's page.
    pub path: String,
    /// The person's name.
    pub name: String,
    /// The applications, the newest first.
    pub rows: Vec<Row>,
}

/// What the QR code leads to.
#[derive(Template)]
#[template(path = "check.html")]
pub struct Check<'a> {
    /// The shell.
    pub shell: Shell<'a>,
    /// The head.
    pub head: Head,
    /// Whether the certificate can be relied on.
    pub valid: bool,
    /// How the sign of one that cannot is coloured: `taken` for what was taken back, `soft` for the rest.
    pub sign: &'static str,
    /// The answer.
    pub heading: String,
    /// What more there is to say.
    pub text: String,
    /// The number that was asked for, if it is one.
    pub serial: Option<String>,
    /// As of when.
    pub as_of: String,
}

/// The middles of the waves on the drawing of the home page.
pub const WAVES: [(u16, u16); 36] = waves();

const fn waves() -> [(u16, u16); 36] {
    let mut all = [(0, 0); 36];
    let mut place = 0_u16;
    let mut row = 0_u16;
    while row < 4 {
        let mut column = 0_u16;
        while column < 9 {
            let shift = if row.is_multiple_of(2) { 0 } else { 17 };
            #[expect(clippy::indexing_slicing, reason = "checked when the constant is made")]
            {
                all[place as usize] = (14 + column * 34 + shift, 144 + row * 17);
            }
            place += 1;
            column += 1;
        }
        row += 1;
    }
    all
}

/// The first two characters of a seal with their heights on that drawing.
pub fn seal_letters(seal: &str) -> Vec<(u16, char)> {
    match seal.chars().take(2).collect::<Vec<_>>()[..] {
        [one] => vec![(134, one)],
        [one, two] => vec![(123, one), (147, two)],
        _ => Vec::new(),
    }
}
