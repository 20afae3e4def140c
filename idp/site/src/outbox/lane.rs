//! The ways a message leaves.

use std::fmt;
use std::time::Duration;

/// A way out. Each has its own senders, so that a slow one holds up only itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// By SMTP.
    Mail,
    /// By the SMS gateway.
    Sms,
    /// By HTTP to another service: back-channel logout.
    Call,
}

impl Lane {
    pub(super) const ALL: [Self; 3] = [Self::Mail, Self::Sms, Self::Call];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Call => "call",
        }
    }

    /// How many messages of this lane are on their way at once.
    pub(super) const fn width(self) -> usize {
        match self {
            Self::Mail | Self::Sms => 8,
            Self::Call => 32,
        }
    }

    /// How many places are kept for targets that answered when they were last asked. Mail and SMS go to servers of the
    /// operator's; whom others registered may never answer.
    pub(super) const fn kept(self) -> usize {
        match self {
            Self::Mail | Self::Sms => 0,
            Self::Call => 8,
        }
    }

    /// How many of them to the same target.
    pub(super) const fn width_per_target(self) -> usize {
        match self {
            Self::Mail => 4,
            Self::Sms => 8,
            Self::Call => 2,
        }
    }

    /// After how many tries the other side's refusal is final.
    pub(super) const fn tries_when_refused(self) -> i64 {
        match self {
            Self::Mail | Self::Call => 5,
            Self::Sms => 2,
        }
    }

    /// After how many tries a message is given up although the other side may come back. SMS cost money and the person
    /// is waiting at a page with a resend button (F-10); the others are tried until they expire.
    pub(super) const fn tries(self) -> Option<i64> {
        match self {
            Self::Mail | Self::Call => None,
            Self::Sms => Some(2),
        }
    }
}

/// The pause after try number `attempts`: doubling, at most a minute, and by up to half shorter by chance, so that what
/// failed together does not come back together.
pub(super) fn pause(attempts: i64, chance: u8) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 7)).unwrap_or(7).saturating_sub(1);
    let full = Duration::from_secs(1).saturating_mul(1 << doublings).min(Duration::from_mins(1));
    full.mul_f64(1.0 - f64::from(chance) / 512.0)
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
