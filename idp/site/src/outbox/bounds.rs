//! Counts what is on its way, per target.
//!
//! What must stay true: a target that hangs fills its own places only; and however many hang, some places are kept for
//! those who answered when they were last asked (SS-09).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::Lane;

/// How many targets are remembered as answering. Beyond it they are found out anew.
const REMEMBERED: usize = 2_000;

/// The messages of one lane that are on their way from this process.
pub(super) struct Bounds {
    lane: Lane,
    slots: Arc<Semaphore>,
    counts: Mutex<Counts>,
    /// Notified when a full target has room again, and by the bell.
    pub(super) stir: Notify,
}

#[derive(Default)]
struct Counts {
    targets: HashMap<String, usize>,
    /// Who answered when last asked.
    answering: HashSet<String>,
    /// How many of those on their way go to others.
    doubtful: usize,
}

/// For whom there is room now.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    /// The targets that take no more now, as `|a.example.jp|b.example.jp|`.
    pub(super) full: String,
    /// The only targets there is room for, in the same form; empty: all.
    pub(super) only: String,
}

/// A message's place; given back when dropped.
pub(super) struct Place {
    bounds: Arc<Bounds>,
    target: String,
    doubtful: bool,
    _slot: OwnedSemaphorePermit,
}

impl Bounds {
    pub(super) fn new(lane: Lane) -> Arc<Self> {
        Arc::new(Self {
            lane,
            slots: Arc::new(Semaphore::new(lane.width())),
            counts: Mutex::default(),
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

    /// For whom there is room now.
    pub(super) fn room(&self) -> Room {
        let counts = self.counts();
        let most = self.lane.width_per_target();
        let full = counts.targets.iter().filter(|(_, count)| **count >= most).map(|(target, _)| target);
        let crowded = counts.doubtful >= self.lane.width() - self.lane.kept();
        let only = if crowded { list(counts.answering.iter()) } else { String::new() };
        Room { full: list(full), only }
    }

    /// Takes a place for a message to `target`.
    pub(super) fn place(self: &Arc<Self>, target: &str, slot: OwnedSemaphorePermit) -> Place {
        let mut counts = self.counts();
        *counts.targets.entry(target.to_owned()).or_default() += 1;
        let doubtful = !counts.answering.contains(target);
        counts.doubtful += usize::from(doubtful);
        Place { bounds: Arc::clone(self), target: target.to_owned(), doubtful, _slot: slot }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Remembers whether the target answered.
    pub(super) fn judge(&self, answered: bool) {
        let mut counts = self.bounds.counts();
        if !answered {
            counts.answering.remove(&self.target);
        } else if counts.answering.contains(&self.target) || counts.answering.len() < REMEMBERED {
            counts.answering.insert(self.target.clone());
        } else {
            counts.answering = HashSet::from([self.target.clone()]);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.bounds.counts();
        counts.doubtful -= usize::from(self.doubtful);
        if let Some(count) = counts.targets.get_mut(&self.target) {
            *count -= 1;
            if *count == 0 {
                counts.targets.remove(&self.target);
            }
        }
        drop(counts);
        self.bounds.stir.notify_one();
    }
}

fn list<'a>(targets: impl Iterator<Item = &'a String>) -> String {
    targets.fold("|".to_owned(), |list, target| format!("{list}{target}|"))
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
            assert_eq!(bounds.room().full, "|");
            places.push(bounds.place("slow.example.jp", slot));
        }
        assert_eq!(bounds.room().full, "|slow.example.jp|");
        assert!(bounds.slot().await.is_some(), "others still find room");
        places.pop();
        assert_eq!(bounds.room().full, "|");
    }

    #[tokio::test]
    async fn ss_09_however_many_hang_places_are_kept_for_those_who_answer() {
        let bounds = Bounds::new(Lane::Call);
        let known = bounds.place("well.example.jp", bounds.slot().await.unwrap());
        known.judge(true);
        drop(known);
        let mut hanging = Vec::new();
        for number in 0..Lane::Call.width() - Lane::Call.kept() {
            assert_eq!(bounds.room().only, "");
            hanging.push(bounds.place(&format!("slow-{number}.example.jp"), bounds.slot().await.unwrap()));
        }
        assert_eq!(bounds.room().only, "|well.example.jp|");
        let well = bounds.place("well.example.jp", bounds.slot().await.unwrap());
        hanging.pop();
        assert_eq!(bounds.room().only, "", "whoever answers takes no place from the others");
        well.judge(false);
        drop(well);
        hanging.push(bounds.place("slow.example.jp", bounds.slot().await.unwrap()));
        assert_eq!(bounds.room().only, "|", "and who does so no more is one of the others");
    }
}
