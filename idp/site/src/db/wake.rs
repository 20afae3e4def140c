//! Wakes whoever waits for new rows in this process.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Db;

/// Wakes one waiting task. A call that nobody waits for is kept for the next who does. Clones are the same bell.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// The bell of `db`.
    pub fn of(db: &Db) -> Self {
        db.wake()
    }

    /// Wakes. Transactions that [asked for it](super::Tx::wake_after_commit) do so by themselves.
    pub fn notify(&self) {
        self.0.notify_one();
    }

    /// Waits to be woken.
    pub async fn woken(&self) {
        self.0.notified().await;
    }
}
