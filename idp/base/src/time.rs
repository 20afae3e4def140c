//! Moments, in microseconds since 1970 UTC, and their Japanese civil time.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Zoned, tz};
use serde::{Deserialize, Serialize};

/// A moment in UTC with microsecond resolution: what every `*_at bigint` column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The moment `seconds` seconds after 1970-01-01T00:00:00Z, as JWT claims count.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The civil date and time in Asia/Tokyo, which is what people are shown.
    pub fn in_tokyo(self) -> Zoned {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        moment.to_zoned(TimeZone::fixed(tz::offset(9)))
    }

    /// The date in Asia/Tokyo.
    pub fn date_in_tokyo(self) -> Date {
        self.in_tokyo().date()
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// RFC 3339 in UTC, for logs and files.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        moment.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokyo_is_nine_hours_ahead_all_year() {
        let new_year = Timestamp::from_seconds(1_767_193_200);
        assert_eq!(new_year.to_string(), "2025-12-31T15:00:00Z");
        assert_eq!(new_year.date_in_tokyo().to_string(), "2026-01-01");
    }

    #[test]
    fn durations_add_and_never_wrap() {
        let moment = Timestamp::from_seconds(10);
        assert_eq!((moment + Duration::from_secs(5)).seconds(), 15);
        assert_eq!((moment + Duration::from_secs(5)).since(moment), Duration::from_secs(5));
        assert_eq!(moment.since(moment + Duration::from_secs(5)), Duration::ZERO);
        assert_eq!(
            Timestamp::from_micros(i64::MAX) + Duration::from_secs(1),
            Timestamp::from_micros(i64::MAX)
        );
    }
}
