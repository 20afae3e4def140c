//! What may be forgotten at any moment without harm: counters per source, and of names that nobody has.
//!
//! They make abuse dear. What must hold for certain (failures per account and factor, claims on a record, whatever
//! works once) is counted in SQL instead. One node keeps them in memory; several will share them in Redis, which is
//! why counting is asynchronous. It never fails: a node that does not reach the others counts by itself.

mod memory;

use std::sync::Arc;
use std::time::Duration;

use sekisho_base::Timestamp;

/// How often something may happen: up to `limit` times at once, and as many again spread over `within`.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// So many …
    pub limit: u32,
    /// … in so long.
    pub within: Duration,
}

/// Whether something may happen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// It may, and was counted.
    Go,
    /// It may not, and was not counted.
    Wait {
        /// From when it may.
        until: Timestamp,
    },
}

/// The counters. Clones are the same counters.
#[derive(Clone)]
pub struct Fleeting {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Memory(Arc<memory::Counters>),
}

impl Fleeting {
    /// Counters in this process.
    pub fn memory() -> Self {
        Self { place: Place::Memory(Arc::default()) }
    }

    /// Counts one more under `key`, if it may happen. The key must hold nothing personal in clear, and must name what is
    /// counted, for whom, and for which insurer where that matters.
    #[expect(clippy::unused_async, reason = "counters that several nodes share are asked over the network")]
    pub async fn count(&self, key: &str, rate: Rate, now: Timestamp) -> Pass {
        match &self.place {
            Place::Memory(counters) => counters.count(key, rate, now),
        }
    }
}
