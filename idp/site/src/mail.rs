//! Mail by SMTP.
//!
//! What must stay true: one recipient per mail, taken as it was proven; nothing in an address, name or subject can add
//! a header or a recipient (RC-09); TLS is what the configuration says, never less (LO-08).

mod address;
mod message;
mod smtp;

use async_trait::async_trait;
use sekisho_base::Timestamp;
use serde::Deserialize;

pub use crate::outbox::Failure;
pub use address::{AddressError, split};
pub use smtp::{SmtpConfig, SmtpError, SmtpTransport};

/// A mail in one language, as text and as HTML.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The address it goes to, exactly as it was proven.
    pub to: String,
    /// Whom it is from.
    pub from: Sender,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// A name and its address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name that is shown.
    pub name: String,
    /// The address.
    pub address: String,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all: on the machine itself only.
    None,
    /// TLS is begun before anything is said, and nothing is said without it.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// Carries mail.
#[async_trait]
pub trait MailTransport: Send + Sync {
    /// Hands over a mail. Repeated under the same `message_id`, it is the same mail.
    ///
    /// # Errors
    /// [`Failure`] when the other side did not take it.
    async fn send(&self, mail: &Mail, message_id: &str, now: Timestamp) -> Result<(), Failure>;
}
