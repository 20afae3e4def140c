//! Counters in this process.
//!
//! The generic cell rate algorithm: of each key only the moment is kept at which it will be as if never seen.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sekisho_base::Timestamp;

use super::{Pass, Rate};

/// So many keys are kept at most: a flood of sources must not eat the memory.
const MOST: usize = 50_000;

/// Keys, and when each is forgotten.
#[derive(Default)]
pub(super) struct Counters {
    free_at: Mutex<HashMap<String, i64>>,
}

impl Counters {
    pub(super) fn count(&self, key: &str, rate: Rate, now: Timestamp) -> Pass {
        let now = now.micros();
        let within = i64::try_from(rate.within.as_micros()).unwrap_or(i64::MAX);
        let apart = within / i64::from(rate.limit.max(1));
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let free = free_at.get(key).map_or(now, |free| now.max(*free));
        // A full burst leaves exactly `within` to wait until nothing is remembered.
        let earliest = free.saturating_add(apart).saturating_sub(within);
        if rate.limit == 0 || earliest > now {
            let wait = if rate.limit == 0 { now.saturating_add(within) } else { earliest };
            return Pass::Wait { until: Timestamp::from_micros(wait) };
        }
        if free_at.len() >= MOST && !free_at.contains_key(key) {
            make_room(&mut free_at, now);
        }
        free_at.insert(key.to_owned(), free.saturating_add(apart));
        Pass::Go
    }
}

/// Forgets what is over; when that is not enough, the half that would have been forgotten first.
fn make_room(free_at: &mut HashMap<String, i64>, now: i64) {
    free_at.retain(|_, free| *free > now);
    if free_at.len() >= MOST {
        let mut moments: Vec<i64> = free_at.values().copied().collect();
        let middle = moments.len() / 2;
        let (_, &mut median, _) = moments.select_nth_unstable(middle);
        free_at.retain(|_, free| *free > median);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RATE: Rate = Rate { limit: 5, within: Duration::from_mins(1) };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1_000)
    }

    #[test]
    fn a_burst_passes_then_one_at_a_time() {
        let counters = Counters::default();
        for _ in 0..5 {
            assert_eq!(counters.count("a", RATE, at(0)), Pass::Go);
        }
        assert_eq!(counters.count("a", RATE, at(0)), Pass::Wait { until: at(12_000) });
        assert_eq!(counters.count("a", RATE, at(11_999)), Pass::Wait { until: at(12_000) });
        assert_eq!(counters.count("a", RATE, at(12_000)), Pass::Go);
        assert_eq!(counters.count("a", RATE, at(12_000)), Pass::Wait { until: at(24_000) });
    }

    #[test]
    fn pw_13_a_burst_on_each_side_of_a_window_s_edge_does_not_pass() {
        let counters = Counters::default();
        let passed = (0..5)
            .map(|_| at(59_900))
            .chain((0..5).map(|_| at(60_100)))
            .filter(|moment| counters.count("a", RATE, *moment) == Pass::Go)
            .count();
        assert_eq!(passed, 5);
    }

    #[test]
    fn keys_are_counted_apart_and_a_limit_of_nought_lets_nothing_pass() {
        let counters = Counters::default();
        let one = Rate { limit: 1, within: Duration::from_secs(1) };
        assert_eq!(counters.count("a", one, at(0)), Pass::Go);
        assert_eq!(counters.count("b", one, at(0)), Pass::Go);
        assert_ne!(counters.count("a", one, at(999)), Pass::Go);
        let none = Rate { limit: 0, within: Duration::from_secs(1) };
        assert_eq!(counters.count("c", none, at(0)), Pass::Wait { until: at(1_000) });
    }

    #[test]
    fn f_16_a_clock_that_steps_back_keeps_the_limit() {
        let counters = Counters::default();
        for _ in 0..5 {
            counters.count("a", RATE, at(600_000));
        }
        assert_ne!(counters.count("a", RATE, at(0)), Pass::Go);
    }

    #[test]
    fn do_01_a_flood_of_sources_is_held_in_bounded_memory() {
        let counters = Counters::default();
        for source in 0..MOST + 10_000 {
            assert_eq!(counters.count(&source.to_string(), RATE, at(0)), Pass::Go);
        }
        assert!(counters.free_at.lock().unwrap().len() <= MOST);
        counters.count("later", RATE, at(600_000));
    }
}
