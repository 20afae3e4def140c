//! Passkeys: a ceremony is the browser's own, so each page says what it is for and what to do where there is none.

use askama::Template;
use axum::Router;
use sekisho_site::page::{Asset, FieldError, Form, Shell, shelve};

use super::{Identifier, PasskeyCard};

/// The script stands alone in a file, because the content security policy knows no inline code.
static SCRIPT: [Asset; 1] = [Asset {
    name: "passkey.js",
    kind: "text/javascript; charset=utf-8",
    bytes: include_bytes!("../../../assets/passkey.js"),
}];

/// Serves the script of the pages.
pub fn passkey_script_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    shelve(&SCRIPT)
}

/// Where the script is.
pub fn passkey_script() -> String {
    let [script] = &SCRIPT;
    script.href()
}

/// What a page hands to the browser: the hidden controls `sealed` and `passkey` bring back the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyAsk {
    /// The options, as JSON of `PublicKeyCredential.parse…OptionsFromJSON`.
    pub options: String,
    /// What the answer is verified against.
    pub sealed: String,
}

/// The button of a sign-in page and the form behind it: `passkey-button.html` stands before the page's own form,
/// `passkey-form.html` after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyButton {
    /// Any passkey of this service, or one of those of who is signed in.
    pub ask: PasskeyAsk,
    /// The form: where it is posted, its token, the request it carries along.
    pub form: Form,
    /// The word of the page to return to: the hidden control `to`.
    pub to: Option<String>,
    /// What the other way begins with, for the line between the two; none where there is no other.
    pub or: Option<Identifier>,
    /// Whether the first field of the page lists saved passkeys as well.
    pub autofill: bool,
    /// Where fresh options are to be had; empty where the page itself has them.
    pub fresh_href: &'static str,
    /// Whether the passkey that was just shown is of no use here (any more), which its keeper may be told.
    pub is_unknown: bool,
}

impl PasskeyButton {
    /// The key of the words between the two ways.
    pub const fn or_key(or: &Identifier) -> &'static str {
        match or {
            Identifier::Email => "passkey.or_email",
            Identifier::LoginId => "passkey.or_login_id",
            Identifier::Either => "passkey.or_either",
        }
    }
}

/// Why a passkey is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyFor {
    /// It is the second key of a registration.
    Registration {
        /// Whether another kind may be chosen (`do=other`).
        other: bool,
    },
    /// It is offered after a sign-in without one: `do=later`, `do=never`.
    Offer,
    /// Its owner wants another one. Control: `name`.
    Account,
}

impl PasskeyFor {
    const fn key(self) -> &'static str {
        match self {
            Self::Registration { .. } => "passkey.registration",
            Self::Offer => "passkey.offer",
            Self::Account => "passkey.add",
        }
    }
}

/// A passkey is made. Controls: `passkey`, `sealed`, on the account page `name`.
#[derive(Template)]
#[template(path = "passkey-create.html")]
pub struct PasskeyCreate<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the browser is asked.
    pub ask: PasskeyAsk,
    /// Why.
    pub purpose: PasskeyFor,
    /// What it is to be called: as typed, else the name of the device. On the account page only.
    pub name: String,
    /// The account's overview; where nothing else leads on.
    pub back_href: Option<String>,
}

impl PasskeyCreate<'_> {
    /// A text of this purpose.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.purpose.key())).to_owned()
    }

    /// Whether it is offered to somebody on the way: its name is the device's.
    pub fn is_offer(&self) -> bool {
        self.purpose == PasskeyFor::Offer
    }

    /// Whether the browser's answer was refused: what it made is of no use, which its keeper may be told.
    pub const fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// A passkey is shown beside the password. Controls: `passkey`, `sealed`; button `do=other`.
#[derive(Template)]
#[template(path = "passkey-prove.html")]
pub struct PasskeyProve<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the browser is asked.
    pub ask: PasskeyAsk,
    /// Whether another kind of second key may be shown (`do=other`).
    pub other: bool,
    /// Where to turn when it is lost.
    pub lost_href: Option<String>,
}

/// `/account/passkeys`: all of the reader's.
#[derive(Template)]
#[template(path = "account-passkeys.html")]
pub struct PasskeyList<'a> {
    /// What surrounds the page; a notice says what has just been done.
    pub shell: Shell<'a>,
    /// Oldest first.
    pub passkeys: Vec<PasskeyCard>,
    /// Where another one is made; none where the insurer has none, or there are as many as there may be.
    pub add_href: Option<&'static str>,
    /// Why no other can be made, where that is for their number.
    pub full: String,
    /// What the browser's own list is told, as JSON.
    pub signal: String,
    /// The account's overview.
    pub back_href: &'static str,
}

/// One passkey of the reader's. Control: `name`.
#[derive(Template)]
#[template(path = "account-passkey.html")]
pub struct PasskeyOne<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that gives it another name.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Its name, or what was typed for it.
    pub name: String,
    /// Where it is kept, where that is known.
    pub kept_in: Option<String>,
    /// The day it was made.
    pub made: String,
    /// When it was used last; none when it never was.
    pub used: Option<String>,
    /// Where it is removed.
    pub remove_href: String,
    /// The account's overview.
    pub back_href: String,
}

/// Asks before a passkey is removed.
#[derive(Template)]
#[template(path = "account-passkey-remove.html")]
pub struct PasskeyRemove<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that removes it.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Its name.
    pub name: String,
    /// The page of the passkey.
    pub back_href: String,
}
