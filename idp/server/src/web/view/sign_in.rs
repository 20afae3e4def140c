//! Signing in.

use askama::Template;
use sekisho_site::page::{FieldError, Form, Link, Qr, Shell};

use super::{AboutClient, PasskeyButton};

/// What people sign in with, which names the first field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// The e-mail address.
    Email,
    /// A login ID.
    LoginId,
    /// Either: the platform's own page, or an insurer that knows both.
    Either,
}

impl Identifier {
    /// The key of the field's label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "item.email",
            Self::LoginId => "item.login_id",
            Self::Either => "item.email_or_login_id",
        }
    }

    /// The keyboard a phone shows.
    pub const fn keyboard(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::LoginId | Self::Either => "text",
        }
    }
}

/// Which part of signing in stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInStage {
    /// Identifier and password.
    Both,
    /// The identifier, first of two pages.
    Name,
    /// The password, second of two pages: the identifier is shown as it was typed, whether anybody has it or not.
    Password,
}

/// A message with its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedNotice {
    /// The day, in the reader's language.
    pub date: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// How the page speaks to who has not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstTimeWords {
    /// 「はじめての方」
    Plain,
    /// 「IDをお持ちでない方」: others have an ID that the insurer gave out, which they sign in with at once.
    NoId,
    /// 「ログインIDの作成がまだの方」
    IdNotMade,
}

impl FirstTimeWords {
    const fn key(self) -> &'static str {
        match self {
            Self::Plain => "signin.first.plain",
            Self::NoId => "signin.first.no_id",
            Self::IdNotMade => "signin.first.id_not_made",
        }
    }
}

/// How registration is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstTime {
    /// Registration, carrying the request along; none where it is not offered.
    pub signup_href: Option<String>,
    /// In which words.
    pub words: FirstTimeWords,
}

/// An address, and its QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrLink {
    /// The code.
    pub qr: Qr,
    /// The whole address.
    pub href: String,
}

/// The addresses of the first and of every later sign-in, for who reads this page on another screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrCodes {
    /// Signing in.
    pub login: QrLink,
    /// Registering.
    pub signup: QrLink,
}

/// `/login`: identifier and password. Controls: `login_id`, `password`.
#[derive(Template)]
#[template(path = "sign-in.html")]
pub struct SignIn<'a> {
    /// What surrounds the page; its notices say why one is here again (`signed_out.*`).
    pub shell: Shell<'a>,
    /// The form, with the sealed request.
    pub form: Form,
    /// What is wrong; a refusal belongs to `login_id`, on the second of two pages to `password`.
    pub errors: Vec<FieldError>,
    /// Which part stands on the page.
    pub stage: SignInStage,
    /// What people sign in with here.
    pub identifier: Identifier,
    /// What was typed as identifier, or the request's hint.
    pub login_id: String,
    /// Signing in by a passkey, where the insurer has them; not on the second of two pages.
    pub passkey: Option<PasskeyButton>,
    /// Where to turn without ID or password (`signin.forgot`, `signin.forgot_id`, `signin.forgot_both`).
    pub forgot: Vec<Link>,
    /// How registration is offered.
    pub first_time: FirstTime,
    /// The addresses as QR codes.
    pub codes: Option<QrCodes>,
    /// The insurer's messages.
    pub notices: Vec<DatedNotice>,
    /// What the client says of itself that the sign-in is for.
    pub client: Option<AboutClient>,
}

impl SignIn<'_> {
    /// The key of the title.
    pub const fn title(&self) -> &'static str {
        match self.stage {
            SignInStage::Password => "signin.password_title",
            SignInStage::Both | SignInStage::Name => "signin.title",
        }
    }

    /// What a browser may put into the identifier's field.
    pub const fn name_tokens(&self) -> &'static str {
        if self.passkey.is_some() { "username webauthn" } else { "username" }
    }

    /// What the field does besides, where the browser lists passkeys there; the script shows it.
    pub fn autofill_hint(&self) -> &str {
        let fills = self.passkey.as_ref().is_some_and(|button| button.autofill);
        if fills { self.shell.say("passkey.autofill") } else { "" }
    }

    /// A text about registration: `title`, `hint`, `go`.
    pub fn first(&self, part: &str) -> String {
        self.shell.say(&format!("{}.{part}", self.first_time.words.key())).to_owned()
    }

    /// What who has an ID of the insurer's is told beside a field; empty elsewhere.
    pub fn given(&self, part: &str) -> String {
        match self.first_time.words {
            FirstTimeWords::NoId => self.shell.say(&format!("signin.given.{part}")).to_owned(),
            FirstTimeWords::Plain | FirstTimeWords::IdNotMade => String::new(),
        }
    }

    /// The first of the two pages again, with the request.
    pub fn other_id_href(&self) -> String {
        let request = self.form.request.as_deref().unwrap_or_default();
        if request.is_empty() {
            return self.form.action.clone();
        }
        let joint = if self.form.action.contains('?') { '&' } else { '?' };
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("request", request).finish();
        format!("{}{joint}{query}", self.form.action)
    }
}
