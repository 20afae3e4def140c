//! How often one place may ask for something in a minute. Counted in this process; losing the count harms nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use sekisho_base::Timestamp;

const WINDOW: Duration = Duration::from_mins(1);
const PLACES: usize = 10_000;

/// The counts.
#[derive(Debug)]
pub struct Limit {
    a_minute: u32,
    seen: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl Limit {
    /// A limit of so many requests in a minute from one place.
    pub fn new(a_minute: u32) -> Self {
        Self { a_minute, seen: Mutex::default() }
    }

    /// Counts a request, and says whether it is one of those that a place has in a minute.
    pub fn allows(&self, place: IpAddr, now: Timestamp) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if seen.len() >= PLACES {
            seen.retain(|_, (began, _)| now.since(*began) < WINDOW);
        }
        let (began, count) = seen.entry(place).or_insert((now, 0));
        if now.since(*began) >= WINDOW {
            (*began, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.a_minute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_so_many_in_a_minute_and_others_are_not_held_back() {
        let limit = Limit::new(30);
        let now = Timestamp::from_seconds(1_000);
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        assert!((0..30).all(|_| limit.allows(here, now)));
        assert!(!limit.allows(here, now));
        assert!(limit.allows(there, now));
        assert!(limit.allows(here, now + WINDOW));
    }
}
