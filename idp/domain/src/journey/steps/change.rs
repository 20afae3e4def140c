//! What remains known of a session in which somebody sets out to change the own account. It is of no step.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, SessionId};

/// Who changes something, and in which session: in no other does the change arrive.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// The account.
    pub account: AccountId,
    /// The session, which had shown a moment ago all that the account can show.
    pub session: SessionId,
}
