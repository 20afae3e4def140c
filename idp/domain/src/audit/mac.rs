//! The keyed hash over events and chains.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroize as _;

/// A key that marks events and chains. It has a name and never prints.
#[derive(Clone)]
pub struct MacKey {
    id: String,
    key: [u8; 32],
}

impl MacKey {
    /// The key named `id`.
    pub fn new(id: impl Into<String>, key: [u8; 32]) -> Self {
        Self { id: id.into(), key }
    }

    /// The key's name, as it stands beside what it marked.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// HMAC-SHA-256 over `content`.
    pub(super) fn mark(&self, content: &[u8]) -> [u8; 32] {
        self.over(content).finalize().into_bytes().into()
    }

    /// Whether `mark` is the mark of `content`; in constant time.
    pub(super) fn marked(&self, content: &[u8], mark: &[u8]) -> bool {
        self.over(content).verify_slice(mark).is_ok()
    }

    fn over(&self, content: &[u8]) -> Hmac<Sha256> {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes keys of every length")
        };
        mac.chain_update(content)
    }
}

/// The parts one after the other, each behind its length, so that no two lists of parts read the same.
pub(super) fn canonical(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl Drop for MacKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}
