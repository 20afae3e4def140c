//! The keys that clients publish at their `jwks_uri` (OpenID Connect Core §10.1).
//!
//! What must stay true: whoever makes up key names cannot make us ask a client's host more than twice a minute; a host that
//! is away, slow or lying costs its own clients a moment and nobody else anything; and what was read before serves while
//! it is away, for a day.

mod document;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sekisho_base::Timestamp;
use sekisho_domain::jose::{Alg, KeySet};
use sekisho_site::http::{Client, Error};
use tokio::sync::Semaphore;
use url::Url;

/// How long keys count as they were read: after so long a key that was taken away is none any more.
const FRESH: Duration = Duration::from_mins(5);
/// How long they serve on while nothing better can be read.
const STALE: Duration = Duration::from_hours(24);
/// The pause between two questions for the same keys.
const PAUSE: Duration = Duration::from_secs(30);
/// How many questions are on their way at once.
const AT_ONCE: usize = 32;
/// How long a question waits for its turn.
const TURN: Duration = Duration::from_secs(1);
/// For how many addresses keys are kept. Beyond it those unused for longest are forgotten.
const PLACES: usize = 1_000;

/// A client's keys cannot be had now. Why stands in the log: whoever asks learns nothing about what can be reached
/// from here (SS-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client's keys cannot be read")]
pub struct Away;

/// Reads clients' keys where they publish them, and keeps them.
pub struct ClientKeys {
    client: Client,
    places: Mutex<HashMap<Place, Arc<Kept>>>,
    turns: Semaphore,
}

/// Where keys are, and the algorithm that the client registered: an RSA key may leave it open.
type Place = (Url, Option<Alg>);

#[derive(Default)]
struct Kept {
    memory: Mutex<Memory>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Memory {
    keys: Option<(KeySet, Timestamp)>,
    asked_at: Option<Timestamp>,
    used_at: Option<Timestamp>,
}

impl Memory {
    /// Keys that were read less than `age` ago and, if one is named, hold it.
    fn keys(&self, kid: Option<&str>, now: Timestamp, age: Duration) -> Option<&KeySet> {
        let (keys, read_at) = self.keys.as_ref()?;
        let holds = kid.is_none_or(|kid| keys.find(kid).is_some());
        (holds && now < *read_at + age).then_some(keys)
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        self.asked_at.is_none_or(|asked| now >= asked + PAUSE)
    }
}

impl Kept {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A memory is replaced at once: it is whole whatever happened to who held it.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientKeys {
    /// Reads by `client`, which decides what may be asked.
    pub fn new(client: Client) -> Self {
        Self { client, places: Mutex::default(), turns: Semaphore::new(AT_ONCE) }
    }

    /// The keys at `uri`, read again when they are older than five minutes or do not hold `kid`. `alg` is what the
    /// client registered, if it did. The set may still lack `kid`: then its owner does not have it, or was asked less
    /// than half a minute ago.
    ///
    /// # Errors
    /// [`Away`] when there is nothing to go by.
    pub async fn keys(
        &self,
        uri: &Url,
        alg: Option<Alg>,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<KeySet, Away> {
        let kept = self.place(uri, alg, now);
        let known = {
            let memory = kept.memory();
            if let Some(keys) = memory.keys(kid, now, FRESH) {
                return Ok(keys.clone());
            }
            memory.keys(kid, now, STALE).cloned()
        };
        // One question at a time. Who can go by what was read before does not wait for another's.
        let _flight = match (kept.flight.try_lock(), known) {
            (Ok(flight), _) => flight,
            (Err(_), Some(keys)) => return Ok(keys),
            (Err(_), None) => kept.flight.lock().await,
        };
        let asks = {
            let memory = kept.memory();
            memory.keys(kid, now, FRESH).is_none() && memory.may_ask(now)
        };
        if asks {
            let read = self.read(uri, alg).await;
            let mut memory = kept.memory();
            memory.asked_at = Some(now);
            match read {
                Ok(keys) => memory.keys = Some((keys, now)),
                Err(cause) => {
                    let host = uri.host_str().unwrap_or_default();
                    tracing::warn!(host, %cause, "a client's keys could not be read");
                }
            }
        }
        kept.memory().keys(None, now, STALE).cloned().ok_or(Away)
    }

    async fn read(&self, uri: &Url, alg: Option<Alg>) -> Result<KeySet, Error> {
        let Ok(Ok(_turn)) = tokio::time::timeout(TURN, self.turns.acquire()).await else {
            return Err(Error::Late);
        };
        let json = self.client.document(uri).await?;
        document::keys(&json, alg).ok_or(Error::Unusable("no keys that can be used"))
    }

    fn place(&self, uri: &Url, alg: Option<Alg>, now: Timestamp) -> Arc<Kept> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (uri.clone(), alg);
        if !places.contains_key(&place) && places.len() >= PLACES {
            let oldest = places.iter().min_by_key(|(_, kept)| kept.memory().used_at);
            if let Some(oldest) = oldest.map(|(place, _)| place.clone()) {
                places.remove(&oldest);
            }
        }
        let kept = Arc::clone(places.entry(place).or_default());
        kept.memory().used_at = Some(now);
        kept
    }
}

#[cfg(test)]
mod tests;
