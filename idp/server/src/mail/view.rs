//! What the mails and text messages say.
//!
//! A mail has one purpose and says it twice, as text and as HTML, in the same words. A code stands alone on its line and
//! is the first run of digits in the text.

mod change;
mod recovery;
mod sms;

use askama::Template;
use sekisho_base::Speech;
use sekisho_site::page::Link;

use crate::web::view::lifetime;

pub use sms::{sms_code, sms_notice};

/// In whose name a mail is written, and in which language.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    /// The reader's language.
    pub speech: Speech<'a>,
    /// The insurer's name in that language.
    pub society: String,
    /// The office's phone number.
    pub phone: String,
    /// When it answers, in that language.
    pub hours: String,
}

/// What a link on the way through a registration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// The registration begins with it.
    Begin,
    /// The person was found; the rest follows.
    Proven,
    /// It completes the registration.
    Activate,
    /// It leads to a new password.
    Reset,
}

impl LinkKind {
    /// The part of its keys after `mail.`.
    const fn name(self) -> &'static str {
        match self {
            Self::Begin => "link_begin",
            Self::Proven => "link_proven",
            Self::Activate => "link_activate",
            Self::Reset => "link_reset",
        }
    }
}

/// A mail, ready to be rendered as [`Mail::text`] and [`Mail::html`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The subject line.
    pub subject: String,
    language: &'static str,
    society: String,
    heading: Option<String>,
    addressee: Option<String>,
    lead: String,
    code: Option<String>,
    lines: Vec<String>,
    quote: Option<String>,
    button: Option<Link>,
    open: String,
    foot: String,
    no_reply: Option<String>,
    sent_by: String,
    phone: String,
    hours: String,
}

#[derive(Template)]
#[template(path = "mail/mail.txt")]
struct Text<'a> {
    mail: &'a Mail,
}

#[derive(Template)]
#[template(path = "mail/mail.html")]
struct Html<'a> {
    mail: &'a Mail,
}

impl Mail {
    /// A code to be typed on the page that asked for it.
    pub fn code(writer: &Writer<'_>, code: &str, minutes: u64) -> Self {
        let mut mail = Self::begun(writer, "code");
        mail.code = Some(code.to_owned());
        mail.lines = writer.lines("mail.code.text", &[("minutes", minutes)]);
        mail
    }

    /// A code that signs in once, within `minutes`.
    pub fn sign_in_code(writer: &Writer<'_>, code: &str, minutes: u64) -> Self {
        let mut mail = Self::begun(writer, "sign_in_code");
        mail.code = Some(code.to_owned());
        mail.lines = writer.lines("mail.sign_in_code.text", &[("minutes", minutes)]);
        mail.foot = writer.own("mail.sign_in_code.foot");
        mail
    }

    /// A link on the way through a registration, to the address `to`: `kind` is the last part of its keys.
    pub fn link(writer: &Writer<'_>, kind: LinkKind, to: &str, link: (&str, u64)) -> Self {
        let (href, minutes) = link;
        let name = kind.name();
        let mut mail = Self::begun(writer, name);
        mail.heading = Some(writer.own(&format!("mail.{name}.heading")));
        mail.addressee = Some(writer.speech.with("mail.addressee", &[("to", to)]));
        let valid = lifetime(&writer.speech, minutes);
        mail.lines = writer.lines(&format!("mail.{name}.text"), &[("valid", valid)]);
        mail.button = Some(writer.button(&format!("mail.{name}.button"), href));
        mail
    }

    /// Somebody tried to register with an address that has an account at another insurer; `join` is where the account
    /// takes this insurer in.
    pub fn known_elsewhere(writer: &Writer<'_>, join: &str) -> Self {
        let mut mail = Self::begun(writer, "known_elsewhere");
        mail.lines = writer.lines("mail.known_elsewhere.text", &[("society", &writer.society)]);
        mail.button = Some(writer.button("mail.known_elsewhere.button", join));
        mail.foot = writer.own("mail.known_elsewhere.foot");
        mail
    }

    /// The insurer was added to an account; `login` is the sign-in page.
    pub fn joined(writer: &Writer<'_>, login: &str) -> Self {
        let mut mail = Self::begun(writer, "joined");
        mail.button = Some(writer.button("mail.joined.button", login));
        mail.foot = writer.own("mail.joined.foot");
        mail
    }

    /// Somebody tried to register with an address that has an account; `login` is the sign-in page.
    pub fn known_address(writer: &Writer<'_>, login: &str) -> Self {
        let mut mail = Self::begun(writer, "known_address");
        mail.button = Some(writer.button("mail.known_address.button", login));
        mail.foot = writer.own("mail.known_address.foot");
        mail
    }

    /// The registration is done; `login` is the sign-in page.
    pub fn registered(writer: &Writer<'_>, login: &str) -> Self {
        let mut mail = Self::begun(writer, "registered");
        mail.button = Some(writer.button("mail.registered.button", login));
        mail.foot = writer.own("mail.registered.foot");
        mail
    }

    /// The office invites a member; `link` opens the registration for `days` days.
    pub fn invitation(writer: &Writer<'_>, link: &str, days: u64) -> Self {
        let mut mail = Self::begun(writer, "invitation");
        mail.lines = writer.lines("mail.invitation.text", &[("days", days)]);
        mail.button = Some(writer.button("mail.invitation.button", link));
        mail
    }

    /// To the office: a member of the address `from` asks something.
    pub fn inquiry(writer: &Writer<'_>, number: &str, from: &str, message: &str) -> Self {
        let mut mail = Self::begun(writer, "inquiry");
        mail.subject = writer
            .speech
            .with("mail.inquiry.subject", &[("society", writer.society.as_str()), ("number", number)]);
        mail.quote = Some(message.to_owned());
        mail.lines = writer.lines("mail.inquiry.text", &[("from", from)]);
        mail.foot = writer.own("mail.inquiry.foot");
        mail.no_reply = None;
        mail
    }

    /// The mail as plain text.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn text(&self) -> Result<String, askama::Error> {
        Text { mail: self }.render()
    }

    /// The mail as HTML, without pictures.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn html(&self) -> Result<String, askama::Error> {
        Html { mail: self }.render()
    }

    fn begun(writer: &Writer<'_>, kind: &str) -> Self {
        Self {
            subject: writer.own(&format!("mail.{kind}.subject")),
            language: writer.speech.language.tag(),
            society: writer.society.clone(),
            heading: None,
            addressee: None,
            lead: writer.own(&format!("mail.{kind}.lead")),
            code: None,
            lines: writer.lines::<&str>(&format!("mail.{kind}.text"), &[]),
            quote: None,
            button: None,
            open: writer.own("mail.open"),
            foot: writer.own("mail.foot"),
            no_reply: Some(writer.own("mail.no_reply")),
            sent_by: writer.own("mail.sent_by"),
            phone: writer.own("mail.phone"),
            hours: writer.speech.with("mail.hours", &[("hours", &writer.hours)]),
        }
    }
}

impl Writer<'_> {
    fn own(&self, key: &str) -> String {
        self.speech.with(key, &[("society", &self.society), ("phone", &self.phone)])
    }

    fn lines<V: std::fmt::Display>(&self, key: &str, values: &[(&str, V)]) -> Vec<String> {
        self.speech.with(key, values).lines().map(str::to_owned).collect()
    }

    fn button(&self, key: &str, href: &str) -> Link {
        Link { href: href.to_owned(), text: self.speech.say(key).to_owned() }
    }
}

#[cfg(test)]
mod tests;
