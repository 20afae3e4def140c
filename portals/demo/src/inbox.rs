//! The demo's inbox: where mail and SMS of the demo arrive, over real SMTP and real HTTP.
//!
//! Everything is kept in memory and bounded; when the process ends it is gone. Nothing here knows the identity provider:
//! it is an SMTP server ([`smtp`]), an SMS gateway and a page ([`web`]) over one list of messages.

pub mod smtp;
mod view;
pub mod web;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sekisho_base::Timestamp;
use sekisho_site::clock::Door;
use serde::{Serialize, Serializer};

/// How many messages are kept; older ones make room.
pub const KEPT: usize = 500;

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By SMTP.
    Mail,
    /// Through the SMS gateway.
    Sms,
}

/// A message that has arrived. Its JSON is what `GET /messages.json` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its number in this inbox, from 1.
    pub id: String,
    /// How it came.
    pub channel: Channel,
    /// A bare address, or a number in E.164.
    pub to: String,
    /// A bare address, or the sender an SMS shows.
    pub from: String,
    /// The decoded subject; empty for an SMS.
    pub subject: String,
    /// The decoded text, lines ended by `\n`.
    pub text: String,
    /// The decoded HTML body; empty where there is none.
    pub html: String,
    /// When it arrived, as RFC 3339 in JSON.
    #[serde(serialize_with = "as_text")]
    pub received_at: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn as_text<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}

/// What arrives, before the inbox numbers and dates it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// How it came.
    pub channel: Channel,
    /// Whom it is for.
    pub to: String,
    /// Whom it is from.
    pub from: String,
    /// The subject; empty for an SMS.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The HTML body, or empty.
    pub html: String,
    /// A second arrival under the same key is the same message and is not shown twice.
    pub key: Option<String>,
}

/// The messages. Clones are the same inbox.
#[derive(Clone)]
pub struct Inbox {
    door: Door,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    count: u64,
    newest_first: VecDeque<(Option<String>, Message)>,
}

impl Inbox {
    /// An empty inbox that dates what arrives by `door`.
    pub fn new(door: Door) -> Self {
        Self { door, shelf: Arc::default() }
    }

    /// Takes a message in and returns its id. One that came before under the same key keeps its id and place.
    pub fn take_in(&self, arrival: Arrival) -> String {
        let received_at = self.door.clock.now();
        let mut shelf = self.shelf();
        if let Some(known) = shelf.known(arrival.key.as_deref()) {
            return known;
        }
        shelf.count += 1;
        let id = shelf.count.to_string();
        let Arrival { channel, to, from, subject, text, html, key } = arrival;
        let text = text.replace("\r\n", "\n");
        let message = Message { id: id.clone(), channel, to, from, subject, text, html, received_at };
        shelf.newest_first.push_front((key, message));
        shelf.newest_first.truncate(KEPT);
        id
    }

    /// All messages, newest first.
    pub fn messages(&self) -> Vec<Message> {
        self.shelf().newest_first.iter().map(|(_, message)| message.clone()).collect()
    }

    /// The message of this id.
    pub fn message(&self, id: &str) -> Option<Message> {
        self.shelf().newest_first.iter().map(|(_, message)| message).find(|message| message.id == id).cloned()
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn known(&self, key: Option<&str>) -> Option<String> {
        let key = key?;
        let (_, message) = self.newest_first.iter().find(|(known, _)| known.as_deref() == Some(key))?;
        Some(message.id.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(text: &str, key: Option<&str>) -> Arrival {
        Arrival {
            channel: Channel::Sms,
            to: "+819000000000".to_owned(),
            from: "Sekisho".to_owned(),
            subject: String::new(),
            text: text.to_owned(),
            html: String::new(),
            key: key.map(str::to_owned),
        }
    }

    #[test]
    fn the_newest_message_comes_first_and_the_oldest_make_room() {
        let inbox = Inbox::new(Door::default());
        for number in 0..KEPT + 10 {
            inbox.take_in(sms(&number.to_string(), None));
        }
        let messages = inbox.messages();
        assert_eq!(messages.len(), KEPT);
        assert_eq!(messages[0].text, (KEPT + 9).to_string());
        assert_eq!(messages[KEPT - 1].text, "10");
        assert!(inbox.message("1").is_none());
    }

    #[test]
    fn the_same_key_is_the_same_message() {
        let inbox = Inbox::new(Door::default());
        let first = inbox.take_in(sms("one", Some("k1")));
        inbox.take_in(sms("two", Some("k2")));
        assert_eq!(inbox.take_in(sms("one again", Some("k1"))), first);
        assert_eq!(inbox.messages().len(), 2);
        assert_eq!(inbox.message(&first).unwrap().text, "one");
    }

    #[test]
    fn lines_end_in_one_way_however_they_came() {
        let inbox = Inbox::new(Door::default());
        let id = inbox.take_in(sms("code:\r\n123456\r\n", None));
        assert_eq!(inbox.message(&id).unwrap().text, "code:\n123456\n");
    }
}
