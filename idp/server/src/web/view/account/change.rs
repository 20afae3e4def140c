//! What the reader changes of the own account.

use askama::Template;
use sekisho_base::Language;
use sekisho_site::page::{FieldError, Form, Shell};

use crate::web::view::{OptInChoice, PasswordRule};

/// `/account/password`. Controls: `current_password`, `password`, `password_again` where it is asked for.
#[derive(Template)]
#[template(path = "account-change-password.html")]
pub struct ChangePassword<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the reader signs in with, for those who keep passwords.
    pub login_id: String,
    /// Whether the account has a password now.
    pub has_one: bool,
    /// Whether the new one is typed twice.
    pub twice: bool,
    /// What a password must be.
    pub rule: PasswordRule,
    /// The way of who does not know the present one.
    pub forgot_href: String,
}

/// Which second key a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondKey {
    /// The phone that receives codes.
    Phone,
    /// The authenticator app.
    App,
    /// The first passkey of an account without any second key.
    Passkey,
}

impl SecondKey {
    /// The part of its keys after `change.`.
    const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::App => "app",
            Self::Passkey => "passkey",
        }
    }
}

/// `/account/phone` and `/account/app`. No controls; going on begins a journey, and `do=remove` leads to the page that
/// asks whether to take it away.
#[derive(Template)]
#[template(path = "account-change-factor.html")]
pub struct ChangeFactor<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Which key.
    pub key: SecondKey,
    /// What there is, by label; nothing where there is none.
    pub held: Vec<(String, String)>,
    /// Whether it would be the first second key of the account.
    pub is_first: bool,
    /// Whether it can be set up.
    pub is_offered: bool,
    /// Whether it can be taken away.
    pub may_go: bool,
}

impl ChangeFactor<'_> {
    /// A text of this key: `title`, `why`, `set_up`, `change`, `remove`, `stays`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("change.{}.{part}", self.key.name())).to_owned()
    }
}

/// `/account/profile`. Controls: `nickname`, `language`, an `opt_in_<id>` for each choice, `sharing` (yes|no).
#[derive(Template)]
#[template(path = "account-change-profile.html")]
pub struct ChangeProfile<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the reader wants to be called.
    pub nickname: String,
    /// The language of mails.
    pub language: Language,
    /// What one can be told of.
    pub opt_ins: Vec<OptInChoice>,
    /// Whether the insured person sees the reader's notices; none where the reader has no say.
    pub sharing: Option<bool>,
    /// Whether it has just been saved.
    pub saved: bool,
}

/// `/account/close`. No controls; its button leads to the page that asks once more.
#[derive(Template)]
#[template(path = "account-change-close.html")]
pub struct Close<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// For how many days the account can be kept.
    pub days: u64,
}

/// What is asked once more before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The phone is taken away.
    Phone,
    /// The app is taken away.
    App,
    /// The account is closed.
    Account,
}

impl Ending {
    /// The first part of its keys.
    const fn key(self) -> &'static str {
        match self {
            Self::Phone => "change.sure_phone",
            Self::App => "change.sure_app",
            Self::Account => "change.sure_close",
        }
    }
}

/// Asks once more. Control: `sure` (`yes`).
#[derive(Template)]
#[template(path = "account-change-sure.html")]
pub struct Sure<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What would be done.
    pub ending: Ending,
    /// When it would be over, for an account that closes.
    pub on: String,
    /// The page before.
    pub back_href: &'static str,
}

impl Sure<'_> {
    /// A text of what would be done: `title`, `go`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.ending.key())).to_owned()
    }

    /// What it means.
    pub fn meaning(&self) -> String {
        self.shell.fill(&format!("{}.text", self.ending.key()), "on", &self.on)
    }
}

/// `/account/close` of who signed in to an account that closes. Going on keeps it; `do=leave` signs out.
#[derive(Template)]
#[template(path = "account-change-keep.html")]
pub struct Keep<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// When the account ends.
    pub on: String,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedKind {
    /// The password.
    Password,
    /// The address.
    Email,
    /// A second key was set up.
    Factor,
    /// A second key was taken away.
    Removed,
    /// The account was closed; `value` is when it ends.
    Closing,
    /// The account is kept.
    Kept,
    /// The address before is back.
    Restored,
}

impl ChangedKind {
    /// All of them, for those who look at every page.
    pub const ALL: [Self; 7] =
        [Self::Password, Self::Email, Self::Factor, Self::Removed, Self::Closing, Self::Kept, Self::Restored];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "change_email",
            Self::Factor => "change_factor",
            Self::Removed => "removed",
            Self::Closing => "closing",
            Self::Kept => "kept",
            Self::Restored => "restored",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The first part of its keys.
    const fn key(self) -> &'static str {
        match self {
            Self::Password => "change.done_password",
            Self::Email => "change.done_email",
            Self::Factor => "change.done_factor",
            Self::Removed => "change.done_removed",
            Self::Closing => "change.done_closing",
            Self::Kept => "change.done_kept",
            Self::Restored => "change.done_restored",
        }
    }
}

/// `/account/changed`: it is done.
#[derive(Template)]
#[template(path = "account-change-done.html")]
pub struct Changed<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// What was changed.
    pub kind: ChangedKind,
    /// The value its text names, if any: see [`ChangedKind`].
    pub value: String,
    /// Where its button leads.
    pub onward_href: String,
}

impl Changed<'_> {
    /// A text of this kind: `title`, `go`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.kind.key())).to_owned()
    }

    /// The text with its value.
    pub fn filled(&self) -> String {
        self.shell.fill(&format!("{}.text", self.kind.key()), "value", &self.value)
    }
}
