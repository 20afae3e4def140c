//! Those who carry messages.

use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use crate::http::{Client, Error};
use crate::mail::MailTransport;

/// Why a message was not delivered, in words that name no person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The other side is away, busy, or did not say: try again.
    #[error("{0}")]
    Later(String),
    /// The other side refuses this message: a few more tries, in case it is the other side that is wrong.
    #[error("{0}")]
    Refused(String),
    /// It cannot be sent at all, whoever tries.
    #[error("{0}")]
    Hopeless(String),
}

/// A text message.
#[derive(Clone, Debug)]
pub struct Sms {
    /// The number in E.164 form.
    pub to: String,
    /// The text.
    pub text: String,
}

/// A form to be posted to another service.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where to.
    pub url: Url,
    /// The fields.
    pub form: Vec<(String, String)>,
}

/// Carries text messages.
#[async_trait]
pub trait SmsGateway: Send + Sync {
    /// Hands over a message. A gateway that saw `key` before must not send again.
    ///
    /// # Errors
    /// [`Failure`] when the gateway did not take it.
    async fn send(&self, sms: &Sms, key: &str) -> Result<(), Failure>;
}

/// Posts forms to other services.
#[async_trait]
pub trait CallSender: Send + Sync {
    /// Posts the form.
    ///
    /// # Errors
    /// [`Failure`] when the other side did not take it.
    async fn call(&self, call: &Call) -> Result<(), Failure>;
}

/// Who carries what.
#[derive(Clone)]
pub struct Senders {
    /// Carries mail.
    pub mail: Arc<dyn MailTransport>,
    /// Carries text messages.
    pub sms: Arc<dyn SmsGateway>,
    /// Posts forms.
    pub call: Arc<dyn CallSender>,
}

/// Posts forms over HTTP.
#[derive(Clone)]
pub struct Caller {
    client: Client,
}

impl Caller {
    /// Posts to where `client` may connect.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl CallSender for Caller {
    async fn call(&self, call: &Call) -> Result<(), Failure> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&call.form).finish();
        let request = http::Request::post(call.url.as_str())
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into_bytes())
            .map_err(|_| Failure::Hopeless("the address is no URL".to_owned()))?;
        judge(self.client.send(request).await.map(|response| response.status()))
    }
}

/// What an HTTP answer means for a message: taken, try again, or refused.
pub(crate) fn judge(answer: Result<http::StatusCode, Error>) -> Result<(), Failure> {
    match answer {
        Ok(status) if status.is_success() => Ok(()),
        // Too many requests, timeouts and faults pass; other statuses are about this message.
        Ok(status) if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) => {
            Err(Failure::Later(format!("HTTP {}", status.as_u16())))
        }
        Ok(status) => Err(Failure::Refused(format!("HTTP {}", status.as_u16()))),
        Err(error @ Error::Refused(_)) => Err(Failure::Hopeless(error.to_string())),
        Err(error) => Err(Failure::Later(error.to_string())),
    }
}
