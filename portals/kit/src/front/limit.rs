//! How often one place may ask for something in a minute. Counted in this process; losing the count harms nothing.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
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

    /// Counts a request, and says whether it is one of those that a place has in a minute. When more places ask in a
    /// minute than are kept, all are counted anew: the memory and the time that this takes stay small (DO-05).
    pub fn allows(&self, address: IpAddr, now: Timestamp) -> bool {
        let place = place(address);
        let mut seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if seen.len() >= PLACES {
            seen.retain(|_, (began, _)| now.since(*began) < WINDOW);
            if seen.len() >= PLACES {
                seen.clear();
            }
        }
        let (began, count) = seen.entry(place).or_insert((now, 0));
        if now.since(*began) >= WINDOW {
            (*began, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.a_minute
    }
}

/// Where an address is: whoever has one of version 6 has the whole network of its first 64 bits.
fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
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

    #[test]
    fn do_05_a_network_of_version_6_is_one_place_and_places_are_bounded() {
        let limit = Limit::new(1);
        let now = Timestamp::from_seconds(1_000);
        let neighbour = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
        assert!(limit.allows(neighbour(1), now));
        assert!(!limit.allows(neighbour(2), now));
        for number in 0..25_000_u32 {
            limit.allows(IpAddr::from(number.to_be_bytes()), now);
            assert!(limit.seen.lock().unwrap().len() <= PLACES);
        }
    }
}
