//! Whom a client trusts, and what it shows of itself.

use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// TLS towards one host that we were told about, rather than towards whatever the machine trusts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tls<'a> {
    /// The only authorities that are trusted, as PEM; none: those of the machine.
    pub authorities: Option<&'a [u8]>,
    /// Our certificate with its chain, and its key, each as PEM.
    pub identity: Option<(&'a [u8], &'a [u8])>,
}

/// What cannot be used for TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// The authorities.
    #[error("the authorities are no PEM of certificates")]
    Authorities,
    /// The certificate.
    #[error("the client certificate is no PEM of certificates")]
    Certificate,
    /// The key, or it is another certificate's.
    #[error("the client key is no PEM of a private key, or not that of the certificate")]
    Key,
}

impl Tls<'_> {
    /// The configuration of connections.
    pub(super) fn config(self) -> Result<ClientConfig, TlsError> {
        let trusting = match self.authorities {
            None => trusting_the_machine(),
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(pem).ok_or(TlsError::Authorities)? {
                    roots.add(authority).map_err(|_| TlsError::Authorities)?;
                }
                builder().with_root_certificates(roots)
            }
        };
        let Some((chain, key)) = self.identity else { return Ok(trusting.with_no_client_auth()) };
        let chain = certificates(chain).ok_or(TlsError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Key)?;
        trusting.with_client_auth_cert(chain, key).map_err(|_| TlsError::Key)
    }
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!all.is_empty()).then_some(all)
}

fn builder() -> ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let Ok(builder) = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
    else {
        unreachable!("the provider supports TLS 1.2 and 1.3")
    };
    builder
}

/// TLS by the house's crypto library, trusting what the machine trusts. Without any root every connection is refused,
/// which is safe, and plain http on localhost still works.
fn trusting_the_machine() -> ConfigBuilder<ClientConfig, WantsClientCert> {
    match builder().with_native_roots() {
        Ok(trusting) => trusting,
        Err(_) => builder().with_root_certificates(RootCertStore::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_told_by_its_part_and_never_shown() {
        assert!(Tls::default().config().is_ok());
        let refused = |tls: Tls<'_>| tls.config().err();
        let bare = Tls::default();
        assert_eq!(refused(Tls { authorities: Some(b"secret"), ..bare }), Some(TlsError::Authorities));
        assert_eq!(refused(Tls { identity: Some((b"", b"")), ..bare }), Some(TlsError::Certificate));
    }
}
