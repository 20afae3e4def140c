//! An event as it stands in its row.

use std::collections::BTreeMap;

use sekisho_base::{Cx, Timestamp};

use crate::audit::mac::canonical;
use crate::audit::{Event, MacKey};
use crate::ids::EventId;

/// What stands for the insurer of an event that is the house's own: no insurer's code can be this.
pub const HOUSE: &str = "-";

/// A recorded event: the columns of its row, each as it was written, so that what was marked can be marked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: EventId,
    /// The insurer's code, or [`HOUSE`].
    pub insurer: String,
    /// When it happened.
    pub at: Timestamp,
    /// The word of its kind.
    pub event: String,
    /// How it ended.
    pub result: String,
    /// Who did it.
    pub actor: String,
    /// Whose account it concerns.
    pub account: Option<String>,
    /// What else is known, as a JSON object of texts in the order of their names.
    pub detail: String,
    /// The mark over all other columns.
    pub mac: Vec<u8>,
    /// The name of the key that marked it.
    pub key_id: String,
}

impl Event {
    /// Records the event as of now, under `key`.
    pub fn record(self, key: &MacKey, cx: &mut Cx) -> Record {
        let mut record = Record {
            id: EventId::draw(cx),
            insurer: self.insurer.map_or_else(|| HOUSE.to_owned(), |insurer| insurer.to_string()),
            at: cx.now,
            event: self.kind.as_str().to_owned(),
            result: self.result.to_owned(),
            actor: self.actor.to_string(),
            account: self.account.map(|account| account.to_string()),
            detail: json(&self.detail),
            mac: Vec::new(),
            key_id: key.id().to_owned(),
        };
        record.mac = key.mark(&record.canonical()).to_vec();
        record
    }
}

fn json(detail: &BTreeMap<&'static str, String>) -> String {
    serde_json::to_string(detail).unwrap_or_else(|_| unreachable!("texts by name are always JSON"))
}

impl Record {
    /// Whether the row is as it was written. `key` must be the one it names.
    pub fn is_whole(&self, key: &MacKey) -> bool {
        key.id() == self.key_id && key.marked(&self.canonical(), &self.mac)
    }

    /// The canonical form: a version, then every other column in a fixed order, each behind its length.
    fn canonical(&self) -> Vec<u8> {
        let id = self.id.to_string();
        let at = self.at.micros().to_be_bytes();
        // An absent account and an empty one must not read the same.
        let account = self.account.as_ref().map_or_else(String::new, |account| format!("={account}"));
        canonical(&[
            b"event.1",
            id.as_bytes(),
            self.insurer.as_bytes(),
            &at,
            self.event.as_bytes(),
            self.result.as_bytes(),
            self.actor.as_bytes(),
            account.as_bytes(),
            self.detail.as_bytes(),
            self.key_id.as_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AccountId;

    fn record() -> (Record, MacKey) {
        let mut cx = Cx::seeded(Timestamp::from_seconds(1_000), 1);
        let key = MacKey::new("k1", [7; 32]);
        let event = Event::registered("aoba".parse().unwrap(), AccountId::draw(&mut cx));
        (event.from_source("192.0.2.1").record(&key, &mut cx), key)
    }

    #[test]
    fn a_record_is_whole_as_written_under_its_own_key_only() {
        let (record, key) = record();
        assert!(record.is_whole(&key));
        assert!(!record.is_whole(&MacKey::new("k1", [8; 32])));
        assert!(!record.is_whole(&MacKey::new("k2", [7; 32])));
        assert_eq!(record.detail, r#"{"source":"192.0.2.1"}"#);
    }

    #[test]
    fn lo_03_a_change_of_any_column_shows() {
        let (whole, key) = record();
        let changes: [fn(&mut Record); 10] = [
            |r| r.id = EventId::draw(&mut Cx::seeded(Timestamp::from_seconds(9), 9)),
            |r| r.insurer = "kaede".to_owned(),
            |r| r.at = Timestamp::from_seconds(1_001),
            |r| r.event = "logout".to_owned(),
            |r| r.result = "refused".to_owned(),
            |r| r.actor = "operator".to_owned(),
            |r| r.account = None,
            |r| r.detail = "{}".to_owned(),
            |r| r.mac[0] ^= 1,
            |r| r.key_id = "k2".to_owned(),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut changed = whole.clone();
            change(&mut changed);
            assert!(!changed.is_whole(&key), "change {index}");
        }
    }

    #[test]
    fn lo_03_characters_moved_between_columns_show() {
        let (mut record, key) = record();
        record.event.push('o');
        record.result.remove(0);
        assert!(!record.is_whole(&key));
    }
}
