//! The files of a certificate.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use sekisho_base::{Digest, Timestamp};

use super::{Tls, TlsError, ends};

/// What the files held when they were looked at; none that could not be read.
pub(super) type Seen = [Option<Digest>; 2];

/// A certificate with its key, and the content of the files it was made of.
pub(super) struct Read {
    pub(super) certified: Arc<CertifiedKey>,
    pub(super) seen: Seen,
}

impl Read {
    pub(super) fn from(files: &Tls) -> Result<Self, TlsError> {
        let (certificate, key) = (content("certificate", &files.certificate)?, content("key", &files.key)?);
        let seen = [&certificate, &key].map(|content| Some(Digest::of_content(content)));
        let malformed = |what, path: &PathBuf| TlsError::Malformed(what, path.clone());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificate)
            .collect::<Result<_, _>>()
            .ok()
            .filter(|chain: &Vec<_>| !chain.is_empty())
            .ok_or_else(|| malformed("certificate", &files.certificate))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| malformed("key", &files.key))?;
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let certified = CertifiedKey::from_der(chain, key, &provider)
            .map_err(|_| TlsError::Unlike(files.key.clone(), files.certificate.clone()))?;
        Ok(Self { certified: Arc::new(certified), seen })
    }

    /// When the certificate ends.
    pub(super) fn ends(&self) -> Option<Timestamp> {
        ends::of(self.certified.cert.first()?)
    }
}

/// What the files hold now.
pub(super) fn digest(files: &Tls) -> Seen {
    [&files.certificate, &files.key]
        .map(|path| std::fs::read(path).ok().map(|content| Digest::of_content(&content)))
}

fn content(what: &'static str, path: &PathBuf) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::Unreadable(what, path.clone(), error))
}
