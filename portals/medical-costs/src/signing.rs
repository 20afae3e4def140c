//! The key that signs XML files: one per installation, made by whichever node needs it first, kept sealed.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_base::{Cx, Digest};
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;

use crate::rows::signing_keys::{self, StoredKey};
use crate::rows::{self, damaged};

/// A key of ECDSA over P-256 with SHA-256.
pub struct SigningKey {
    kid: String,
    pair: EcdsaKeyPair,
    public: Vec<u8>,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows cannot be read or written, or the key does not open.
    #[error(transparent)]
    Rows(#[from] rows::Error),
    /// The library refuses.
    #[error("a signing key cannot be made or used")]
    Library,
}

impl SigningKey {
    /// The installation's key. It is made when there is none; of several nodes that make one together, all take the one
    /// that came first.
    ///
    /// # Errors
    /// [`Error`] when there is none and none can be made.
    pub async fn open(db: &Db, ring: &Ring, cx: &mut Cx) -> Result<Self, Error> {
        let stored = match signing_keys::get(db).await? {
            Some(stored) => stored,
            None => signing_keys::put_first(db, &made(ring, cx)?, cx.now).await?,
        };
        let plain =
            ring.open(&place(&stored.kid), &stored.body).map_err(|_| damaged("signing_keys", &stored.kid))?;
        Self::read(&plain).ok_or_else(|| damaged("signing_keys", &stored.kid).into())
    }

    /// The key of a PKCS #8 document.
    fn read(pkcs8: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
        let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key()).ok()?.as_ref().to_vec();
        Some(Self { kid: Digest::of_content(&public).short_hex(8), pair, public })
    }

    /// What the key is called: the beginning of the digest of its public key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The signature of `message`: r and s, 32 bytes each.
    ///
    /// # Errors
    /// [`Error::Library`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signed = self.pair.sign(&SystemRandom::new(), message).map_err(|_| Error::Library)?;
        Ok(signed.as_ref().to_vec())
    }

    /// The public key as PEM, as it is published.
    pub fn public_pem(&self) -> String {
        let text = STANDARD.encode(&self.public);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}

/// A new key, sealed.
fn made(ring: &Ring, cx: &mut Cx) -> Result<StoredKey, Error> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| Error::Library)?;
    let document = pair.to_pkcs8v1().map_err(|_| Error::Library)?;
    let key = SigningKey::read(document.as_ref()).ok_or(Error::Library)?;
    let body = ring.seal(&place(&key.kid), document.as_ref(), cx);
    Ok(StoredKey { kid: key.kid, body, public_key: key.public })
}

fn place(kid: &str) -> String {
    format!("signing_keys.body:{kid}")
}
