//! Authorities and certificates for tests.

use std::path::Path;

use axum::Router;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

use tokio_util::sync::CancellationToken;

use super::Outbound;
use crate::serve::{Listening, Tls};

/// An authority, made for one test.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, each as PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

#[expect(clippy::unwrap_used, reason = "only tests call this, and making a certificate does not fail")]
impl Authority {
    /// A new one, which nobody trusts yet.
    #[expect(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its own certificate, as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Rules by which it is trusted, kept as a file in `folder`.
    pub fn trusted(&self, folder: &Path) -> Outbound {
        let file = folder.join("ca.pem");
        std::fs::write(&file, self.pem()).unwrap();
        Outbound { trusted_ca: Some(file), ..Outbound::default() }
    }

    /// A certificate for `name` that it vouches for.
    pub fn issue(&self, name: &str) -> Identity {
        self.sign(&CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    /// The same, long ended.
    pub fn issue_ended(&self, name: &str) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
        self.sign(&params)
    }

    /// A certificate for `name` that vouches for itself.
    pub fn nobodys(name: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Identity {
    /// The same as files in `folder`, for whoever shows it.
    #[expect(clippy::unwrap_used, reason = "only tests call this, in folders of their own")]
    pub fn shown(&self, folder: &Path) -> Tls {
        let tls = Tls { certificate: folder.join("shown.pem"), key: folder.join("shown.key") };
        std::fs::write(&tls.certificate, &self.certificate).unwrap();
        std::fs::write(&tls.key, &self.key).unwrap();
        tls
    }
}

/// Answers by `router` over https as the host `name`, on a port of its own. The rules are those by which the host is
/// reached and believed; its authority stands in `folder`.
#[expect(clippy::unwrap_used, reason = "only tests call this, on loopback")]
pub async fn host(name: &str, router: Router, folder: &Path) -> (Outbound, u16) {
    let authority = Authority::new();
    let listening = Listening::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let listening = listening.under(Some(&authority.issue(name).shown(folder))).unwrap();
    let port = listening.address().unwrap().port();
    tokio::spawn(listening.serve(router, CancellationToken::new()));
    let mut outbound = authority.trusted(folder);
    outbound.private_hosts.push(format!("{name}=127.0.0.1").parse().unwrap());
    (outbound, port)
}
