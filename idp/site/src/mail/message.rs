//! A mail as the bytes that are sent.

use std::time::{Duration, SystemTime};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use sekisho_base::Timestamp;

use super::{Mail, address};
use crate::outbox::Failure;

/// The message and its envelope, which says by itself whom it is from and for: headers are for people.
pub(super) fn compose(mail: &Mail, message_id: &str, now: Timestamp) -> Result<Message, Failure> {
    let from = parse(&mail.from.address)?;
    let to = parse(&mail.to)?;
    let envelope =
        Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(|_| hopeless("no envelope"))?;
    let mut builder = Message::builder()
        .envelope(envelope)
        .from(Mailbox::new(Some(line(&mail.from.name)), from))
        .to(Mailbox::new(None, to))
        .subject(line(&mail.subject))
        .message_id(Some(message_id.to_owned()))
        .date(moment(now))
        // RFC 3834: no holiday notices, please.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(Mailbox::new(None, parse(reply_to)?));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|_| hopeless("the mail cannot be written"))
}

fn parse(text: &str) -> Result<Address, Failure> {
    let (local, domain) = address::split(text).map_err(|error| hopeless(&error.to_string()))?;
    // Our own rule was applied; lettre's refuses the addresses of carriers.
    Ok(Address::new_dangerous(local, domain))
}

fn hopeless(reason: &str) -> Failure {
    Failure::Hopeless(reason.to_owned())
}

/// The text without anything that could end its line.
fn line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

fn moment(now: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Sender;

    fn mail() -> Mail {
        Mail {
            to: "taro..yamada@carrier.example.jp".to_owned(),
            from: Sender {
                name: "青葉健康保険組合".to_owned(),
                address: "no-reply@aoba.example.jp".to_owned(),
            },
            reply_to: None,
            subject: "認証コードのお知らせ: メールアドレスの確認をお願いいたします(青葉健康保険組合)"
                .to_owned(),
            text: "認証コード\n\n123456\n".to_owned(),
            html: "<p>認証コード</p>".to_owned(),
        }
    }

    fn composed(mail: &Mail) -> String {
        let message =
            compose(mail, "<out_1@aoba.example.jp>", Timestamp::from_seconds(1_700_000_000)).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn headers_are_ascii_and_short_by_rfc_2047_and_the_message_id_is_the_given_one() {
        let text = composed(&mail());
        let (headers, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(headers.is_ascii());
        assert!(headers.lines().all(|line| line.len() <= 78), "{headers}");
        assert!(headers.contains("Subject: =?utf-8?b?"), "{headers}");
        assert!(headers.contains("Message-ID: <out_1@aoba.example.jp>"), "{headers}");
        assert!(headers.contains("Date: Tue, 14 Nov 2023 22:13:20 +0000"), "{headers}");
        assert!(text.contains("multipart/alternative"));
    }

    #[test]
    fn a_carrier_address_is_in_the_envelope_unchanged() {
        let message = compose(&mail(), "<x@y>", Timestamp::from_seconds(0)).unwrap();
        let [to] = message.envelope().to() else { panic!("not one recipient") };
        assert_eq!(to.to_string(), "taro..yamada@carrier.example.jp");
    }

    #[test]
    fn rc_09_line_ends_in_subject_and_name_add_no_header() {
        let mut mail = mail();
        mail.subject = "Hello\r\nBcc: x@example.jp".to_owned();
        mail.from.name = "Aoba\r\nBcc: x@example.jp".to_owned();
        assert!(!composed(&mail).contains("\r\nBcc:"));
        mail.reply_to = Some("a@b.jp\r\nBcc: x@example.jp".to_owned());
        assert!(matches!(compose(&mail, "<x@y>", Timestamp::from_seconds(0)), Err(Failure::Hopeless(_))));
    }
}
