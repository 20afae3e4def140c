//! What claims on member records are counted for, and how long they rest.
//!
//! A claim is counted for its numbers, known or not, so that the answer tells nothing about either. A rest grows up to
//! an hour: nobody can guess at that pace, and no stranger keeps a member out for longer.

use std::time::Duration;

use sekisho_base::Digest;
use sekisho_domain::member::Claimed;
use sekisho_store::attempts::Window;

use crate::config::Throttle;

/// What claims are counted as.
pub const KIND: &str = "proofing";

const DAY: Duration = Duration::from_hours(24);
const REST: Duration = Duration::from_mins(15);
const LONGEST: Duration = Duration::from_hours(1);

/// What a claim by symbol and number is counted for.
pub fn of_numbers(claimed: &Claimed) -> String {
    digest(&format!("{}\n{}", claimed.symbol.norm_nz(), claimed.number.norm_nz()))
}

/// What a claim by a pre-issued ID is counted for.
pub fn of_id(folded: &str) -> String {
    digest(&format!("id\n{folded}"))
}

fn digest(text: &str) -> String {
    Digest::of_content(text.as_bytes()).short_hex(32)
}

/// How many claims on one record, and how long it rests then.
pub fn window(limits: &Throttle) -> Window {
    Window { limit: i64::from(limits.claims_per_record), rest: REST, longest: LONGEST, forget_after: DAY }
}
