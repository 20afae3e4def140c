//! What a person chooses or tells on the way to an account.

use askama::Template;
use sekisho_domain::factor::password::Policy;
use sekisho_site::page::{FieldError, Form, Shell};

use super::QrCodes;

/// What the insurer asks of a password, for the hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRule {
    /// The least number of characters.
    pub min: u16,
    /// The greatest, where it is worth saying (an insurer's exception).
    pub max: Option<u16>,
    /// Whether letters, digits and symbols must all be there (an insurer's exception).
    pub mixed: bool,
}

impl PasswordRule {
    /// What a policy asks.
    pub fn of(policy: &Policy) -> Self {
        Self {
            min: u16::try_from(policy.least).unwrap_or(u16::MAX),
            max: (policy.most < 64).then(|| u16::try_from(policy.most).unwrap_or(u16::MAX)),
            mixed: !policy.kinds.is_empty(),
        }
    }

    /// The hint beside the field.
    pub fn hint(&self, shell: &Shell<'_>) -> String {
        let key = match (self.mixed, self.max) {
            (true, Some(_)) => "signup.password_hint_mixed_range",
            (true, None) => "signup.password_hint_mixed",
            (false, Some(_)) => "signup.password_hint_range",
            (false, None) => "signup.password_hint",
        };
        shell.speech.with(key, &[("min", self.min), ("max", self.max.unwrap_or_default())])
    }
}

/// What the page is about, which gives its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsKind {
    /// A registration begins: address and password, then a code.
    Start,
    /// A registration begins: the address alone, then a link.
    Address,
    /// The person is known: their address and what they wish, to be looked at once more.
    Profile,
    /// The person is known: what they will sign in with.
    Account,
    /// The mailed link was opened: the password.
    NewPassword,
    /// Somebody signed in changes to another address.
    NewAddress,
}

impl CredentialsKind {
    const fn key(self) -> &'static str {
        match self {
            Self::Start => "credentials.start",
            Self::Address => "credentials.address",
            Self::Profile => "credentials.profile",
            Self::Account => "credentials.account",
            Self::NewPassword => "credentials.new_password",
            Self::NewAddress => "change.email",
        }
    }
}

/// A control, or a group of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// `email`
    Email,
    /// `email_again`
    EmailAgain,
    /// `login_id`
    LoginId,
    /// `password`
    Password,
    /// `password_again`
    PasswordAgain,
    /// `nickname`, which may stay empty.
    Nickname,
    /// A checkbox `opt_in_<id>` for each choice.
    OptIns,
}

/// Something to be told of, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptInChoice {
    /// Its id.
    pub id: String,
    /// What it is called, in the reader's language.
    pub title: String,
    /// Whether it is ticked.
    pub chosen: bool,
}

impl OptInChoice {
    /// The name of its control.
    pub fn control(&self) -> String {
        format!("opt_in_{}", self.id)
    }
}

/// The step `credentials`, and `/signup` where it is the first. Controls: see [`Ask`].
#[derive(Template)]
#[template(path = "credentials.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one sentence stands on the page")]
pub struct Credentials<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form, with the sealed request where the registration begins here.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What the page is about.
    pub kind: CredentialsKind,
    /// The controls, in order.
    pub asks: Vec<Ask>,
    /// What is known already, by label; never a control.
    pub shows: Vec<(String, String)>,
    /// The address of the insurer's records, which cannot be changed here.
    pub fixed_email: Option<String>,
    /// As typed, or as invited.
    pub email: String,
    /// As typed.
    pub email_again: String,
    /// As typed; where none is asked for, the one that a new password will belong to.
    pub login_id: String,
    /// As typed.
    pub nickname: String,
    /// What one can be told of.
    pub opt_ins: Vec<OptInChoice>,
    /// Whether the address is what one signs in with.
    pub email_is_login_id: bool,
    /// Whether the login ID shown is the insurer's and stays.
    pub given_name_stays: bool,
    /// What a password must be.
    pub password: PasswordRule,
    /// The address our mail comes from.
    pub sender: String,
    /// Its domain, for people who filter.
    pub mail_domain: String,
    /// Whether the insurer will write to the address, which nobody else may have.
    pub contact_use: bool,
    /// Whether something is to be said about the addresses of phone companies.
    pub carrier_note: bool,
    /// Whether an invitation brought the reader here.
    pub invited: bool,
    /// Signing in instead, carrying the request along; on a first page.
    pub login_href: Option<String>,
    /// The addresses as QR codes; on a first page.
    pub codes: Option<QrCodes>,
}

impl Credentials<'_> {
    /// A text of this kind: `title`, `email_hint`.
    pub fn text(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.kind.key())).to_owned()
    }

    /// Whether the page is about an address.
    pub fn has_email(&self) -> bool {
        self.asks.contains(&Ask::Email) || self.fixed_email.is_some()
    }

    /// The words of the button: what comes next.
    pub fn go(&self) -> String {
        let coded = self.kind == CredentialsKind::Account && self.has_email();
        self.text(if coded { "go_code" } else { "go" })
    }

    /// Beside the address: what it is for.
    pub fn email_hint(&self) -> String {
        let named = self.email_is_login_id && self.kind != CredentialsKind::Start;
        let becomes = named.then(|| self.shell.say("credentials.email_is_login_id"));
        let text = self.text("email_hint");
        becomes.into_iter().chain([text.as_str()]).collect::<Vec<_>>().join("\n")
    }

    /// The token a browser fills the address by.
    pub const fn email_autocomplete(&self) -> &'static str {
        if self.email_is_login_id { "username" } else { "email" }
    }

    /// What helps our mail arrive.
    pub fn arrival(&self) -> String {
        let values = [("sender", &self.sender), ("domain", &self.mail_domain)];
        let filter = self.shell.speech.with("credentials.filter", &values);
        let carrier = self.carrier_note.then(|| self.shell.say("credentials.carrier"));
        [filter.as_str()].into_iter().chain(carrier).collect::<Vec<_>>().join("\n")
    }
}
