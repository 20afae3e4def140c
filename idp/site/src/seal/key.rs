//! One master key.

use std::path::PathBuf;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SealError;

pub(super) const SALT_LEN: usize = 16;
pub(super) const HEADER_LEN: usize = SALT_LEN + NONCE_LEN;
const KEY_LEN: usize = 32;

/// Why a list of master keys cannot be used. It never repeats a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no key in the list.
    #[error("the list of master keys is empty")]
    Empty,
    /// An entry is not `kid:base64` with a kid of 1 to 16 characters of `a-z0-9-` and 32 bytes.
    #[error("master key {0}: expected kid:base64 with 32 bytes, kid of 1 to 16 characters a-z 0-9 -")]
    Malformed(usize),
    /// Two keys have the same kid.
    #[error("two master keys are named {0}")]
    Twice(String),
    /// The file of the keys cannot be read or made.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

pub(super) struct Key {
    pub(super) kid: String,
    prk: Prk,
}

struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        KEY_LEN
    }
}

impl Key {
    /// Reads entry number `place` (from 1) of a list.
    pub(super) fn parse(entry: &str, place: usize) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed(place);
        let (kid, encoded) = entry.split_once(':').ok_or_else(malformed)?;
        let named = (1..=16).contains(&kid.len())
            && kid.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let material = STANDARD.decode(encoded.trim()).map_err(|_| malformed())?;
        let material: [u8; KEY_LEN] = material.try_into().map_err(|_| malformed())?;
        if named { Ok(Self::new(kid, &material)) } else { Err(malformed()) }
    }

    pub(super) fn new(kid: &str, material: &[u8; KEY_LEN]) -> Self {
        let prk = Salt::new(HKDF_SHA256, b"sekisho master key").extract(material);
        Self { kid: kid.to_owned(), prk }
    }

    /// A key for `use` and `detail`; the zero byte keeps the two apart.
    fn derive(&self, purpose: &str, detail: &[u8]) -> Option<[u8; KEY_LEN]> {
        let mut bytes = [0; KEY_LEN];
        self.prk.expand(&[purpose.as_bytes(), &[0], detail], Length).ok()?.fill(&mut bytes).ok()?;
        Some(bytes)
    }

    fn cipher(&self, salt: &[u8]) -> Option<LessSafeKey> {
        let bytes = self.derive("seal", salt)?;
        Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).ok()?))
    }

    /// The header and what is sealed under it.
    pub(super) fn seal(&self, aad: &str, plain: &[u8], header: &[u8; HEADER_LEN]) -> Option<Vec<u8>> {
        let (salt, nonce) = header.split_at(SALT_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = plain.to_vec();
        self.cipher(salt)?.seal_in_place_append_tag(nonce, Aad::from(aad.as_bytes()), &mut sealed).ok()?;
        Some([header.as_slice(), &sealed].concat())
    }

    /// What was sealed into `body`, a header and its ciphertext.
    pub(super) fn open(&self, aad: &str, body: &[u8]) -> Result<Vec<u8>, SealError> {
        let (header, sealed) = body.split_at_checked(HEADER_LEN).ok_or(SealError::Broken)?;
        let (salt, nonce) = header.split_at(SALT_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let cipher = self.cipher(salt).ok_or(SealError::Broken)?;
        let mut sealed = sealed.to_vec();
        let plain = cipher
            .open_in_place(nonce, Aad::from(aad.as_bytes()), &mut sealed)
            .map_err(|_| SealError::Broken)?
            .len();
        sealed.truncate(plain);
        Ok(sealed)
    }

    fn mac_key(&self, label: &str) -> Option<hmac::Key> {
        Some(hmac::Key::new(hmac::HMAC_SHA256, &self.derive("mac", label.as_bytes())?))
    }

    pub(super) fn mac(&self, label: &str, content: &[u8]) -> Option<[u8; 32]> {
        hmac::sign(&self.mac_key(label)?, content).as_ref().try_into().ok()
    }

    pub(super) fn verify(&self, label: &str, content: &[u8], mac: &[u8]) -> bool {
        self.mac_key(label).is_some_and(|key| hmac::verify(&key, content, mac).is_ok())
    }
}
