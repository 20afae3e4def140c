//! Sealing what must be readable again: values at rest, and values that travel through a browser.
//!
//! A sealed value is `1 · length of kid · kid · salt (16) · nonce (12) · ciphertext and tag`. Each value has a key of its
//! own, derived by HKDF-SHA-256 from the master key and the salt, and is sealed by AES-256-GCM under a random nonce; so one
//! master key may seal without counting. The associated data says where the value belongs: `table.column:id` at rest,
//! `purpose:binding` on its way. A value moved elsewhere does not open.

mod key;
mod ring;

pub use key::KeyError;
pub use ring::Ring;

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It names a master key that is not in the ring: the ring lost a key, or the value comes from elsewhere.
    #[error("sealed under a master key that is not in the ring")]
    UnknownKey,
    /// It was altered, moved, cut, or is no sealed value; or what was sealed is not what is expected.
    #[error("not a sealed value of this place")]
    Broken,
}

#[cfg(test)]
mod tests;
