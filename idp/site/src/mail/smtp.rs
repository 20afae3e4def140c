//! The SMTP transport.

mod starttls;

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Timestamp;
use serde::Deserialize;

use super::{Mail, MailTransport, Security, message};
use crate::http::{Outbound, OutboundError, TlsError};
use crate::outbox::Failure;
use starttls::Starttls;

const TIMEOUT: Duration = Duration::from_secs(20);
const CONNECTIONS: u32 = 8;

/// Where mail is handed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// The mail server's host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub security: Security,
    /// The user, when the server wants one.
    #[serde(default)]
    pub user: Option<String>,
    /// The user's password.
    #[serde(default)]
    pub password: Option<SecretString>,
}

/// A configuration by which no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// Mail would cross a network in the clear.
    #[error("security = \"none\" is for a mail server on this machine only")]
    Unprotected,
    /// A user without password or the other way round.
    #[error("user and password belong together")]
    HalfCredentials,
    /// The host cannot stand in a certificate.
    #[error("the host is no name of a mail server")]
    Host,
    /// What `[outbound]` says cannot be used.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

/// Hands mail to a mail server: over a few kept connections, or under STARTTLS over one for each mail.
pub struct SmtpTransport {
    way: Way,
}

enum Way {
    Kept(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Starttls(Box<Starttls>),
}

impl SmtpTransport {
    /// A transport to the server of `config`, which proves its name to those whom `outbound` lets trust. Nothing is connected yet, but its connections live in
    /// the runtime this is called in.
    ///
    /// # Errors
    /// [`SmtpError`] when no mail can be sent this way.
    pub fn new(config: &SmtpConfig, outbound: &Outbound) -> Result<Self, SmtpError> {
        let credentials = match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                Some(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            (None, None) => None,
            _ => return Err(SmtpError::HalfCredentials),
        };
        let tls = match config.security {
            Security::Starttls => {
                let starttls = Starttls::new(config, outbound, credentials)?;
                return Ok(Self { way: Way::Starttls(Box::new(starttls)) });
            }
            Security::Tls => Tls::Wrapper(parameters(config, outbound)?),
            Security::None if is_here(&config.host) => Tls::None,
            Security::None => return Err(SmtpError::Unprotected),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(30)));
        if let Some(credentials) = credentials {
            builder = builder.credentials(credentials);
        }
        Ok(Self { way: Way::Kept(Box::new(builder.build())) })
    }
}

/// TLS 1.2 or 1.3, in which the server proves that it is `config.host`.
fn parameters(config: &SmtpConfig, outbound: &Outbound) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(pem) = outbound.authorities()? {
        let unread = |_| OutboundError::Tls(TlsError::Authorities);
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(unread)?);
    }
    builder.build().map_err(|_| SmtpError::Host)
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, mail: &Mail, message_id: &str, now: Timestamp) -> Result<(), Failure> {
        let message = message::compose(mail, message_id, now)?;
        match &self.way {
            Way::Kept(kept) => kept.send(message).await.map(drop).map_err(|error| judge(&error)),
            Way::Starttls(starttls) => starttls.send(&message).await,
        }
    }
}

/// What the server said, by its code alone: its words may repeat the address.
fn judge(error: &smtp::Error) -> Failure {
    let code = error.status().map_or_else(String::new, |code| format!(" {code}"));
    if error.is_permanent() {
        Failure::Refused(format!("SMTP{code}"))
    } else if error.is_tls() {
        Failure::Later("SMTP: TLS was refused".to_owned())
    } else if error.is_timeout() {
        Failure::Later("SMTP: no answer in time".to_owned())
    } else if code.is_empty() {
        Failure::Later("SMTP: no connection".to_owned())
    } else {
        Failure::Later(format!("SMTP{code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(host: &str, security: Security) -> SmtpConfig {
        SmtpConfig { host: host.to_owned(), port: 25, security, user: None, password: None }
    }

    #[tokio::test]
    async fn lo_08_mail_leaves_this_machine_under_tls_only() {
        let outcome =
            |host, security| SmtpTransport::new(&config(host, security), &Outbound::default()).err();
        for host in ["mx.example.jp", "localhost.example.jp"] {
            assert!(matches!(outcome(host, Security::None), Some(SmtpError::Unprotected)), "{host}");
        }
        assert!(outcome("localhost", Security::None).is_none());
        assert!(outcome("127.0.0.1", Security::None).is_none());
        assert!(outcome("mx.example.jp", Security::Starttls).is_none());
        assert!(outcome("mx.example.jp", Security::Tls).is_none());
    }

    #[tokio::test]
    async fn a_password_is_not_printed() {
        let mut config = config("mx.example.jp", Security::Tls);
        config.password = Some("himitsu".into());
        assert!(!format!("{config:?}").contains("himitsu"));
        let refused = SmtpTransport::new(&config, &Outbound::default()).err();
        assert!(matches!(refused, Some(SmtpError::HalfCredentials)));
    }
}

#[cfg(test)]
mod trust;
