//! Unpredictable bytes, from the generator of the crypto library.

use sekisho_base::Chance;

/// Draws from the operating system's generator by way of aws-lc.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

/// Fills `bytes`. A machine that cannot give random bytes must not go on: every secret would be guessable.
pub(crate) fn fill(bytes: &mut [u8]) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place from which chance enters")]
    if aws_lc_rs::rand::fill(bytes).is_err() {
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn se_13_values_do_not_repeat() {
        let mut drawn = HashSet::new();
        for _ in 0..10_000 {
            let mut bytes = [0; 16];
            SystemChance.fill(&mut bytes);
            assert!(drawn.insert(bytes));
        }
    }
}
