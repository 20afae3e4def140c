//! Codes and second keys.

use std::time::Duration;

use askama::Template;
use sekisho_base::{Timestamp, era};
use sekisho_domain::journey::code;
use sekisho_site::page::{FieldError, Form, Qr, Shell};

/// Where the reader finds the six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// In a mail.
    Mail,
    /// In a text message.
    Sms,
    /// In the authenticator app, which is sent nothing.
    App,
    /// On the paper with the recovery codes.
    Recovery,
}

impl Medium {
    /// The first part of its keys.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mail => "code.mail",
            Self::Sms => "code.sms",
            Self::App => "code.app",
            Self::Recovery => "code.recovery",
        }
    }
}

/// What may be put right about where a code was sent: a button `do=back`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeBack {
    /// The e-mail address.
    Address,
    /// The phone number.
    Phone,
}

impl CodeBack {
    /// The key of the button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Address => "code.change_address",
            Self::Phone => "code.change_phone",
        }
    }
}

/// A code of six digits, from wherever. Control: `code`; buttons `do=resend`, `do=back`, `do=other`.
#[derive(Template)]
#[template(path = "code.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one sentence or button stands on the page"
)]
pub struct Code<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Where the digits are to be found.
    pub medium: Medium,
    /// How many digits it has.
    pub digits: u32,
    /// The masked address or number; empty for the app.
    pub sent_to: String,
    /// How many minutes the code lives; not shown for the app.
    pub minutes: u32,
    /// How long the code that was sent still lives; none where none was sent.
    pub life: Option<CodeLife>,
    /// Whether a new code has just been sent.
    pub resent: bool,
    /// What may be put right.
    pub back: Option<CodeBack>,
    /// Whether another kind of second key may be chosen (`do=other`).
    pub other: bool,
    /// Where to turn when the second key is lost: at sign-in only.
    pub lost_href: Option<String>,
    /// Whether the code is part of signing in: one that came by mail is then good for this once (rows C29 to C38).
    pub sign_in: bool,
    /// Whether the address has signs that some mail systems refuse (row E23).
    pub risk: bool,
    /// The box `remember_device`: what it says, and whether it is ticked; none where no device is remembered.
    pub remember: Option<(String, bool)>,
}

/// How long a code still lives. Its end is told ahead and a new one offered in time, with a script or without
/// (WCAG 2.2.1).
pub struct CodeLife {
    /// When it ends, as a clock shows it.
    pub until: String,
    /// What is left of it.
    pub left: CodeLeft,
}

/// So long before its end a code's page speaks of it.
const SOON: Duration = Duration::from_mins(2);

/// What a page says at `now` of a code's life.
pub fn life_of(code: &code::Sent, rule: &code::Rule, now: Timestamp) -> CodeLife {
    let ends = code.ends_at(rule);
    let left = ends.since(now);
    let left = match left.checked_sub(SOON) {
        _ if left.is_zero() => CodeLeft::Nothing,
        Some(soon_in) if !soon_in.is_zero() => CodeLeft::Enough { soon_in: soon_in.as_secs() },
        _ => CodeLeft::Little,
    };
    CodeLife { until: era::clock(ends), left }
}

/// What is left of a code's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeLeft {
    /// Enough; in so many seconds it is time to speak of its end.
    Enough {
        /// Seconds.
        soon_in: u64,
    },
    /// Little.
    Little,
    /// Nothing.
    Nothing,
}

impl Code<'_> {
    /// In how many seconds it is time to speak of the code's end.
    pub fn soon_in(&self) -> Option<u64> {
        match self.life.as_ref()?.left {
            CodeLeft::Enough { soon_in } => Some(soon_in),
            CodeLeft::Little | CodeLeft::Nothing => None,
        }
    }

    /// Whether its end has passed.
    pub fn is_over(&self) -> bool {
        self.life.as_ref().is_some_and(|life| life.left == CodeLeft::Nothing)
    }

    /// Whether it came by mail, to sign in.
    pub fn is_key(&self) -> bool {
        self.sign_in && self.medium == Medium::Mail
    }

    /// A text of this medium.
    pub fn text(&self, part: &str) -> String {
        let medium = if self.is_key() { "code.sign_in" } else { self.medium.key() };
        let part = if part == "hint" && self.was_not_sent() { "hint_unsent" } else { part };
        let key = format!("{medium}.{part}");
        let until = self.life.as_ref().map(|life| life.until.clone()).unwrap_or_default();
        let (digits, minutes) = (self.digits.to_string(), self.minutes.to_string());
        self.shell.speech.with(&key, &[("digits", digits), ("minutes", minutes), ("until", until)])
    }

    /// Whether there is no code by SMS to be typed, because none could be sent.
    fn was_not_sent(&self) -> bool {
        self.medium == Medium::Sms && self.life.is_none()
    }
}

/// The choice of a second key. Control: `factor`.
#[derive(Template)]
#[template(path = "factor.html")]
pub struct FactorChoice<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The values of `factor` that are offered, in this order: `sms`, `totp`.
    pub offered: Vec<String>,
    /// The value that is chosen on arrival; empty for none.
    pub chosen: String,
    /// The value tagged as recommended; empty for none.
    pub recommended: String,
    /// The common questions, where one explains the ways.
    pub help_href: String,
    /// Whether the reader may go on without (`do=later`).
    pub later: bool,
}

impl FactorChoice<'_> {
    /// A text of one kind of key.
    pub fn text(&self, value: &str, part: &str) -> String {
        self.shell.say(&format!("factor.{value}.{part}")).to_owned()
    }

    /// Whether SMS is offered, whose risk is then told (ASVS 6.6.1).
    pub fn offers_sms(&self) -> bool {
        self.offered.iter().any(|value| value == "sms")
    }

    /// The first choice is what the error summary leads to.
    pub fn id_of(&self, value: &str) -> String {
        let first = self.offered.first().is_some_and(|first| first == value);
        if first { "factor".to_owned() } else { format!("factor-{value}") }
    }

    /// The tag beside a choice.
    pub fn chip(&self, value: &str) -> &str {
        if value == self.recommended { self.shell.say("site.recommended") } else { "" }
    }
}

/// The phone number for text messages. Control: `phone`; button `do=other`.
#[derive(Template)]
#[template(path = "phone.html")]
pub struct Phone<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What was typed.
    pub phone: String,
    /// Whether another kind of second key may be chosen (`do=other`).
    pub other: bool,
    /// Whether the reader may go on without (`do=later`).
    pub later: bool,
}

/// An authenticator app is told its key. Control: `code`; button `do=other`.
#[derive(Template)]
#[template(path = "app.html")]
pub struct App<'a> {
    /// What surrounds the page.
    pub shell: Shell<'a>,
    /// The form.
    pub form: Form,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The `otpauth:` address as a code to scan.
    pub qr: Option<Qr>,
    /// The same address, to open on this device.
    pub otpauth: String,
    /// The key in base32, without spaces.
    pub key: String,
    /// Whether another kind of second key may be chosen (`do=other`).
    pub other: bool,
    /// Whether the reader may go on without (`do=later`).
    pub later: bool,
}

impl App<'_> {
    /// The key in groups of four, to be typed.
    pub fn key_in_fours(&self) -> String {
        let letters: Vec<char> = self.key.chars().collect();
        letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }
}
