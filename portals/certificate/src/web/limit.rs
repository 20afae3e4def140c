//! How often one place may ask for the worth of certificates: enough for a busy reception desk, too little to
//! look for numbers. Counted in this process; losing the count harms nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use sekisho_base::Timestamp;

const WINDOW: Duration = Duration::from_mins(1);
const IN_A_WINDOW: u32 = 30;
const PLACES: usize = 10_000;

/// The counts.
#[derive(Debug, Default)]
pub struct Limit {
    seen: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl Limit {
    /// Counts a request, and says whether it is one of the thirty that a place has in a minute.
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
        *count <= IN_A_WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_thirty_in_a_minute_and_others_are_not_held_back() {
        let limit = Limit::default();
        let now = Timestamp::from_seconds(1_000);
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        assert!((0..30).all(|_| limit.allows(here, now)));
        assert!(!limit.allows(here, now));
        assert!(limit.allows(there, now));
        assert!(limit.allows(here, now + WINDOW));
    }
}
