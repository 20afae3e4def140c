//! Heads of chains, kept away from the database: in the log, from which they are read back for verifying.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::audit::Chain;

/// Heads are written at the latest after so long …
const EVERY: Duration = Duration::from_mins(1);
/// … or so many events.
const EVENTS: usize = 1_000;

/// How far a chain went at some moment. It prints as `audit-anchor:INSURER:NUMBER:LINK`, one word in a log's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Whose chain.
    pub insurer: String,
    /// The number of its last link.
    pub seq: i64,
    /// The last link, in hexadecimal.
    pub hash: String,
}

const WORD: &str = "audit-anchor:";

impl Anchor {
    /// The head of `chain`.
    pub fn of(chain: &Chain) -> Self {
        Self { insurer: chain.insurer().to_owned(), seq: chain.seq(), hash: hex(chain.hash()) }
    }

    /// Whether `chain` has this head.
    pub fn holds(&self, chain: &Chain) -> bool {
        *self == Self::of(chain)
    }

    /// The anchor in a line of a log, whatever stands around it.
    pub fn find(line: &str) -> Option<Self> {
        let (_, rest) = line.split_once(WORD)?;
        let mut parts = rest.splitn(3, ':');
        let (insurer, seq, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let hash: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        (hash.len() == 64).then_some(())?;
        Some(Self { insurer: insurer.to_owned(), seq: seq.parse().ok()?, hash })
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{WORD}{}:{}:{}", self.insurer, self.seq, self.hash)
    }
}

fn hex(hash: Digest) -> String {
    hash.short_hex(32)
}

/// Heads that were not written yet.
#[derive(Default)]
pub(super) struct Anchors {
    heads: BTreeMap<String, Anchor>,
    events: usize,
    written_at: Option<Timestamp>,
}

impl Anchors {
    pub(super) fn note(&mut self, heads: Vec<Anchor>, events: usize) {
        self.heads.extend(heads.into_iter().map(|head| (head.insurer.clone(), head)));
        self.events += events;
    }

    pub(super) fn write_when_due(&mut self, now: Timestamp) {
        let last = *self.written_at.get_or_insert(now);
        // A clock that was set back must not silence the anchors.
        if self.events >= EVENTS || now.since(last) >= EVERY || now < last {
            self.write();
            self.written_at = Some(now);
        }
    }

    pub(super) fn write(&mut self) {
        for anchor in std::mem::take(&mut self.heads).into_values() {
            tracing::info!(target: "sekisho::audit", "{anchor}");
        }
        self.events = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_read_back_from_any_line() {
        let chain = Chain::at("aoba", 12, Digest::of_content(b"x"));
        let anchor = Anchor::of(&chain);
        for line in [
            anchor.to_string(),
            format!("2026-11-21T00:00:00Z  INFO sekisho::audit: {anchor}"),
            format!(r#"{{"level":"INFO","fields":{{"message":"{anchor}"}}}}"#),
        ] {
            assert_eq!(Anchor::find(&line), Some(anchor.clone()), "{line}");
        }
        assert!(anchor.holds(&chain));
        assert!(!anchor.holds(&Chain::at("aoba", 12, Digest::of_content(b"y"))));
        for line in ["", "audit-anchor:aoba:12", "audit-anchor:aoba:x:00", "audit-anchor:aoba:12:abcd"] {
            assert_eq!(Anchor::find(line), None, "{line}");
        }
    }
}
