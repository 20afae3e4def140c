//! What remains known of a passkey by which somebody signed in. It stands for the first step of a sign-in and for the
//! second: who shows one has a key and was verified by it, which no look-alike site can relay.

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FactorId};

/// The passkey was right.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Whose it is.
    pub account: AccountId,
    /// The passkey, as a factor.
    pub factor: FactorId,
    /// When.
    pub at: Timestamp,
}
