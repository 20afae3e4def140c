//! TLS in the process: the certificate, read again when its files change.
//!
//! What must stay true: TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers only; a new certificate is shown
//! from the next connection on and cuts none; files that cannot be used leave the certificate that was there.

mod ends;
mod files;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sekisho_base::Timestamp;
use serde::Deserialize;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use files::Read;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// `[server] tls`: the files of the certificate that a service shows. They may change while it runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate and what vouches for it, as PEM, its own first.
    pub certificate: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
}

/// What keeps a certificate from being shown. No key stands in it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("server.tls.{0}: {1} cannot be read: {2}")]
    Unreadable(&'static str, PathBuf, io::Error),
    /// A file is no PEM of what it should hold.
    #[error("server.tls.{0}: {1} holds no {0} as PEM")]
    Malformed(&'static str, PathBuf),
    /// Certificate and key are not a pair, or of a kind that cannot be used.
    #[error("server.tls: {0} is not the key of {1}")]
    Unlike(PathBuf, PathBuf),
}

impl Tls {
    /// When the certificate ends.
    ///
    /// # Errors
    /// [`TlsError`] when it could not be shown.
    pub fn ends(&self) -> Result<Timestamp, TlsError> {
        let read = Read::from(self)?;
        read.ends().ok_or_else(|| TlsError::Malformed("certificate", self.certificate.clone()))
    }
}

/// What is shown to whoever connects.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Shown {
    fn show(&self, certificate: Arc<CertifiedKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = certificate;
    }
}

/// A certificate that is shown, and the files it came from.
pub(super) struct Guard {
    files: Tls,
    read: Read,
    shown: Arc<Shown>,
    look: Duration,
}

impl Guard {
    pub(super) fn open(files: Tls) -> Result<Self, TlsError> {
        let read = Read::from(&files)?;
        let shown = Arc::new(Shown(RwLock::new(Arc::clone(&read.certified))));
        Ok(Self { files, read, shown, look: LOOK })
    }

    #[cfg(test)]
    pub(super) fn looking_every(self, look: Duration) -> Self {
        Self { look, ..self }
    }

    /// Shakes hands by the certificate of the moment.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let Ok(builder) = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
        else {
            unreachable!("the provider supports TLS 1.2 and 1.3")
        };
        let shown: Arc<dyn ResolvesServerCert> = self.shown.clone();
        let mut config = builder.with_no_client_auth().with_cert_resolver(shown);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    /// Looks at the files now and then until `shutdown`.
    pub(super) async fn keep(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(self.look) => {}
            }
            let files = self.files.clone();
            if let Ok(found) = tokio::task::spawn_blocking(move || files::digest(&files)).await {
                self.compare(found);
            }
        }
    }

    /// Shows what the files hold if it is another than was seen last. What cannot be used is told once.
    fn compare(&mut self, found: files::Seen) {
        if found == self.read.seen {
            return;
        }
        match Read::from(&self.files) {
            Ok(read) => {
                self.shown.show(Arc::clone(&read.certified));
                tracing::info!("a new certificate is shown from now on");
                self.read = read;
            }
            Err(error) => {
                tracing::error!(%error, "the new certificate cannot be used; the one before is shown on");
                self.read.seen = found;
            }
        }
    }
}

#[cfg(test)]
mod tests;
