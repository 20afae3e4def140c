//! The sealer: numbers and chains committed audit events within a second, one node at a time.
//!
//! Events are written with the change they tell of, unchained, so that no sign-in waits for another's row. Here they
//! are put into their insurer's chain, in the order they happened. Now and then the chains' heads are written to the
//! log: kept away from the database, they show when a chain's tail was cut off.
//!
//! What must stay true: a damaged event is never sealed; two sealers at once do no harm, since a number and an event
//! can be sealed only once.

mod anchor;
mod key;
pub mod verify;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use sekisho_base::{Digest, Timestamp};
use sekisho_domain::audit::{MacKey, Record};
use sekisho_domain::ids::EventId;
use sekisho_site::clock::Clock;
use sekisho_site::db::{Db, Tx};
use sekisho_store::{Error, audit, leases};
use tokio_util::sync::CancellationToken;

use crate::state::State;
use anchor::Anchors;

pub use anchor::Anchor;
pub use key::open_key;

/// How often it is looked whether events wait.
const PAUSE: Duration = Duration::from_millis(400);
/// How long to wait when the database does not answer.
const SETBACK: Duration = Duration::from_secs(2);
/// Events sealed in one transaction.
const BATCH: u32 = 500;
/// For how long one node seals before another may.
const LEASE: Duration = Duration::from_secs(10);
const NAME: &str = "audit-sealer";

/// The task that seals.
pub struct Sealer {
    db: Db,
    clock: Arc<dyn Clock>,
    key: MacKey,
    holder: String,
    /// Until when this node is the one that seals.
    held_until: Option<Timestamp>,
    anchors: Anchors,
    /// Events that cannot be sealed, each told of once.
    damaged: HashSet<EventId>,
}

impl Sealer {
    /// A sealer of the events of `state`.
    pub fn of(state: &State) -> Self {
        let holder = Digest::of_content(&state.cx().bytes::<16>()).short_hex(8);
        Self::new(state.db.clone(), Arc::clone(&state.door.clock), state.audit_key.clone(), holder)
    }

    fn new(db: Db, clock: Arc<dyn Clock>, key: MacKey, holder: String) -> Self {
        let (anchors, damaged) = (Anchors::default(), HashSet::new());
        Self { db, clock, key, holder, held_until: None, anchors, damaged }
    }

    /// Seals until `shutdown`, and what waits then.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut well = true;
        loop {
            let pause = match self.pass().await {
                Ok(sealed) => {
                    well = true;
                    if sealed >= usize::try_from(BATCH).unwrap_or(usize::MAX) {
                        Duration::ZERO
                    } else {
                        PAUSE
                    }
                }
                Err(error) => {
                    if std::mem::take(&mut well) {
                        tracing::error!(%error, "audit events could not be sealed; they wait, and it is tried again");
                    }
                    SETBACK
                }
            };
            self.anchors.write_when_due(self.clock.now());
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.end().await;
    }

    async fn end(mut self) {
        let last = self.pass().await;
        self.anchors.write();
        let given_back = leases::give_back(&self.db, NAME, &self.holder).await;
        if let Err(error) = last.and(given_back) {
            tracing::warn!(%error, "the last audit events are sealed at the next start");
        }
    }

    /// Seals up to a batch of what waits, and says how many. While nothing waits it only reads.
    ///
    /// # Errors
    /// When rows cannot be read or written; then nothing of the batch was sealed.
    pub async fn pass(&mut self) -> Result<usize, Error> {
        let mut waiting = audit::unsealed(&self.db, BATCH).await?;
        waiting.retain(|record| self.is_whole(record));
        if waiting.is_empty() || !self.holds().await? {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let mut heads = Vec::new();
        for events in waiting.chunk_by(|left, right| left.insurer == right.insurer) {
            match self.seal(&mut tx, events, now).await {
                Ok(head) => heads.extend(head),
                Err(Error::Driver(error)) if error.is_unique_violation() => {
                    // Another node took over when the lease ran out, and was faster.
                    self.held_until = None;
                    return Ok(0);
                }
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        self.anchors.note(heads, waiting.len());
        Ok(waiting.len())
    }

    async fn seal(&self, tx: &mut Tx, events: &[Record], now: Timestamp) -> Result<Option<Anchor>, Error> {
        let Some(first) = events.first() else { return Ok(None) };
        let mut chain = audit::head(tx, &first.insurer).await?;
        let links: Vec<_> =
            events.iter().filter_map(|record| chain.append(record, &self.key, &self.key).ok()).collect();
        audit::seal(tx, chain.insurer(), &links, now).await?;
        Ok(Some(Anchor::of(&chain)))
    }

    fn is_whole(&mut self, record: &Record) -> bool {
        let whole = record.is_whole(&self.key);
        if !whole && self.damaged.insert(record.id) {
            tracing::error!(event = %record.id, insurer = %record.insurer, "an audit event was changed before it was sealed");
        }
        whole
    }

    /// Whether this node is the one that seals; the lease is renewed half-way.
    async fn holds(&mut self) -> Result<bool, Error> {
        let now = self.clock.now();
        if self.held_until.is_some_and(|until| now + LEASE / 2 < until && now + LEASE >= until) {
            return Ok(true);
        }
        let taken = leases::take(&self.db, NAME, &self.holder, now, LEASE).await?;
        self.held_until = taken.then(|| now + LEASE);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests;
