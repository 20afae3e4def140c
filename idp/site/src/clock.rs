//! Where the moment of a request comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sekisho_base::{Cx, Timestamp};

use crate::chance::SystemChance;

/// A source of the present moment.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place from which time enters")]
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that tests and the demo move. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct MovableClock {
    micros: Arc<AtomicI64>,
    running: bool,
}

impl MovableClock {
    /// A clock that stands still at `moment` until it is moved.
    pub fn at(moment: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(moment.micros())), running: false }
    }

    /// A clock that runs with the machine's until it is moved, and goes on from there.
    pub fn running() -> Self {
        Self { micros: Arc::default(), running: true }
    }

    /// Moves the clock ahead.
    pub fn advance(&self, duration: Duration) {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets the clock to `moment`, which may lie behind.
    pub fn set(&self, moment: Timestamp) {
        let base = if self.running { SystemClock.now().micros() } else { 0 };
        self.micros.store(moment.micros().saturating_sub(base), Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        let base = if self.running { SystemClock.now().micros() } else { 0 };
        Timestamp::from_micros(base.saturating_add(self.micros.load(Ordering::SeqCst)))
    }
}

/// Makes the context of each request: the present moment and fresh chance.
#[derive(Clone)]
pub struct Door {
    /// The clock that the moment is read from.
    pub clock: Arc<dyn Clock>,
}

impl Door {
    /// A door that reads `clock`.
    pub fn new(clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock) }
    }

    /// The context of one request or task.
    pub fn cx(&self) -> Cx {
        Cx::new(self.clock.now(), Box::new(SystemChance))
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new(SystemClock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_stands_or_runs_on_as_it_was_made() {
        let standing = MovableClock::at(Timestamp::from_seconds(100));
        let same = standing.clone();
        standing.advance(Duration::from_secs(5));
        assert_eq!(same.now(), Timestamp::from_seconds(105));

        let running = MovableClock::running();
        running.set(Timestamp::from_seconds(100));
        let since = running.now().since(Timestamp::from_seconds(100));
        assert!(since < Duration::from_mins(1), "{since:?}");
    }
}
