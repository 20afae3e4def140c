//! Common questions and inquiries, reachable without signing in.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Shell};

/// The insurer's office, as people reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Its name in the reader's language.
    pub name: String,
    /// Its phone number.
    pub phone: String,
    /// When it answers, in the reader's language.
    pub hours: String,
}

/// `/help`.
#[derive(Template)]
#[template(path = "help.html")]
pub struct Help<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The inquiry form.
    pub inquiry_href: String,
    /// The office; none on the platform's own page.
    pub office: Option<Office>,
}

impl Help<'_> {
    /// The questions by group: the keys `help.{group}.title` and `help.{group}.{question}.ask|answer`.
    pub const fn groups(&self) -> [(&'static str, &'static [&'static str]); 3] {
        [
            ("register", &["number", "kana", "code", "known", "invited"]),
            ("key", &["which", "sms", "app", "lost"]),
            ("sign_in", &["password", "phone", "safe"]),
        ]
    }

    /// A text of a group.
    pub fn text(&self, group: &str, part: &str) -> String {
        self.shell.say(&format!("help.{group}.{part}")).to_owned()
    }

    /// A question.
    pub fn ask(&self, group: &str, question: &str) -> String {
        self.text(group, &format!("{question}.ask"))
    }

    /// Its answer.
    pub fn answer(&self, group: &str, question: &str) -> String {
        self.text(group, &format!("{question}.answer"))
    }
}

/// `/inquiry`. Controls: `email`, `message`.
#[derive(Template)]
#[template(path = "inquiry.html")]
pub struct Inquiry<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// As typed.
    pub email: String,
    /// As typed.
    pub message: String,
    /// The common questions.
    pub help_href: String,
    /// The office; none on the platform's own page.
    pub office: Option<Office>,
}
