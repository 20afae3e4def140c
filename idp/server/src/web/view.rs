//! What the pages show: one struct for each page, of plain owned values, and its template.
//!
//! Nothing is decided here. A door fills a struct and renders it; texts come from `locales/*.toml` by the keys the
//! templates name, values arrive ready to be read: masked, dated, in the reader's language. Messages of
//! [`sekisho_site::page::FieldError`] are made by the doors from the keys under `error.`.

mod account;
mod choice;
mod confirm;
mod credentials;
mod done;
mod factor;
mod help;
mod identity;
mod link;
mod message;
mod recover;
mod recovery_codes;
mod sign_in;
mod terms;
mod trouble;
mod ways;

use std::sync::LazyLock;

use sekisho_base::{Language, Speech, Table};

pub use account::{Consent, Home, LogoutConfirm, Portal};
pub use choice::{ChooseInsurer, InsurerChoice};
pub use confirm::Confirm;
pub use credentials::{Ask, Credentials, CredentialsKind, OptInChoice, PasswordRule};
pub use done::Done;
pub use factor::{App, Code, CodeBack, FactorChoice, Medium, Phone};
pub use help::{Help, Inquiry, Office};
pub use identity::{Card, Identity, IdentityField, Row, Typed};
pub use link::{LinkOpen, LinkProof, LinkPurpose, LinkSent, Proof, lifetime};
pub use message::{Kind, Message};
pub use recover::{Lost, Recover, RecoverId, ResetSent, ShowPassword};
pub use recovery_codes::RecoveryCodes;
pub use sign_in::{DatedNotice, FirstTime, FirstTimeWords, Identifier, QrCodes, QrLink, SignIn, SignInStage};
pub use terms::{Document, Terms, TermsDocument};
pub use trouble::{Busy, ErrorPage, Trouble};
pub use ways::Ways;

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
