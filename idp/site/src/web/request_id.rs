//! The number under which a request can be found in the log.

use std::fmt;

use sekisho_base::Cx;

/// Letters and digits that people do not mistake for one another on the telephone: no I, L, O, U, 0 or 1.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of a request, as an error page shows it: `7K3Q-9MZX-4TDR`. It is ours alone: what a caller sends is
/// ignored, so that no caller writes into the log (XS-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new number.
    pub fn draw(cx: &mut Cx) -> Self {
        let mut text = String::with_capacity(14);
        for (place, byte) in cx.bytes::<12>().into_iter().enumerate() {
            if place == 4 || place == 8 {
                text.push('-');
            }
            // Not quite uniform, which a number that is no secret need not be.
            text.extend(ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map(char::from));
        }
        Self(text)
    }

    /// The number of a request that was given none.
    pub(super) fn none() -> Self {
        Self("-".to_owned())
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
