//! Whether the rows of an extract may be merged (design §6.12).
//!
//! A wrong file, such as another month's or half a one, shows itself by how much it would refuse or end. Such an
//! import is held: nothing is merged until somebody says so.

/// What an import found and would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in the file.
    pub read: u64,
    /// Rows that cannot be taken.
    pub refused: u64,
    /// Rows of a person of whom a later row stands in the file.
    pub repeated: u64,
    /// Persons not known before.
    pub added: u64,
    /// Persons whose record changes.
    pub changed: u64,
    /// Persons whose record is the same.
    pub unchanged: u64,
    /// Persons of whom something newer is known already.
    pub older: u64,
    /// Persons covered so far whose cover ends or who are forgotten.
    pub lost: u64,
    /// Persons to be forgotten.
    pub deleted: u64,
    /// Persons covered before the import.
    pub covered: u64,
}

/// From where on an import is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Refused rows, in hundredths of the rows read.
    pub refused_percent: u64,
    /// Lost persons, in hundredths of those covered.
    pub lost_percent: u64,
    /// As many are never too many: in a small society one person is more than a hundredth.
    pub floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { refused_percent: 1, lost_percent: 3, floor: 20 }
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
    /// Too many persons would lose their cover.
    Lost {
        /// How many.
        count: u64,
        /// Of how many covered.
        of: u64,
    },
}

/// Why an import of these counts is to be held; nothing when it may be merged.
pub fn judge(counts: &Counts, limits: &Limits) -> Vec<Excess> {
    let exceeds = |count: u64, of: u64, percent: u64| {
        count > limits.floor && count.saturating_mul(100) > of.saturating_mul(percent)
    };
    // A file of which nothing can be taken is no extract of members.
    let nothing = counts.read > 0 && counts.refused == counts.read;
    let refused = (nothing || exceeds(counts.refused, counts.read, limits.refused_percent))
        .then_some(Excess::Refused { count: counts.refused, of: counts.read });
    let lost = exceeds(counts.lost, counts.covered, limits.lost_percent)
        .then_some(Excess::Lost { count: counts.lost, of: counts.covered });
    refused.into_iter().chain(lost).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_is_held_when_it_would_refuse_or_end_too_much() {
        for (read, refused, covered, lost, held) in [
            (0, 0, 0, 0, 0),
            (12, 1, 0, 0, 0),
            (12, 12, 0, 0, 1),
            (30, 20, 0, 0, 0),
            (30, 21, 0, 0, 1),
            (10_000, 100, 0, 0, 0),
            (10_000, 101, 0, 0, 1),
            (12, 0, 12, 12, 0),
            (1_000, 0, 1_000, 30, 0),
            (1_000, 0, 1_000, 31, 1),
            (1_000, 500, 1_000, 500, 2),
        ] {
            let counts = Counts { read, refused, lost, covered, ..Counts::default() };
            assert_eq!(judge(&counts, &Limits::default()).len(), held, "{read} {refused} {covered} {lost}");
        }
    }
}
