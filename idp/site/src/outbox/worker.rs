//! The task that sends what the outbox holds.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use sekisho_base::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::bounds::{Bounds, Place};
use super::rows::{self, Claimed};
use super::{Failure, Lane, OutboxId, Outgoing, Render, Senders};
use crate::clock::{Clock, Door};
use crate::db::{self, Db};
use crate::seal::Ring;

/// How often the rows are looked at without being woken.
const POLL: Duration = Duration::from_secs(1);
/// How often what has expired is erased.
const SWEEP: Duration = Duration::from_secs(10);
/// The longest a sender may take. Shorter than a claim.
const SENDING: Duration = Duration::from_secs(30);
/// How long the end of the process waits for messages on their way.
const DRAIN: Duration = Duration::from_secs(20);

/// Sends what the outbox holds. Any number may run, in one process or several.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    ring: Arc<Ring>,
    door: Door,
    render: Arc<dyn Render>,
    senders: Senders,
}

impl Worker {
    /// A worker on `db` that opens payloads by `ring`, and renders and sends by the others.
    pub fn new(
        db: Db,
        ring: impl Into<Arc<Ring>>,
        clock: Arc<dyn Clock>,
        render: Arc<dyn Render>,
        senders: Senders,
    ) -> Self {
        Self { db, ring: ring.into(), door: Door { clock }, render, senders }
    }

    /// Sends until `shutdown`, then waits for the messages that are on their way.
    pub async fn run(self, shutdown: CancellationToken) {
        let sending = TaskTracker::new();
        let lanes = Lane::ALL.map(Bounds::new);
        let loops = TaskTracker::new();
        for bounds in &lanes {
            loops.spawn(self.clone().serve(Arc::clone(bounds), sending.clone(), shutdown.clone()));
        }
        loops.spawn(self.clone().sweep_regularly(shutdown.clone()));
        loops.spawn(self.ring_the_bell(lanes, shutdown));
        loops.close();
        loops.wait().await;
        sending.close();
        if tokio::time::timeout(DRAIN, sending.wait()).await.is_err() {
            tracing::warn!(left = sending.len(), "messages on their way are left; their claims run out");
        }
    }

    /// Stirs every lane when something was put in here, when another node says so, and now and then.
    async fn ring_the_bell(self, lanes: [Arc<Bounds>; 3], shutdown: CancellationToken) {
        let wake = self.db.wake();
        let mut listener = None;
        while !shutdown.is_cancelled() {
            if listener.is_none() {
                listener = self.db.listen("outbox").await.ok().flatten();
            }
            let elsewhere = async {
                match &mut listener {
                    Some(listener) => listener.heard().await,
                    None => std::future::pending().await,
                }
            };
            let lost = tokio::select! {
                () = shutdown.cancelled() => return,
                () = wake.woken() => false,
                heard = elsewhere => heard.is_err(),
                () = tokio::time::sleep(POLL) => false,
            };
            if lost {
                listener = None;
                tokio::time::sleep(POLL).await;
            }
            for bounds in &lanes {
                bounds.stir.notify_one();
            }
        }
    }

    async fn sweep_regularly(self, shutdown: CancellationToken) {
        loop {
            match self.sweep().await {
                Ok(0) => {}
                Ok(expired) => tracing::warn!(expired, "messages expired before they could be sent"),
                Err(error) => tracing::error!(%error, "the outbox could not be swept"),
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(SWEEP) => {}
            }
        }
    }

    /// Erases what has expired, and counts it.
    ///
    /// # Errors
    /// What keeps the rows from being erased.
    pub async fn sweep(&self) -> Result<u64, db::Error> {
        let expired = rows::sweep(&self.db, self.now()).await?;
        metrics::counter!("outbox_expired_total").increment(expired);
        Ok(expired)
    }

    /// One lane: claims as long as there is room and something is due, else waits to be stirred.
    async fn serve(self, bounds: Arc<Bounds>, sending: TaskTracker, shutdown: CancellationToken) {
        loop {
            let slot = tokio::select! {
                () = shutdown.cancelled() => return,
                slot = bounds.slot() => slot,
            };
            let Some(slot) = slot else { return };
            match rows::claim(&self.db, bounds.lane(), &bounds.room(), &mut self.door.cx()).await {
                Ok(Some(claimed)) => {
                    let place = bounds.place(&claimed.target, slot);
                    sending.spawn(self.clone().carry(claimed, place));
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, lane = %bounds.lane(), "the outbox cannot be read"),
            }
            drop(slot);
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = bounds.stir.notified() => {}
            }
        }
    }

    /// Sends one row and writes down how it ended. The place is held until then.
    async fn carry(self, claimed: Claimed, place: Place) {
        let sending = std::panic::AssertUnwindSafe(self.send(&claimed)).catch_unwind();
        let outcome = match tokio::time::timeout(SENDING, sending).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Failure::Refused("the sender fell over".to_owned())),
            Err(_) => Err(Failure::Later("no answer in time".to_owned())),
        };
        place.judge(!matches!(outcome, Err(Failure::Later(_))));
        for attempt in 1..=3 {
            match self.settle(&claimed, &outcome).await {
                Ok(()) => break,
                // Until it is written down, the row is claimed; after that it is sent once more under the same id.
                Err(error) => {
                    tracing::error!(%error, id = %claimed.id, attempt, "the outcome cannot be stored");
                    tokio::time::sleep(POLL).await;
                }
            }
        }
        drop(place);
    }

    pub(super) async fn send(&self, claimed: &Claimed) -> Result<(), Failure> {
        let payload = self
            .ring
            .open_json(&rows::place(claimed.id), &claimed.payload)
            .map_err(|error| Failure::Hopeless(error.to_string()))?;
        let now = self.now();
        if claimed.expires_at <= now {
            return Ok(());
        }
        let outgoing = self
            .render
            .render(&claimed.kind, &payload, now)
            .map_err(|error| Failure::Hopeless(error.to_string()))?;
        match outgoing {
            Outgoing::Mail(mail) => {
                self.senders.mail.send(&mail, &message_id(claimed.id, &mail.from), now).await
            }
            Outgoing::Sms(sms) => self.senders.sms.send(&sms, &claimed.id.to_string()).await,
            Outgoing::Call(call) => self.senders.call.call(&call).await,
            Outgoing::Nothing => Ok(()),
        }
    }

    async fn settle(&self, claimed: &Claimed, outcome: &Result<(), Failure>) -> Result<(), db::Error> {
        let lane = claimed.lane;
        let (reason, last) = match outcome {
            Ok(()) => {
                metrics::counter!("outbox_delivered_total", "lane" => lane.as_str()).increment(1);
                return claimed.delivered(&self.db).await;
            }
            Err(Failure::Hopeless(reason)) => (reason, true),
            Err(Failure::Refused(reason)) => (reason, claimed.attempts >= lane.tries_when_refused()),
            Err(Failure::Later(reason)) => {
                (reason, lane.tries().is_some_and(|most| claimed.attempts >= most))
            }
        };
        let (id, kind, attempts) = (claimed.id, &claimed.kind, claimed.attempts);
        if last {
            metrics::counter!("outbox_dead_total", "lane" => lane.as_str()).increment(1);
            tracing::error!(%id, kind, %lane, attempts, reason, "a message is given up");
            return claimed.dead(&self.db, self.now(), reason).await;
        }
        metrics::counter!("outbox_failed_total", "lane" => lane.as_str()).increment(1);
        tracing::warn!(%id, kind, %lane, attempts, reason, "a message will be tried again");
        let mut cx = self.door.cx();
        let [chance] = cx.bytes::<1>();
        claimed.again(&self.db, cx.now + super::lane::pause(attempts, chance)).await
    }

    fn now(&self) -> Timestamp {
        self.door.clock.now()
    }
}

/// The same at every try: whoever receives a mail twice sees that it is one.
fn message_id(id: OutboxId, from: &crate::mail::Sender) -> String {
    let domain = from.address.rsplit('@').next().unwrap_or("localhost");
    format!("<{id}@{domain}>")
}
