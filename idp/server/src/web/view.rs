//! What the pages show: one struct for each page, of plain owned values, and its template.
//!
//! Nothing is decided here. A door fills a struct and renders it; texts come from `locales/*.toml` by the keys the
//! templates name, values arrive ready to be read: masked, dated, in the reader's language. Messages of
//! [`sekisho_site::page::FieldError`] are made by the doors from the keys under `error.`.

mod account;
mod choice;
mod factor;
mod help;
mod identity;
mod message;
mod sign_in;
mod sign_up;
mod terms;
mod trouble;

use std::sync::LazyLock;

use sekisho_base::{Language, Speech, Table};

pub use account::{Consent, Home, LogoutConfirm, Portal};
pub use choice::{ChooseInsurer, InsurerChoice};
pub use factor::{App, Code, CodeBack, FactorChoice, Medium, Phone};
pub use help::{Help, Inquiry, Office};
pub use identity::{Asked, Identity};
pub use message::{Kind, Message};
pub use sign_in::{Identifier, SignIn};
pub use sign_up::{Done, LinkOpen, LinkPurpose, PasswordRule, SignUp};
pub use terms::{Document, Terms, TermsDocument};
pub use trouble::{Busy, ErrorPage, Trouble};

static TEXTS: LazyLock<Table> = LazyLock::new(|| {
    Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
        .unwrap_or_default()
});

/// The words of the identity provider. A page speaks from the insurer's own table, this one and
/// [`sekisho_site::page::texts`], in that order.
pub fn texts() -> &'static Table {
    &TEXTS
}

/// What the control `field` asks for, as a word inside a sentence: `{item}` of `error.empty` and `error.choose`.
pub fn item(speech: &Speech<'_>, field: &str) -> String {
    let key = format!("item.{field}");
    let label = speech.say(&key);
    match (speech.language, label.chars().next()) {
        (Language::En, Some(first)) => first.to_lowercase().chain(label.chars().skip(1)).collect(),
        _ => label.to_owned(),
    }
}
