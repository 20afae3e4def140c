//! What remains known of a session in which somebody sets out to join another insurer. It is of no step.

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::AccountId;

/// Who was signed in, and since when.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The account.
    pub account: AccountId,
    /// When its first factor was shown.
    pub at: Timestamp,
}
