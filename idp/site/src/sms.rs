//! Text messages through gateways that speak HTTP: one, and a second for when it is away.

mod failover;

use async_trait::async_trait;
use http::header;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::http::{Client, Limits, Outbound, OutboundError, Reach, Tls};
pub use crate::outbox::{Failure, Sms, SmsGateway};
pub use failover::Failover;

/// Where text messages are handed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSmsConfig {
    /// The gateway's address.
    pub url: Url,
    /// Its bearer token.
    pub token: SecretString,
}

/// A configuration by which no text message can be sent.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// Codes would cross a network in the clear.
    #[error("http is for a gateway on this machine only")]
    Unprotected,
    /// The token cannot stand in a header.
    #[error("the token has characters that no header can hold")]
    Token,
    /// What `[outbound]` says cannot be used.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

/// Posts `{"to", "text", "key"}` with a bearer token, and the key as `Idempotency-Key` too; an answer is waited for five
/// seconds (F-10).
pub struct HttpSmsGateway {
    client: Client,
    url: Url,
    authorization: http::HeaderValue,
}

impl HttpSmsGateway {
    /// A gateway at the address of `config`.
    ///
    /// # Errors
    /// [`SmsError`] when no message can be sent this way.
    pub fn new(config: &HttpSmsConfig, outbound: &Outbound) -> Result<Self, SmsError> {
        Self::with_limits(config, outbound, Limits::default())
    }

    /// As [`HttpSmsGateway::new`], waiting for an answer as long as the caller says.
    ///
    /// # Errors
    /// As [`HttpSmsGateway::new`].
    pub fn with_limits(
        config: &HttpSmsConfig,
        outbound: &Outbound,
        limits: Limits,
    ) -> Result<Self, SmsError> {
        if config.url.scheme() != "https" && Reach::Loopback.judge(&config.url).is_err() {
            return Err(SmsError::Unprotected);
        }
        let mut authorization =
            http::HeaderValue::try_from(format!("Bearer {}", config.token.expose_secret()))
                .map_err(|_| SmsError::Token)?;
        authorization.set_sensitive(true);
        let client = outbound.client_with(Reach::Configured, limits, Tls::default())?;
        Ok(Self { client, url: config.url.clone(), authorization })
    }
}

#[async_trait]
impl SmsGateway for HttpSmsGateway {
    async fn send(&self, sms: &Sms, key: &str) -> Result<(), Failure> {
        let body = serde_json::json!({ "to": sms.to, "text": sms.text, "key": key }).to_string();
        let request = http::Request::post(self.url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &self.authorization)
            .header("idempotency-key", key)
            .body(body.into_bytes())
            .map_err(|_| Failure::Hopeless("the gateway's address is no URL".to_owned()))?;
        crate::outbox::judge(self.client.send(request).await.map(|response| response.status()))
    }
}

#[cfg(test)]
mod tests;
