//! Verifies the trail: every link follows from the one before, every event is as it was written, no event is without
//! a link for longer than ten seconds, and every head that was kept elsewhere is still there.

use std::fmt;
use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::audit::{Chain, Fault, MacKey};
use sekisho_domain::ids::EventId;
use sekisho_site::db::Db;
use sekisho_store::{Error, audit};

use super::Anchor;

/// An event that has no link after so long is named.
const UNSEALED: Duration = Duration::from_secs(10);
/// Links read at once.
const PAGE: u32 = 5_000;
/// So many findings of a kind are named at most.
const NAMED: u32 = 100;

/// Something that is wrong with the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A link does not hold.
    Link {
        /// Whose chain.
        insurer: String,
        /// The link's number.
        seq: i64,
        /// Its event.
        event: EventId,
        /// What is wrong.
        fault: Fault,
    },
    /// Links at the end of a chain have lost their events.
    Lost {
        /// Whose chain.
        insurer: String,
        /// The last number whose event is there.
        after: i64,
    },
    /// An event has no link.
    Unsealed {
        /// Whose event.
        insurer: String,
        /// Which.
        event: EventId,
        /// When it happened.
        at: Timestamp,
        /// Whether it is as it was written.
        whole: bool,
    },
    /// A head that was kept elsewhere is not there, or another.
    Anchor(Anchor),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { insurer, seq, event, fault } => write!(f, "{insurer} {seq} {event}: {fault}"),
            Self::Lost { insurer, after } => write!(f, "{insurer}: the events after number {after} are gone"),
            Self::Unsealed { insurer, event, at, whole } => {
                let state = if *whole { "it is in no chain" } else { "it was changed, and is in no chain" };
                write!(f, "{insurer} {event} of {at}: {state}")
            }
            Self::Anchor(anchor) => {
                write!(f, "{} {}: the link kept elsewhere is not in the chain", anchor.insurer, anchor.seq)
            }
        }
    }
}

/// What verifying found.
#[derive(Debug, Default)]
pub struct Findings {
    /// How many links hold events.
    pub links: u64,
    /// How many chains there are.
    pub chains: usize,
    /// What is wrong, in the order of the chains.
    pub wrong: Vec<Finding>,
}

/// What is verified.
pub struct Trail<'a> {
    /// Where it is.
    pub db: &'a Db,
    /// The key that marked it.
    pub key: &'a MacKey,
    /// Heads that were kept elsewhere.
    pub anchors: &'a [Anchor],
}

impl Trail<'_> {
    /// Verifies all of it, telling `progress` the number of links now and then.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub async fn verify(&self, now: Timestamp, progress: &mut dyn FnMut(u64)) -> Result<Findings, Error> {
        let mut findings = Findings::default();
        for head in audit::heads(self.db).await? {
            findings.chains += 1;
            self.chain(&head, &mut findings, progress).await?;
        }
        for record in audit::forgotten(self.db, now - UNSEALED, NAMED).await? {
            let whole = record.is_whole(self.key);
            let (insurer, event, at) = (record.insurer, record.id, record.at);
            findings.wrong.push(Finding::Unsealed { insurer, event, at, whole });
        }
        for anchor in self.anchors {
            let link = audit::link(self.db, &anchor.insurer, anchor.seq).await?;
            if !link.is_some_and(|link| anchor.holds(&link)) {
                findings.wrong.push(Finding::Anchor(anchor.clone()));
            }
        }
        Ok(findings)
    }

    async fn chain(
        &self,
        head: &Chain,
        findings: &mut Findings,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let keys = |id: &str| (id == self.key.id()).then(|| self.key.clone());
        let mut chain = Chain::empty(head.insurer());
        loop {
            let page = audit::page(self.db, head.insurer(), chain.seq(), PAGE).await?;
            if page.is_empty() {
                break;
            }
            for (sealed, record) in &page {
                findings.links += 1;
                if let Err(fault) = chain.follow(sealed, record, &keys) {
                    let insurer = head.insurer().to_owned();
                    findings.wrong.push(Finding::Link {
                        insurer,
                        seq: sealed.seq,
                        event: sealed.event,
                        fault,
                    });
                }
            }
            progress(findings.links);
        }
        if chain.seq() < head.seq() {
            let (insurer, after) = (head.insurer().to_owned(), chain.seq());
            findings.wrong.push(Finding::Lost { insurer, after });
        }
        Ok(())
    }
}
