//! What we keep of a client secret.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a client secret, in lower-case hexadecimal where it is written.
///
/// A fast hash is enough: secrets are drawn by us with at least 160 random bits, never chosen by people.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretDigest(Digest);

impl SecretDigest {
    /// The digest of `secret`.
    pub fn of(secret: &SecretString) -> Self {
        Self(Digest::of_content(secret.expose_secret().as_bytes()))
    }

    /// Whether `secret` is the one, in a time that does not tell how much of it is.
    pub fn fits(&self, secret: &SecretString) -> bool {
        Self::of(secret).0.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

impl fmt::Display for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.short_hex(32))
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

/// Not the SHA-256 of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is registered as its SHA-256, 64 lower-case hexadecimal digits")]
pub struct SecretError;

impl FromStr for SecretDigest {
    type Err = SecretError;

    fn from_str(hex: &str) -> Result<Self, SecretError> {
        let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if hex.len() != 64 || !hex.bytes().all(lower_hex) {
            return Err(SecretError);
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let pair = hex.get(place * 2..place * 2 + 2).ok_or(SecretError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| SecretError)?;
        }
        Ok(Self(Digest::from_bytes(bytes)))
    }
}

impl Serialize for SecretDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_again_by_its_digest_only() {
        let digest: SecretDigest =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".parse().unwrap();
        assert!(digest.fits(&"abc".into()));
        assert!(!digest.fits(&"abd".into()) && !digest.fits(&"".into()));
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(format!("{digest:?}"), "SecretDigest(…)");
        for bad in ["", "abc", &"A".repeat(64), &"g".repeat(64), &"a".repeat(65)] {
            assert_eq!(bad.parse::<SecretDigest>(), Err(SecretError), "{bad}");
        }
    }
}
