//! The chain over an insurer's events.
//!
//! Link n is HMAC(key, previous link, insurer, n, event, the event's own mark). Whoever lacks the key can neither add,
//! drop, swap nor renumber links. A chain alone cannot show a cut tail: its heads are kept elsewhere for that.

use sekisho_base::Digest;

use crate::audit::mac::canonical;
use crate::audit::{MacKey, Record};
use crate::ids::EventId;

/// The link before the first.
const START: Digest = Digest::from_bytes([0; 32]);

/// A link of a chain, as it stands in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its place, from 1.
    pub seq: i64,
    /// Which event it holds.
    pub event: EventId,
    /// The link before it.
    pub prev_hash: Digest,
    /// The link.
    pub hash: Digest,
    /// The name of the key that made it.
    pub key_id: String,
}

/// What is wrong with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A number is missing or there twice.
    #[error("the numbering is broken")]
    Number,
    /// It does not follow from the link before.
    #[error("it does not follow from the event before")]
    Link,
    /// The event was changed since it was written.
    #[error("the event was changed")]
    Event,
    /// It was marked under a key that is not in the ring.
    #[error("it was marked under an unknown key")]
    UnknownKey,
}

/// How far an insurer's chain is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    insurer: String,
    seq: i64,
    hash: Digest,
}

impl Chain {
    /// The empty chain of `insurer` (or of the house).
    pub fn empty(insurer: impl Into<String>) -> Self {
        Self { insurer: insurer.into(), seq: 0, hash: START }
    }

    /// A chain whose last link is known.
    pub fn at(insurer: impl Into<String>, seq: i64, hash: Digest) -> Self {
        Self { insurer: insurer.into(), seq, hash }
    }

    /// Whose chain it is.
    pub fn insurer(&self) -> &str {
        &self.insurer
    }

    /// The number of the last link; 0 when there is none.
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// The last link.
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// Adds an event and gives its link.
    ///
    /// # Errors
    /// [`Fault::Event`] when the event is not whole or not this insurer's: what is damaged is never sealed as if it were not.
    pub fn append(&mut self, record: &Record, marked: &MacKey, key: &MacKey) -> Result<Sealed, Fault> {
        if record.insurer != self.insurer || !record.is_whole(marked) {
            return Err(Fault::Event);
        }
        let seq = self.seq.saturating_add(1);
        let hash = Digest::from_bytes(key.mark(&self.content(seq, record, key.id())));
        let sealed =
            Sealed { seq, event: record.id, prev_hash: self.hash, hash, key_id: key.id().to_owned() };
        (self.seq, self.hash) = (seq, hash);
        Ok(sealed)
    }

    /// Follows a link that was read back, with the event it holds.
    ///
    /// # Errors
    /// What is wrong with it. The chain goes on behind it, so that one fault is named once.
    pub fn follow(
        &mut self,
        sealed: &Sealed,
        record: &Record,
        keys: &dyn Fn(&str) -> Option<MacKey>,
    ) -> Result<(), Fault> {
        let outcome = self.judge(sealed, record, keys);
        (self.seq, self.hash) = (sealed.seq, sealed.hash);
        outcome
    }

    fn judge(
        &self,
        sealed: &Sealed,
        record: &Record,
        keys: &dyn Fn(&str) -> Option<MacKey>,
    ) -> Result<(), Fault> {
        if sealed.seq != self.seq.saturating_add(1) {
            return Err(Fault::Number);
        }
        let link_key = keys(&sealed.key_id).ok_or(Fault::UnknownKey)?;
        let event_key = keys(&record.key_id).ok_or(Fault::UnknownKey)?;
        if record.insurer != self.insurer || record.id != sealed.event || !record.is_whole(&event_key) {
            return Err(Fault::Event);
        }
        let content = self.content(sealed.seq, record, link_key.id());
        let follows = sealed.prev_hash == self.hash && link_key.marked(&content, sealed.hash.as_bytes());
        if follows { Ok(()) } else { Err(Fault::Link) }
    }

    fn content(&self, seq: i64, record: &Record, key_id: &str) -> Vec<u8> {
        let id = record.id.to_string();
        canonical(&[
            b"seal.1",
            self.hash.as_bytes(),
            self.insurer.as_bytes(),
            &seq.to_be_bytes(),
            id.as_bytes(),
            &record.mac,
            key_id.as_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;
    use crate::ids::AccountId;
    use sekisho_base::{Cx, Timestamp};

    fn key() -> MacKey {
        MacKey::new("k1", [7; 32])
    }

    fn keys(id: &str) -> Option<MacKey> {
        (id == "k1").then(key)
    }

    fn chained(count: i64) -> Vec<(Sealed, Record)> {
        let mut cx = Cx::seeded(Timestamp::from_seconds(1_000), 1);
        let mut chain = Chain::empty("aoba");
        let records = (0..count).map(|_| {
            Event::registered("aoba".parse().unwrap(), AccountId::draw(&mut cx)).record(&key(), &mut cx)
        });
        records
            .collect::<Vec<_>>()
            .into_iter()
            .map(|record| (chain.append(&record, &key(), &key()).unwrap(), record))
            .collect()
    }

    /// The place and kind of each fault.
    fn walk(rows: &[(Sealed, Record)]) -> Vec<(i64, Fault)> {
        let mut chain = Chain::empty("aoba");
        rows.iter()
            .filter_map(|(sealed, record)| {
                chain.follow(sealed, record, &keys).err().map(|fault| (sealed.seq, fault))
            })
            .collect()
    }

    #[test]
    fn a_chain_as_written_has_no_fault() {
        let rows = chained(5);
        assert_eq!(walk(&rows), []);
        assert_eq!(rows.iter().map(|(sealed, _)| sealed.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn lo_03_edited_dropped_swapped_and_inserted_rows_are_named() {
        let whole = chained(5);
        let mut edited = whole.clone();
        edited[2].1.result = "refused".to_owned();
        assert_eq!(walk(&edited), [(3, Fault::Event)]);

        let mut dropped = whole.clone();
        dropped.remove(2);
        assert_eq!(walk(&dropped), [(4, Fault::Number)]);

        let mut renumbered = whole.clone();
        renumbered.remove(2);
        for (index, (sealed, _)) in (1..).zip(renumbered.iter_mut()) {
            sealed.seq = index;
        }
        assert_eq!(walk(&renumbered).first(), Some(&(3, Fault::Link)));

        let mut swapped = whole.clone();
        let (left, right) = (swapped[1].1.clone(), swapped[2].1.clone());
        (swapped[1].1, swapped[2].1) = (right, left);
        assert_eq!(walk(&swapped), [(2, Fault::Event), (3, Fault::Event)]);

        let mut inserted = whole.clone();
        inserted.insert(3, whole[2].clone());
        assert_eq!(walk(&inserted), [(3, Fault::Number)]);
    }

    #[test]
    fn lo_03_a_link_made_without_the_key_is_named() {
        let mut rows = chained(3);
        let other = MacKey::new("k1", [8; 32]);
        let mut forger = Chain::at("aoba", rows[1].0.seq, rows[1].0.hash);
        rows[2].0 = forger.append(&rows[2].1, &key(), &other).unwrap();
        assert_eq!(walk(&rows), [(3, Fault::Link)]);
    }

    #[test]
    fn an_event_that_was_changed_before_it_was_sealed_is_not_sealed() {
        let (_, mut record) = chained(1).remove(0);
        record.result = "refused".to_owned();
        assert_eq!(Chain::empty("aoba").append(&record, &key(), &key()), Err(Fault::Event));
    }

    #[test]
    fn tn_03_an_event_of_another_insurer_does_not_enter_a_chain() {
        let (_, record) = chained(1).remove(0);
        assert_eq!(Chain::empty("kaede").append(&record, &key(), &key()), Err(Fault::Event));
    }
}
