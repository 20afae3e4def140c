//! What remains of a bearer value at rest.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a bearer value is for. A value of one kind is unknown as any other:
/// the kind is part of what is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub &'static str);

/// SHA-256 over kind, epoch and secret: the only form in which a bearer value is stored.
///
/// A restore raises the epoch, which makes every digest of before unreachable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `secret`, as a value of `kind` in `epoch`.
    pub fn of(kind: Kind, epoch: i64, secret: &SecretString) -> Self {
        let hash = Sha256::new()
            .chain_update(kind.0.as_bytes())
            .chain_update([0])
            .chain_update(epoch.to_be_bytes())
            .chain_update(secret.expose_secret().as_bytes())
            .finalize();
        Self(hash.into())
    }

    /// The plain SHA-256 of public content, such as a file or a rule set.
    pub fn of_content(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// A digest read back from a row.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first `bytes` bytes in lower-case hexadecimal, for names of files and short marks.
    pub fn short_hex(&self, bytes: usize) -> String {
        use fmt::Write as _;
        self.0.iter().take(bytes).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({}…)", self.short_hex(4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn az_22_kind_and_epoch_are_part_of_the_digest() {
        let secret = SecretString::from("same");
        let link = Digest::of(Kind("link"), 0, &secret);
        assert_eq!(link, Digest::of(Kind("link"), 0, &secret));
        assert_ne!(link, Digest::of(Kind("session"), 0, &secret));
        assert_ne!(link, Digest::of(Kind("link"), 1, &secret));
    }
}
