//! What a client was given for one authorization: the family of tokens, and the facts frozen into it.

use sekisho_base::Timestamp;

use super::authorize::{Authentication, ClaimsRequest};
use super::scope::{Scope, ScopeSet};
use crate::ids::{AccountId, ClientId, GrantId, SessionId};
use crate::session::MembershipRef;

/// A grant. Nothing in it changes after it was made; it can only end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id, which its tokens name.
    pub id: GrantId,
    /// To whom.
    pub client: ClientId,
    /// By whom.
    pub account: AccountId,
    /// Under which membership.
    pub membership: MembershipRef,
    /// In which session; the `sid` of its ID tokens.
    pub session: SessionId,
    /// How the person had proven who they are.
    pub authentication: Authentication,
    /// What the client may learn.
    pub scopes: ScopeSet,
    /// Claims asked for one by one.
    pub claims: ClaimsRequest,
    /// For which resources tokens may be issued.
    pub resources: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Grant {
    /// Whether it goes on when the session ends (OpenID Connect Core §11).
    pub fn is_offline(&self) -> bool {
        self.scopes.has(Scope::OfflineAccess)
    }
}
