use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use sekisho_site::clock::Door;

use super::*;

struct Talk {
    lines: BufReader<TcpStream>,
}

impl Talk {
    fn with(inbox: &Inbox) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listen(inbox.clone(), listener).unwrap();
        let mut talk = Self { lines: BufReader::new(TcpStream::connect(address).unwrap()) };
        assert!(talk.answer().starts_with("220"));
        assert!(talk.say("HELO tests\r\n").starts_with("250"));
        talk
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    fn say(&mut self, line: &str) -> String {
        self.lines.get_mut().write_all(line.as_bytes()).unwrap();
        self.answer()
    }

    fn send(&mut self, to: &[&str], mail: &str) -> String {
        assert!(self.say("MAIL FROM:<bounce@aoba.example.jp>\r\n").starts_with("250"));
        for to in to {
            assert!(self.say(&format!("RCPT TO:<{to}>\r\n")).starts_with("250"), "{to}");
        }
        assert!(self.say("DATA\r\n").starts_with("354"));
        self.say(&format!("{mail}\r\n.\r\n"))
    }
}

const MAIL: &str = "From: =?UTF-8?B?6Z2S6JGJ5YGl5bq35L+d6Zm657WE5ZCI?= <noreply@aoba.example.jp>\r\n\
    To: shoko@example.jp\r\nMessage-ID: <one@aoba.example.jp>\r\n\
    Subject: =?UTF-8?B?56K66KqN44Kz44O844OJ?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    56K66KqN44Kz44O844OJ44Gn44GZ44CCDQoxMjM0NTYNCg==\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>123456</p>\r\n--b--";

#[test]
fn a_mail_arrives_decoded_once_for_each_address() {
    let inbox = Inbox::new(Door::default());
    let mut talk = Talk::with(&inbox);
    assert!(talk.send(&["shoko@example.jp", "taro..yamada.@example.jp"], MAIL).starts_with("250"));
    let messages = inbox.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].to, "taro..yamada.@example.jp");
    let mail = &messages[1];
    assert_eq!((mail.to.as_str(), mail.from.as_str()), ("shoko@example.jp", "noreply@aoba.example.jp"));
    assert_eq!(mail.subject, "確認コード");
    assert_eq!(mail.text, "確認コードです。\n123456\n");
    assert_eq!(mail.html.trim(), "<p>123456</p>");
}

#[test]
fn a_mail_that_is_sent_again_is_not_shown_twice() {
    let inbox = Inbox::new(Door::default());
    let mut talk = Talk::with(&inbox);
    talk.send(&["shoko@example.jp"], MAIL);
    talk.send(&["shoko@example.jp"], MAIL);
    assert_eq!(inbox.messages().len(), 1);
}

#[test]
fn a_plain_mail_has_no_html() {
    let inbox = Inbox::new(Door::default());
    Talk::with(&inbox).send(&["a@example.jp"], "Subject: hello\r\n\r\nWords.");
    let messages = inbox.messages();
    assert_eq!((messages[0].text.trim(), messages[0].html.as_str()), ("Words.", ""));
    assert_eq!(messages[0].from, "bounce@aoba.example.jp");
}

#[test]
fn a_mail_beyond_the_limit_is_refused_and_the_next_one_is_taken() {
    let inbox = Inbox::new(Door::default());
    let mut talk = Talk::with(&inbox);
    let large = format!("Subject: large\r\n\r\n{}", "a line of a large mail\r\n".repeat(60_000));
    assert!(talk.send(&["a@example.jp"], &large).starts_with("552"));
    assert!(inbox.messages().is_empty());
    assert!(talk.send(&["a@example.jp"], MAIL).starts_with("250"));
    assert_eq!(inbox.messages().len(), 1);
}
