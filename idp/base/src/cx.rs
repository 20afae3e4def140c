//! The moment and the dice of one request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use crate::Timestamp;

/// A source of unpredictable bytes. The services implement it over the
/// operating system's generator; tests use [`Cx::seeded`].
pub trait Chance: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// The context of one request or task: one moment, one source of chance.
///
/// It is made at the door and handed inwards, so that a rule given the same
/// `Cx` and the same input always decides the same.
pub struct Cx {
    /// The moment at which the request is judged.
    pub now: Timestamp,
    chance: Box<dyn Chance>,
}

impl Cx {
    /// A context at `now` that draws from `chance`.
    pub fn new(now: Timestamp, chance: Box<dyn Chance>) -> Self {
        Self { now, chance }
    }

    /// A repeatable context for tests: equal seeds draw equal bytes. Never use it to serve.
    pub fn seeded(now: Timestamp, seed: u64) -> Self {
        Self::new(now, Box::new(Seeded { seed, drawn: 0 }))
    }

    /// Draws `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }

    /// A bearer value of 256 random bits, base64url without padding (43 characters).
    pub fn secret(&mut self) -> SecretString {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>()).into()
    }

    /// `count` decimal digits, each equally likely.
    pub fn digits(&mut self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        while digits.len() < count {
            let [byte] = self.bytes::<1>();
            // 250 is the largest multiple of ten in a byte: above it digits would not be equally likely.
            if byte < 250 {
                digits.push(char::from(b'0' + byte % 10));
            }
        }
        digits
    }
}

struct Seeded {
    seed: u64,
    drawn: u64,
}

impl Chance for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(self.drawn.to_be_bytes())
                .finalize();
            self.drawn += 1;
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn equal_seeds_draw_equal_values_and_draws_differ() {
        let mut one = Cx::seeded(Timestamp::from_micros(0), 7);
        let mut two = Cx::seeded(Timestamp::from_micros(0), 7);
        let first = one.secret();
        assert_eq!(first.expose_secret(), two.secret().expose_secret());
        assert_ne!(first.expose_secret(), one.secret().expose_secret());
        assert_eq!(first.expose_secret().len(), 43);
    }

    #[test]
    fn digits_have_the_length_asked_for_and_every_digit_occurs() {
        let mut cx = Cx::seeded(Timestamp::from_micros(0), 1);
        let drawn = cx.digits(2_000);
        assert_eq!(drawn.len(), 2_000);
        for digit in '0'..='9' {
            let count = drawn.matches(digit).count();
            assert!((120..280).contains(&count), "{digit} occurs {count} times");
        }
    }
}
