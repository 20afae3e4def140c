//! An invitation that an office mailed: evidence before the first step.

use serde::{Deserialize, Serialize};

use crate::ids::{InvitationId, PersonKey};

/// The invitation by which a person came.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Which invitation it was.
    pub id: InvitationId,
    /// Whom it invites: nobody else can register with it.
    pub person: PersonKey,
    /// The address it was mailed to.
    pub email: String,
}
