//! The outbox: what a change wants to be sent, written with the change and sent after it.
//!
//! A row is an intent with a sealed payload; the text is made when it is sent. What must stay true: a row is sent by
//! whoever claimed it, and again only if that sender could not say how it ended, then under the same message id or key;
//! nothing is sent after it expired; nothing is lost because the other side was away. Reasons that are kept or logged
//! name no person.

mod bounds;
mod lane;
mod rows;
mod send;
mod worker;

use sekisho_base::{Cx, Timestamp};
use serde_json::Value;

pub use crate::db::Wake;
use crate::db::{self, Tx};
use crate::mail::Mail;
use crate::seal::Ring;

pub use lane::Lane;
pub use rows::{DeadLetter, dead_letters, requeue};
pub(crate) use send::judge;
pub use send::{Call, CallSender, Caller, Failure, Senders, Sms, SmsGateway};
pub use worker::Worker;

sekisho_base::id!(
    /// A row of the outbox.
    OutboxId,
    "out"
);

/// Something to be sent.
#[derive(Clone, Debug)]
pub struct Intent {
    /// What it is, for whoever renders it.
    pub kind: &'static str,
    /// How it leaves.
    pub lane: Lane,
    /// What it says, for whoever renders it. It is sealed before it is stored.
    pub payload: Value,
    /// Before when it must not be sent; none: at once.
    pub due_at: Option<Timestamp>,
    /// From when on it must not be sent any more.
    pub expires_at: Timestamp,
    /// The host or domain it goes to: not too many at once go to the same.
    pub target: String,
}

/// Makes the message of an intent at the moment it is sent.
pub trait Render: Send + Sync {
    /// The message of `payload`.
    ///
    /// # Errors
    /// [`RenderError`] when there is none: the row becomes a dead letter, for another try would end the same way.
    fn render(&self, kind: &str, payload: &Value, now: Timestamp) -> Result<Outgoing, RenderError>;
}

/// Why an intent has no message, in words that name no person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub String);

impl RenderError {
    /// An error of this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A message on its way out. Its message id, or the key by which a gateway knows a repetition, is the row's id.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// Leaves by SMTP.
    Mail(Mail),
    /// Leaves by the SMS gateway.
    Sms(Sms),
    /// A form posted to another service.
    Call(Call),
    /// Nothing: what the intent was for is over.
    Nothing,
}

/// Writes an intent with the change that causes it, and wakes the worker once both are committed.
///
/// # Errors
/// What keeps the row from being written; the change must not be committed then.
pub async fn put(tx: &mut Tx, ring: &Ring, cx: &mut Cx, intent: Intent) -> Result<OutboxId, db::Error> {
    let id = OutboxId::draw(cx);
    let payload = ring.seal(&rows::place(id), intent.payload.to_string().as_bytes(), cx);
    rows::insert(tx, id, &intent, (payload, cx.now)).await?;
    tx.wake_after_commit();
    Ok(id)
}

/// Takes an intent back that has not left: what it was for is over. False when it has left.
///
/// # Errors
/// What keeps the row from being deleted.
pub async fn withdraw(tx: &mut Tx, id: OutboxId) -> Result<bool, db::Error> {
    rows::delete(tx, id).await
}

#[cfg(test)]
mod tests;
