//! Counts what is on its way, per target.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::Lane;

/// The messages of one lane that are on their way from this process.
pub(super) struct Bounds {
    lane: Lane,
    slots: Arc<Semaphore>,
    targets: Mutex<HashMap<String, usize>>,
    /// Notified when a full target has room again, and by the bell.
    pub(super) stir: Notify,
}

/// A message's place; given back when dropped.
pub(super) struct Place {
    bounds: Arc<Bounds>,
    target: String,
    _slot: OwnedSemaphorePermit,
}

impl Bounds {
    pub(super) fn new(lane: Lane) -> Arc<Self> {
        Arc::new(Self {
            lane,
            slots: Arc::new(Semaphore::new(lane.width())),
            targets: Mutex::default(),
            stir: Notify::new(),
        })
    }

    pub(super) const fn lane(&self) -> Lane {
        self.lane
    }

    /// Waits until one more message may be on its way; `None` when the lane is closed.
    pub(super) async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }

    /// The targets that take no more now, as `|a.example.jp|b.example.jp|`.
    pub(super) fn full(&self) -> String {
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let most = self.lane.width_per_target();
        targets
            .iter()
            .filter(|(_, count)| **count >= most)
            .fold("|".to_owned(), |list, (target, _)| format!("{list}{target}|"))
    }

    /// Takes a place for a message to `target`.
    pub(super) fn place(self: &Arc<Self>, target: &str, slot: OwnedSemaphorePermit) -> Place {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        *targets.entry(target.to_owned()).or_default() += 1;
        Place { bounds: Arc::clone(self), target: target.to_owned(), _slot: slot }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut targets = self.bounds.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = targets.get_mut(&self.target) {
            *count -= 1;
            if *count == 0 {
                targets.remove(&self.target);
            }
        }
        drop(targets);
        self.bounds.stir.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ss_09_a_target_that_hangs_fills_its_own_places_only() {
        let bounds = Bounds::new(Lane::Call);
        let mut places = Vec::new();
        for _ in 0..Lane::Call.width_per_target() {
            let slot = bounds.slot().await.unwrap();
            assert_eq!(bounds.full(), "|");
            places.push(bounds.place("slow.example.jp", slot));
        }
        assert_eq!(bounds.full(), "|slow.example.jp|");
        assert!(bounds.slot().await.is_some(), "others still find room");
        places.pop();
        assert_eq!(bounds.full(), "|");
    }
}
