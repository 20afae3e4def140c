//! Whether the rows of an extract may be merged.
//!
//! A wrong file, such as one of another layout, shows itself by how much it would refuse or correct. Such an import is
//! held: nothing is merged until somebody says so.

/// What an import found and would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in the file.
    pub read: u64,
    /// Rows that cannot be taken.
    pub refused: u64,
    /// Rows of months that are no longer kept.
    pub outdated: u64,
    /// Rows not known before, corrections included.
    pub added: u64,
    /// Of those, corrections.
    pub corrections: u64,
    /// Rows of which something was paid back since.
    pub changed: u64,
    /// Rows known as they are.
    pub known: u64,
}

/// From where on an import is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Refused rows, in hundredths of the rows read.
    pub refused_percent: u64,
    /// Corrections, in hundredths of the rows read.
    pub corrections_percent: u64,
    /// As many are never too many: in a small society one row is more than a hundredth.
    pub floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { refused_percent: 1, corrections_percent: 10, floor: 20 }
    }
}

/// Why an import is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Too many rows are refused.
    Refused {
        /// How many.
        count: u64,
        /// Of how many rows.
        of: u64,
    },
    /// Too many rows correct others.
    Corrections {
        /// How many.
        count: u64,
        /// Of how many rows.
        of: u64,
    },
}

/// Why an import of these counts is to be held; nothing when it may be merged.
pub fn judge(counts: &Counts, limits: &Limits) -> Vec<Excess> {
    let exceeds = |count: u64, percent: u64| {
        count > limits.floor && count.saturating_mul(100) > counts.read.saturating_mul(percent)
    };
    // A file of which nothing can be taken is no extract of claims.
    let nothing = counts.read > 0 && counts.refused == counts.read;
    let refused = (nothing || exceeds(counts.refused, limits.refused_percent))
        .then_some(Excess::Refused { count: counts.refused, of: counts.read });
    let corrections = exceeds(counts.corrections, limits.corrections_percent)
        .then_some(Excess::Corrections { count: counts.corrections, of: counts.read });
    refused.into_iter().chain(corrections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_held_when_it_would_refuse_or_correct_too_much() {
        for (read, refused, corrections, held) in [
            (0, 0, 0, 0),
            (120, 1, 0, 0),
            (120, 120, 0, 1),
            (30, 20, 0, 0),
            (30, 21, 0, 1),
            (10_000, 100, 0, 0),
            (10_000, 101, 0, 1),
            (120, 0, 20, 0),
            (120, 0, 21, 1),
            (10_000, 0, 1_000, 0),
            (10_000, 101, 1_001, 2),
        ] {
            let counts = Counts { read, refused, corrections, ..Counts::default() };
            assert_eq!(judge(&counts, &Limits::default()).len(), held, "{read} {refused} {corrections}");
        }
    }
}
