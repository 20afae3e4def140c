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

#[cfg(test)]
mod tests {
    use sekisho_base::Language;
    use sekisho_site::page;

    use super::*;
    use crate::web::view::texts;

    fn writer(language: Language) -> Writer<'static> {
        let speech = Speech::new(language, vec![texts(), page::texts()]);
        Writer {
            society: speech.pick("青葉健康保険組合", "Aoba Health Insurance Society").into(),
            phone: "03-0000-0150".into(),
            hours: speech.pick("平日 9:00〜17:00", "Weekdays 9:00 to 17:00").into(),
            speech,
        }
    }

    fn every_mail(language: Language) -> [Mail; 5] {
        let writer = writer(language);
        [
            Mail::code(&writer, "482915", 10),
            Mail::known_address(&writer, "https://id.example.jp/login"),
            Mail::registered(&writer, "https://id.example.jp/login"),
            Mail::invitation(&writer, "https://id.example.jp/link/abc", 7),
            Mail::inquiry(&writer, "4821", "shoko@example.jp", "<b>届きません</b>\n12"),
        ]
    }

    fn first_digits(text: &str) -> String {
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
    }

    #[test]
    fn a_code_stands_alone_on_its_line_and_is_the_first_run_of_digits() {
        for language in [Language::Ja, Language::En] {
            let text = Mail::code(&writer(language), "482915", 10).text().unwrap();
            assert!(text.lines().any(|line| line == "482915"), "{text}");
            assert_eq!(first_digits(&text), "482915");
            let sms = sms_code(&writer(language).speech, "青葉健康保険組合", "482915", "id.example.jp");
            assert!(sms.lines().any(|line| line == "482915"), "{sms}");
            assert_eq!(first_digits(&sms), "482915");
            assert_eq!(sms.lines().last(), Some("@id.example.jp #482915"));
        }
    }

    #[test]
    fn text_and_html_say_the_same_and_nothing_is_left_to_fill_in() {
        for language in [Language::Ja, Language::En] {
            for mail in every_mail(language) {
                let (text, html) = (mail.text().unwrap(), mail.html().unwrap());
                assert!(
                    !mail.subject.contains('\n') && !mail.subject.starts_with("mail."),
                    "{}",
                    mail.subject
                );
                for said in [&mail.lead, &mail.foot, &mail.phone, &mail.hours].into_iter().chain(&mail.lines)
                {
                    assert!(text.contains(said.as_str()), "{said}");
                    assert!(html.contains(said.as_str()), "{said}");
                    assert!(!said.starts_with("mail."), "{said}");
                }
                assert!(!text.contains('{'), "{text}");
                assert!(!html.contains("<img") && !html.contains("url("), "{html}");
            }
        }
    }

    #[test]
    fn xs_02_a_question_cannot_write_html_into_the_mail() {
        let mail = Mail::inquiry(&writer(Language::Ja), "4821", "shoko@example.jp", "<b>届きません</b>");
        assert!(!mail.html().unwrap().contains("<b>"));
        assert!(mail.text().unwrap().contains("<b>届きません</b>"));
    }
}
