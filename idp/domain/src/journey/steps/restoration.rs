//! What remains known of a lost second factor that may now be replaced. It is of no step.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, RestorationId};

/// Whose factor it was.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The account.
    pub account: AccountId,
    /// The permission, which is spent on arrival.
    pub id: RestorationId,
}
