//! What the pages show: one struct for each page, of plain owned values, and its template.
//!
//! Nothing is decided here. A door fills a struct and renders it; texts come from `locales/*.toml` by the keys the
//! templates name, values arrive ready to be read: masked, dated, in the reader's language. Messages of
//! [`sekisho_site::page::FieldError`] are made by the doors from the keys under `error.`.

mod account;
mod again;
mod choice;
mod client;
mod confirm;
mod credentials;
mod done;
mod factor;
mod help;
mod identity;
mod link;
mod message;
mod passkey;
mod recover;
mod recovery_codes;
mod sign_in;
mod terms;
mod trouble;
mod ways;

use std::sync::LazyLock;

use sekisho_base::{Language, Speech, Table};

pub use account::{
    AccessCard, Account, ChangeFactor, ChangePassword, ChangeProfile, Changed, ChangedKind, Close, Consent,
    Data, DeviceRow, Devices, EndOthers, Ending, EventRow, Held, History, Home, Keep, LogoutConfirm,
    PasskeyCard, Portal, Portals, SecondKey, Sure, Withdraw,
};
pub use again::{Again, AgainFor, AgainPassword};
pub use choice::{ChooseInsurer, InsurerChoice};
pub use client::AboutClient;
pub use confirm::Confirm;
pub use credentials::{Ask, Credentials, CredentialsKind, OptInChoice, PasswordRule};
pub use done::Done;
pub use factor::{App, Code, CodeBack, CodeLeft, CodeLife, FactorChoice, Medium, Phone, life_of};
pub use help::{Help, Inquiry, Office};
pub use identity::{Card, Identity, IdentityField, Row, Typed};
pub use link::{LinkOpen, LinkProof, LinkPurpose, LinkSent, Proof, lifetime};
pub use message::{Kind, Message};
pub use passkey::{
    PasskeyAsk, PasskeyButton, PasskeyCreate, PasskeyFor, PasskeyList, PasskeyOne, PasskeyProve,
    PasskeyRemove, passkey_script, passkey_script_router,
};
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
