//! The SMTP transport.

use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Timestamp;
use serde::Deserialize;

use super::{Mail, MailTransport, Security, message};
use crate::outbox::Failure;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
}

/// Hands mail to a mail server, over a few kept connections.
pub struct SmtpTransport {
    inner: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpTransport {
    /// A transport to the server of `config`. Nothing is connected yet, but its connections live in
    /// the runtime this is called in.
    ///
    /// # Errors
    /// [`SmtpError`] when no mail can be sent this way.
    pub fn new(config: &SmtpConfig) -> Result<Self, SmtpError> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls(config)?)
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(30)));
        builder = match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            (None, None) => builder,
            _ => return Err(SmtpError::HalfCredentials),
        };
        Ok(Self { inner: builder.build() })
    }
}

fn tls(config: &SmtpConfig) -> Result<Tls, SmtpError> {
    let parameters = || TlsParameters::new(config.host.clone()).map_err(|_| SmtpError::Host);
    match config.security {
        Security::None if is_here(&config.host) => Ok(Tls::None),
        Security::None => Err(SmtpError::Unprotected),
        Security::Starttls => Ok(Tls::Required(parameters()?)),
        Security::Tls => Ok(Tls::Wrapper(parameters()?)),
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, mail: &Mail, message_id: &str, now: Timestamp) -> Result<(), Failure> {
        let message = message::compose(mail, message_id, now)?;
        self.inner.send(message).await.map(drop).map_err(|error| judge(&error))
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
        let outcome = |host, security| SmtpTransport::new(&config(host, security)).err();
        assert_eq!(outcome("mx.example.jp", Security::None), Some(SmtpError::Unprotected));
        assert_eq!(outcome("localhost.example.jp", Security::None), Some(SmtpError::Unprotected));
        assert_eq!(outcome("localhost", Security::None), None);
        assert_eq!(outcome("127.0.0.1", Security::None), None);
        assert_eq!(outcome("mx.example.jp", Security::Starttls), None);
        assert_eq!(outcome("mx.example.jp", Security::Tls), None);
    }

    #[tokio::test]
    async fn a_password_is_not_printed() {
        let mut config = config("mx.example.jp", Security::Tls);
        config.password = Some("himitsu".into());
        assert!(!format!("{config:?}").contains("himitsu"));
        assert_eq!(SmtpTransport::new(&config).err(), Some(SmtpError::HalfCredentials));
    }
}
