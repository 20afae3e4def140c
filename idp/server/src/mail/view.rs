//! What the mails and text messages say.
//!
//! A mail has one purpose and says it twice, as text and as HTML, in the same words. A code stands alone on its line and
//! is the first run of digits in the text.

use askama::Template;
use sekisho_base::Speech;
use sekisho_site::page::Link;

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

/// A mail, ready to be rendered as [`Mail::text`] and [`Mail::html`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The subject line.
    pub subject: String,
    language: &'static str,
    society: String,
    lead: String,
    code: Option<String>,
    lines: Vec<String>,
    quote: Option<String>,
    button: Option<Link>,
    open: String,
    foot: String,
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
            lead: writer.own(&format!("mail.{kind}.lead")),
            code: None,
            lines: writer.lines::<&str>(&format!("mail.{kind}.text"), &[]),
            quote: None,
            button: None,
            open: writer.own("mail.open"),
            foot: writer.own("mail.foot"),
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

/// A code by text message; its last line binds the code to `host`, so that phones fill it in there only.
pub fn sms_code(speech: &Speech<'_>, society: &str, code: &str, host: &str) -> String {
    speech.with("sms.code", &[("society", society), ("code", code), ("host", host)])
}
