//! The services' own configuration files, with what differs on this machine put in.

use std::path::Path;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_certificate::Config as Certificate;
use sekisho_idp::config::{Config as Idp, Files};
use sekisho_medical_costs::Config as MedicalCosts;
use sekisho_site::mail::{Security, SmtpConfig};
use sekisho_site::seal::Ring;
use serde::de::DeserializeOwned;

use super::{Plan, Ports, loopback};

/// What the parts prove themselves with to one another.
pub(super) struct Secrets {
    /// The certificate portal, at the identity provider. The same at every start, so that its sessions go on.
    pub(super) certificate: SecretString,
    /// The portal of medical costs, at the identity provider.
    pub(super) medical_costs: SecretString,
    /// The identity provider, at the SMS gateway.
    pub(super) sms_token: String,
}

impl Secrets {
    /// Derives and draws them; the keys are made when there are none.
    pub(super) fn draw(plan: &Plan) -> anyhow::Result<Self> {
        let mut cx = plan.door().cx();
        let mut secret = |keys: &str| -> anyhow::Result<SecretString> {
            let ring = Ring::open_or_create(&plan.keys.join(keys), &mut cx).context("a portal's keys")?;
            let mac = ring.mac("demo", b"client secret");
            Ok(mac.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")).into())
        };
        let (certificate, medical_costs) = (secret(CERTIFICATE_KEYS)?, secret(MEDICAL_COSTS_KEYS)?);
        Ok(Self { certificate, medical_costs, sms_token: cx.secret().expose_secret().to_owned() })
    }
}

const CERTIFICATE_KEYS: &str = "certificate.key";
const MEDICAL_COSTS_KEYS: &str = "medical-costs.key";

/// The client id of the certificate portal, as `config/certificate.toml` has it.
pub(super) const CERTIFICATE: &str = "certificate";

/// The client id of the portal of medical costs, as `config/medical-costs.toml` has it.
pub(super) const MEDICAL_COSTS: &str = "medical-costs";

/// The identity provider's configuration.
pub(super) fn idp(plan: &Plan, secrets: &Secrets) -> anyhow::Result<Idp> {
    let mut config: Idp = file(&plan.config.join("sekisho.toml"))?;
    config.server.issuer = Ports::address(plan.ports.idp).parse()?;
    config.server.listen = loopback(plan.ports.idp);
    config.server.operators = None;
    config.server.loopback = true;
    config.database.url = plan.idp_database.clone();
    config.secrets.master_keys = None;
    config.secrets.master_key_path = Some(plan.keys.join("master.key"));
    "localhost".clone_into(&mut config.mail.host);
    config.mail.port = plan.ports.smtp;
    config.mail.security = Security::None;
    config.sms.url = format!("{}/sms", Ports::address(plan.ports.inbox)).parse()?;
    config.sms.token = secrets.sms_token.clone().into();
    config.files = Files {
        insurers: plan.config.join("insurers"),
        terms: plan.config.join("terms"),
        clients: plan.config.join("clients.toml"),
    };
    Ok(config)
}

/// The certificate portal's configuration.
pub(super) fn certificate(plan: &Plan, secrets: &Secrets) -> anyhow::Result<Certificate> {
    let mut config: Certificate = file(&plan.config.join("certificate.toml"))?;
    config.server.public_url = Ports::address(plan.ports.certificate).parse()?;
    config.server.listen = loopback(plan.ports.certificate);
    config.server.operators = None;
    config.server.loopback = true;
    config.server.database.clone_from(&plan.certificate_database);
    config.master_keys = None;
    config.keys_file = Some(plan.keys.join(CERTIFICATE_KEYS));
    config.oidc.issuer = Ports::address(plan.ports.idp);
    CERTIFICATE.clone_into(&mut config.oidc.client_id);
    config.oidc.client_secret = secrets.certificate.clone();
    Ok(config)
}

/// The configuration of the portal of medical costs.
pub(super) fn medical_costs(plan: &Plan, secrets: &Secrets) -> anyhow::Result<MedicalCosts> {
    let mut config: MedicalCosts = file(&plan.config.join("medical-costs.toml"))?;
    config.server.public_url = Ports::address(plan.ports.medical_costs).parse()?;
    config.server.listen = loopback(plan.ports.medical_costs);
    config.server.operators = None;
    config.server.loopback = true;
    config.server.database.clone_from(&plan.medical_costs_database);
    config.master_keys = None;
    config.keys_file = Some(plan.keys.join(MEDICAL_COSTS_KEYS));
    config.oidc.issuer = Ports::address(plan.ports.idp);
    MEDICAL_COSTS.clone_into(&mut config.oidc.client_id);
    config.oidc.client_secret = secrets.medical_costs.clone();
    config.mail = Some(SmtpConfig {
        host: "localhost".to_owned(),
        port: plan.ports.smtp,
        security: Security::None,
        user: None,
        password: None,
    });
    Ok(config)
}

/// Reads a file as it stands: the demo's services share a process, so its environment could not tell them apart.
fn file<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}
