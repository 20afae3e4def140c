//! Whom a client trusts, and what it shows of itself.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};

static MACHINE: OnceLock<RootCertStore> = OnceLock::new();

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
    /// The configuration of connections. `beside` are authorities that are trusted beside those of the machine.
    pub(super) fn config(self, beside: Option<&[u8]>) -> Result<ClientConfig, TlsError> {
        let roots = match (self.authorities, beside) {
            (Some(pem), _) => with(RootCertStore::empty(), pem)?,
            (None, Some(pem)) => with(machine().clone(), pem)?,
            (None, None) => machine().clone(),
        };
        let trusting = builder().with_root_certificates(roots);
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

/// Those whom the machine trusts, read once. Without any every connection is refused, which is safe, and plain http on
/// localhost still works.
fn machine() -> &'static RootCertStore {
    MACHINE.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots
    })
}

fn with(mut roots: RootCertStore, pem: &[u8]) -> Result<RootCertStore, TlsError> {
    for authority in certificates(pem).ok_or(TlsError::Authorities)? {
        roots.add(authority).map_err(|_| TlsError::Authorities)?;
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pem_is_told_by_its_part_and_never_shown() {
        assert!(Tls::default().config(None).is_ok());
        let refused = |tls: Tls<'_>| tls.config(None).err();
        let bare = Tls::default();
        assert_eq!(refused(Tls { authorities: Some(b"secret"), ..bare }), Some(TlsError::Authorities));
        assert_eq!(bare.config(Some(b"secret")).err(), Some(TlsError::Authorities));
        assert_eq!(refused(Tls { identity: Some((b"", b"")), ..bare }), Some(TlsError::Certificate));
    }
}
