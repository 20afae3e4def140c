//! How long a certificate is good for, and what ends it.

use std::time::Duration;

use sekisho_base::Timestamp;

/// How long a certificate can be shown: 48 hours from its issue (guide row A18).
pub const LIFETIME: Duration = Duration::from_hours(48);

/// How long before its end a certificate offers to be applied for again.
pub const ENDS_SOON: Duration = Duration::from_hours(2);

/// The moments that decide what a certificate is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When its 48 hours are over.
    pub valid_until: Timestamp,
    /// When the person's cover ends, as far as it was known at issue: the start of the first day without cover.
    pub cover_ends_at: Option<Timestamp>,
    /// When a newer certificate took its place.
    pub superseded_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What a certificate is worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be shown.
    Valid {
        /// How much time is left.
        left: Duration,
    },
    /// Its 48 hours are over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// The person has applied again, and a newer one took its place.
    Superseded {
        /// Since when.
        at: Timestamp,
    },
    /// It was taken back, because the person's cover changed.
    Revoked {
        /// Since when.
        at: Timestamp,
    },
}

impl Span {
    /// A certificate issued now for `lifetime`, at most [`LIFETIME`], to a person whose cover ends at `cover_ends_at`.
    pub fn issued(now: Timestamp, lifetime: Duration, cover_ends_at: Option<Timestamp>) -> Self {
        Self {
            issued_at: now,
            valid_until: now + lifetime.min(LIFETIME),
            cover_ends_at,
            superseded_at: None,
            revoked_at: None,
        }
    }

    /// When it ends if nothing else happens: with its time, or with the person's cover if that is sooner.
    pub fn ends_at(&self) -> Timestamp {
        self.cover_ends_at.map_or(self.valid_until, |cover| cover.min(self.valid_until))
    }

    /// Whether it is the cover that ends it.
    pub fn ends_with_cover(&self) -> bool {
        self.ends_at() < self.valid_until
    }

    /// What the certificate is worth at `now`: whatever ended it first decides, and at
    /// exactly 48 hours it has expired (design §6.1).
    pub fn state(&self, now: Timestamp) -> State {
        // The order matters at equal moments only: what was taken back never merely ran out.
        let ends = [
            self.revoked_at.map(|at| (at, State::Revoked { at })),
            self.cover_ends_at.map(|at| (at, State::Revoked { at })),
            self.superseded_at.map(|at| (at, State::Superseded { at })),
            Some((self.valid_until, State::Expired { at: self.valid_until })),
        ];
        ends.into_iter()
            .flatten()
            .filter(|(at, _)| *at <= now)
            .min_by_key(|(at, _)| *at)
            .map_or(State::Valid { left: self.ends_at().since(now) }, |(_, state)| state)
    }
}

impl State {
    /// Whether the certificate can be shown.
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid { .. })
    }

    /// Whether less than two hours are left.
    pub fn ends_soon(self) -> bool {
        matches!(self, Self::Valid { left } if left <= ENDS_SOON)
    }
}

/// What the public check page says of a certificate; it never says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be relied on.
    Valid,
    /// Its time is over.
    Expired,
    /// It was taken back or replaced.
    Revoked,
}

impl From<State> for Standing {
    fn from(state: State) -> Self {
        match state {
            State::Valid { .. } => Self::Valid,
            State::Expired { .. } => Self::Expired,
            State::Superseded { .. } | State::Revoked { .. } => Self::Revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUE: Timestamp = Timestamp::from_seconds(1_795_224_276);
    const HOUR: u64 = 3_600;

    fn after(seconds: u64) -> Timestamp {
        ISSUE + Duration::from_secs(seconds)
    }

    #[test]
    fn a18_a31_a_certificate_is_valid_for_48_hours_and_exactly_48_hours_count_as_expired() {
        let span = Span::issued(ISSUE, LIFETIME, None);
        assert_eq!(span.state(ISSUE), State::Valid { left: LIFETIME });
        let last = Timestamp::from_micros(after(48 * HOUR).micros() - 1);
        assert_eq!(span.state(last), State::Valid { left: Duration::from_micros(1) });
        assert_eq!(span.state(after(48 * HOUR)), State::Expired { at: after(48 * HOUR) });
        assert_eq!(span.state(after(480 * HOUR)), State::Expired { at: after(48 * HOUR) });
    }

    #[test]
    fn a_reason_may_make_it_shorter_and_never_longer() {
        let hours = |hours| Span::issued(ISSUE, Duration::from_hours(hours), None).valid_until;
        assert_eq!(hours(12), after(12 * HOUR));
        assert_eq!(hours(72), after(48 * HOUR));
    }

    #[test]
    fn whatever_ends_a_certificate_first_decides() {
        let at = |hours: u64| Some(after(hours * HOUR));
        // cover ends, superseded, revoked (hours), looked at, expected
        let cases = [
            (None, at(3), None, 4, State::Superseded { at: after(3 * HOUR) }),
            (None, at(3), None, 60, State::Superseded { at: after(3 * HOUR) }),
            (None, at(50), None, 60, State::Expired { at: after(48 * HOUR) }),
            (None, at(3), at(2), 4, State::Revoked { at: after(2 * HOUR) }),
            (None, at(2), at(3), 4, State::Superseded { at: after(2 * HOUR) }),
            (at(10), None, None, 10, State::Revoked { at: after(10 * HOUR) }),
            (at(10), None, at(20), 30, State::Revoked { at: after(10 * HOUR) }),
            (at(60), None, None, 61, State::Expired { at: after(48 * HOUR) }),
            (at(48), None, None, 48, State::Revoked { at: after(48 * HOUR) }),
        ];
        for (cover_ends_at, superseded_at, revoked_at, hours, expected) in cases {
            let span =
                Span { cover_ends_at, superseded_at, revoked_at, ..Span::issued(ISSUE, LIFETIME, None) };
            assert_eq!(span.state(after(hours * HOUR)), expected, "{span:?} after {hours} h");
        }
    }

    #[test]
    fn the_end_is_announced_two_hours_before() {
        let span = Span::issued(ISSUE, LIFETIME, None);
        assert!(!span.state(after(46 * HOUR - 1)).ends_soon());
        assert!(span.state(after(46 * HOUR)).ends_soon());
        assert!(!span.state(after(48 * HOUR)).ends_soon());
    }

    #[test]
    fn cover_that_ends_sooner_is_the_end_that_is_announced() {
        let span = Span::issued(ISSUE, LIFETIME, Some(after(10 * HOUR)));
        assert!(span.ends_with_cover());
        assert_eq!(span.state(after(9 * HOUR)), State::Valid { left: Duration::from_hours(1) });
        assert!(span.state(after(8 * HOUR)).ends_soon());
        assert!(!Span::issued(ISSUE, LIFETIME, Some(after(48 * HOUR))).ends_with_cover());
    }

    #[test]
    fn the_check_page_knows_three_words_only() {
        let span = Span::issued(ISSUE, LIFETIME, None);
        let replaced = Span { superseded_at: Some(ISSUE), ..span };
        let revoked = Span { revoked_at: Some(ISSUE), ..span };
        assert_eq!(Standing::from(span.state(ISSUE)), Standing::Valid);
        assert_eq!(Standing::from(span.state(after(48 * HOUR))), Standing::Expired);
        assert_eq!(Standing::from(replaced.state(ISSUE)), Standing::Revoked);
        assert_eq!(Standing::from(revoked.state(ISSUE)), Standing::Revoked);
    }
}
