//! What the mail says.

use std::collections::BTreeMap;

use askama::Template;
use sekisho_base::{Language, Speech, Table, Timestamp};
use sekisho_site::mail::{Mail, Sender};
use sekisho_site::outbox::{Outgoing, Render, RenderError};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::KIND;

/// In whose name mails are written.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    /// The insurer's name, in Japanese and in English.
    pub(super) names: [String; 2],
    /// The address that mails come from.
    pub(super) address: String,
    /// The office's telephone number.
    pub(super) phone: String,
}

/// Writes the mails of the outbox.
#[derive(Clone, Debug)]
pub(super) struct Letters {
    /// The portal's words.
    pub(super) words: Table,
    /// The insurers, by code word.
    pub(super) writers: BTreeMap<String, Writer>,
    /// Where the portal is.
    pub(super) public_url: Url,
}

#[derive(Deserialize)]
struct Payload {
    insurer: String,
    to: String,
    language: Language,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    language: &'a str,
    subject: &'a str,
    insurer: &'a str,
    lines: &'a [&'a str],
    open: &'a str,
    href: &'a str,
    foot: &'a [String],
}

impl Render for Letters {
    fn render(&self, kind: &str, payload: &Value, _: Timestamp) -> Result<Outgoing, RenderError> {
        if kind != KIND {
            return Err(RenderError::new("no mail of this portal"));
        }
        let payload =
            Payload::deserialize(payload).map_err(|_| RenderError::new("the payload is no notice"))?;
        // An insurer that is no longer served writes to nobody.
        let Some(writer) = self.writers.get(&payload.insurer) else { return Ok(Outgoing::Nothing) };
        self.write(writer, payload).map(Outgoing::Mail)
    }
}

impl Letters {
    fn write(&self, writer: &Writer, payload: Payload) -> Result<Mail, RenderError> {
        let speech = Speech::new(payload.language, vec![&self.words]);
        let [ja, en] = &writer.names;
        let name = speech.pick(ja, en);
        let href =
            self.public_url.join("/costs").map_err(|_| RenderError::new("the portal has no address"))?;
        let subject = speech.with("costs.mail.subject", &[("insurer", name)]);
        let lines = [speech.say("costs.mail.lead"), speech.say("costs.mail.text")];
        let foot = [
            speech.say("costs.mail.why").to_owned(),
            speech.with("costs.mail.office", &[("insurer", name.as_str()), ("phone", writer.phone.as_str())]),
        ];
        let open = speech.say("costs.mail.open");
        let text =
            [name.as_str(), "", &lines.join("\n"), "", &format!("{open}\n{href}"), "", &foot.join("\n"), ""]
                .join("\n");
        let html = Html {
            language: payload.language.tag(),
            subject: &subject,
            insurer: name,
            lines: &lines,
            open,
            href: href.as_str(),
            foot: &foot,
        };
        let html = html.render().map_err(|_| RenderError::new("the mail cannot be written"))?;
        let from = Sender { name: name.clone(), address: writer.address.clone() };
        Ok(Mail { to: payload.to, from, reply_to: None, subject, text, html })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn letters() -> Letters {
        let words =
            Table::parse(include_str!("../../locales/ja.toml"), include_str!("../../locales/en.toml"))
                .unwrap();
        let writer = Writer {
            names: ["青葉健康保険組合".into(), "Aoba <Health> Insurance Society".into()],
            address: "no-reply@aoba.example.jp".into(),
            phone: "03-0000-0150".into(),
        };
        let public_url = "https://costs.example.jp".parse().unwrap();
        Letters { words, writers: BTreeMap::from([("aoba".to_owned(), writer)]), public_url }
    }

    fn mail(language: &str) -> Mail {
        let payload = json!({ "insurer": "aoba", "to": "shoko@example.jp", "language": language });
        match letters().render(KIND, &payload, Timestamp::from_seconds(0)).unwrap() {
            Outgoing::Mail(mail) => mail,
            other => panic!("no mail: {other:?}"),
        }
    }

    #[test]
    fn the_mail_says_that_something_has_come_and_where_to_read_it_and_nothing_else() {
        for (language, name) in [("ja", "青葉健康保険組合"), ("en", "Aoba <Health> Insurance Society")]
        {
            let mail = mail(language);
            assert!(mail.subject.contains(name) && mail.from.name == name, "{}", mail.subject);
            assert_eq!(mail.to, "shoko@example.jp");
            for body in [&mail.text, &mail.html] {
                assert!(body.contains("https://costs.example.jp/costs"), "{body}");
                assert!(!body.contains("costs.mail.") && !body.contains('{'), "{body}");
                let amounts = body.contains('円') || body.contains('¥');
                assert!(!amounts && !body.contains("健保 翔子"), "{body}");
            }
            assert!(!mail.html.contains("<Health>"), "a name is text");
        }
        insta::assert_snapshot!(mail("ja").text);
    }

    #[test]
    fn an_insurer_that_is_no_longer_served_writes_to_nobody() {
        let payload = json!({ "insurer": "kaede", "to": "a@example.jp", "language": "ja" });
        let outgoing = letters().render(KIND, &payload, Timestamp::from_seconds(0)).unwrap();
        assert!(matches!(outgoing, Outgoing::Nothing));
        assert!(letters().render("other", &payload, Timestamp::from_seconds(0)).is_err());
        assert!(letters().render(KIND, &json!({}), Timestamp::from_seconds(0)).is_err());
    }
}
