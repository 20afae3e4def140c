//! The ring of master keys.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_base::Cx;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SealError;
use super::key::{HEADER_LEN, Key, KeyError};

const VERSION: u8 = 1;

/// The master keys: the first seals, all open. A new key is put in front; an old one may go once nothing is sealed
/// under it. Clones are the same ring, and none prints its keys.
#[derive(Clone)]
pub struct Ring {
    first: Arc<Key>,
    others: Arc<[Key]>,
}

impl Ring {
    /// Reads `kid:base64,kid:base64`, as it stands in the environment or a file.
    ///
    /// # Errors
    /// [`KeyError`] when the list is empty, or an entry is malformed or there twice.
    pub fn parse(list: &str) -> Result<Self, KeyError> {
        let entries = list.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty());
        let mut keys = Vec::new();
        for (place, entry) in (1..).zip(entries) {
            let key = Key::parse(entry, place)?;
            if keys.iter().any(|known: &Key| known.kid == key.kid) {
                return Err(KeyError::Twice(key.kid));
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(KeyError::Empty)?;
        Ok(Self { first: Arc::new(first), others: keys.collect() })
    }

    /// Reads the list in a file, making the file with a new key when there is none. Only its owner may read it.
    ///
    /// # Errors
    /// [`KeyError`] as [`Ring::parse`], or when the file cannot be read or made.
    pub fn open_or_create(path: &Path, cx: &mut Cx) -> Result<Self, KeyError> {
        let failed = |error| KeyError::File(path.to_owned(), error);
        match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let entry = format!("k1:{}\n", STANDARD.encode(cx.bytes::<32>()));
                crate::files::create_private(path, entry.as_bytes()).map_err(failed)?;
                Self::parse(&entry)
            }
            Err(error) => Err(failed(error)),
            Ok(list) => Self::parse(&list),
        }
    }

    /// A ring of one new key that is written nowhere: for tests and trials.
    pub fn generate(cx: &mut Cx) -> Self {
        Self { first: Arc::new(Key::new("k1", &cx.bytes())), others: Arc::new([]) }
    }

    /// The kid of the key that seals.
    pub fn kid(&self) -> &str {
        &self.first.kid
    }

    /// The kid under which `sealed` was sealed, if it is a sealed value: for resealing what an old key holds.
    pub fn kid_of(sealed: &[u8]) -> Option<&str> {
        split(sealed).and_then(|(kid, _)| std::str::from_utf8(kid).ok())
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&*self.first).chain(self.others.iter())
    }

    fn named(&self, kid: &[u8]) -> Option<&Key> {
        self.keys().find(|key| key.kid.as_bytes() == kid)
    }

    /// Seals `plain` for the place that `aad` names: `table.column:id` or `purpose:binding`.
    pub fn seal(&self, aad: &str, plain: &[u8], cx: &mut Cx) -> Vec<u8> {
        let header: [u8; HEADER_LEN] = cx.bytes();
        let Some(body) = self.first.seal(aad, plain, &header) else {
            unreachable!("AES-GCM refuses nothing that fits into memory")
        };
        let kid = self.first.kid.as_bytes();
        let length = u8::try_from(kid.len()).unwrap_or(0);
        [&[VERSION, length], kid, &body].concat()
    }

    /// Opens what was sealed for the place that `aad` names.
    ///
    /// # Errors
    /// [`SealError`] when it was sealed under a key that is not here, altered, or meant for another place.
    pub fn open(&self, aad: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (kid, body) = split(sealed).ok_or(SealError::Broken)?;
        self.named(kid).ok_or(SealError::UnknownKey)?.open(aad, body)
    }

    /// Seals a value as JSON.
    ///
    /// # Errors
    /// [`SealError::Broken`] when the value has no JSON form.
    pub fn seal_json<T: Serialize + ?Sized>(
        &self,
        aad: &str,
        value: &T,
        cx: &mut Cx,
    ) -> Result<Vec<u8>, SealError> {
        Ok(self.seal(aad, &serde_json::to_vec(value).map_err(|_| SealError::Broken)?, cx))
    }

    /// Opens a value that was sealed as JSON.
    ///
    /// # Errors
    /// As [`Ring::open`], or when what was sealed is no `T`.
    pub fn open_json<T: DeserializeOwned>(&self, aad: &str, sealed: &[u8]) -> Result<T, SealError> {
        serde_json::from_slice(&self.open(aad, sealed)?).map_err(|_| SealError::Broken)
    }

    /// Seals into base64url without padding, for addresses and hidden fields.
    pub fn seal_text(&self, aad: &str, plain: &[u8], cx: &mut Cx) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(aad, plain, cx))
    }

    /// Opens what [`Ring::seal_text`] made.
    ///
    /// # Errors
    /// As [`Ring::open`], or when the text is no base64url.
    pub fn open_text(&self, aad: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        self.open(aad, &URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError::Broken)?)
    }

    /// Seals a value as JSON into base64url, for addresses and hidden fields.
    ///
    /// # Errors
    /// As [`Ring::seal_json`].
    pub fn seal_json_text<T: Serialize + ?Sized>(
        &self,
        aad: &str,
        value: &T,
        cx: &mut Cx,
    ) -> Result<String, SealError> {
        self.seal_json(aad, value, cx).map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`Ring::seal_json_text`] made.
    ///
    /// # Errors
    /// As [`Ring::open_json`].
    pub fn open_json_text<T: DeserializeOwned>(&self, aad: &str, sealed: &str) -> Result<T, SealError> {
        serde_json::from_slice(&self.open_text(aad, sealed)?).map_err(|_| SealError::Broken)
    }

    /// HMAC-SHA-256 of `content` under a key derived for `label` from the key that seals.
    pub fn mac(&self, label: &str, content: &[u8]) -> [u8; 32] {
        self.first.mac(label, content).unwrap_or_else(|| unreachable!("HMAC refuses nothing"))
    }

    /// As [`Ring::mac`], under the key named `kid`; `None` when it is not in the ring.
    pub fn mac_under(&self, kid: &str, label: &str, content: &[u8]) -> Option<[u8; 32]> {
        self.named(kid.as_bytes())?.mac(label, content)
    }

    /// Whether `mac` is the [`Ring::mac`] of `content` for `label` under any key of the ring; in constant time.
    pub fn verify(&self, label: &str, content: &[u8], mac: &[u8]) -> bool {
        self.keys().any(|key| key.verify(label, content, mac))
    }
}

fn split(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[version, length], rest) = sealed.split_first_chunk::<2>()?;
    (version == VERSION).then(|| rest.split_at_checked(usize::from(length))).flatten()
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys().map(|key| &key.kid)).finish()
    }
}
