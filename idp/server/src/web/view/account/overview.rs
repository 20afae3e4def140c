//! `/account`: the account at a glance.

use askama::Template;
use sekisho_site::page::{Form, Shell};

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyCard {
    /// What its owner calls it.
    pub name: String,
    /// Where it is kept, as a sentence; may be empty.
    pub kept: String,
    /// When it was made and used.
    pub dates: String,
    /// Where its name is changed.
    pub rename_href: String,
    /// Where it is removed.
    pub remove_href: String,
}

/// Another key, or a setting: a row with one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The icon's name.
    pub icon: &'static str,
    /// What it is.
    pub name: String,
    /// How it stands.
    pub hint: String,
    /// Where it is changed.
    pub href: String,
    /// What is done there.
    pub act: String,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The value by which it is ended.
    pub id: String,
    /// The icon's name.
    pub icon: &'static str,
    /// What it is called.
    pub name: String,
    /// Whether it is the reader's own now.
    pub is_this: bool,
    /// When it was used, and for what.
    pub hint: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// On which device; may be empty.
    pub device: String,
    /// Whether it failed.
    pub failed: bool,
}

/// `/account`. The form posts to `/account/devices`; its control is `session`.
#[derive(Template)]
#[template(path = "account.html")]
pub struct Account<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that ends sessions.
    pub form: Form,
    /// The reader's name and masked address.
    pub who: String,
    /// What is kept of the reader, each with its label.
    pub facts: Vec<(String, String)>,
    /// Passkeys, oldest first.
    pub passkeys: Vec<PasskeyCard>,
    /// Where a passkey is made; none where the insurer has none.
    pub add_passkey_href: Option<String>,
    /// The other keys.
    pub keys: Vec<Held>,
    /// Where the account is signed in, here first.
    pub devices: Vec<DeviceRow>,
    /// What happened last.
    pub events: Vec<EventRow>,
    /// Contacts, portals, data, closing.
    pub settings: Vec<Held>,
    /// Where the password is changed.
    pub password_href: String,
    /// Where the society is told.
    pub inquiry_href: String,
}

/// `/account/devices`: the same list, all of it. Control: `session`.
#[derive(Template)]
#[template(path = "account-devices.html")]
pub struct Devices<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form that ends sessions.
    pub form: Form,
    /// What has just been done, as a sentence; may be empty.
    pub done: String,
    /// Where the account is signed in, here first.
    pub devices: Vec<DeviceRow>,
    /// Browsers that spare their owner the second factor. Control: `device`.
    pub remembered: Vec<DeviceRow>,
}

/// Asks before all other sessions end.
#[derive(Template)]
#[template(path = "account-others.html")]
pub struct EndOthers<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<sekisho_site::page::FieldError>,
    /// How many would end.
    pub count: usize,
}
