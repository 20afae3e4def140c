//! What the service does: load, decide, store.
//!
//! A flow knows rows and rules; it knows nothing of HTTP or HTML. The doors in
//! [`crate::web`] call flows and turn what comes back into pages and redirects.

pub mod access;
pub mod account_page;
pub mod accounts;
pub mod arrival;
pub mod authorize;
pub mod backchannel;
pub mod clients;
pub mod consent;
pub mod devices;
pub mod effects;
pub mod facts;
pub mod import;
pub mod inquiry;
pub mod introspect;
pub mod invite;
pub mod journeys;
pub mod links;
pub mod login_ids;
pub mod logo;
pub mod logout;
pub mod notices;
pub mod passkeys;
pub mod portals;
pub mod recovery_codes;
pub mod registration;
pub mod restoring;
pub mod revoke;
pub mod sessions;
pub mod sign_in;
pub mod sms_budget;
pub mod staging;
pub mod throttle;
pub mod token;
pub mod userinfo;
pub mod visitor;

use sekisho_store as store;

/// Why a flow could not be carried through. A refusal is not an error: it is an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Rows could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The database could not be reached.
    #[error(transparent)]
    Database(#[from] sekisho_site::db::Error),
    /// Something sealed could not be opened.
    #[error("{what} could not be opened")]
    Sealed {
        /// What it was.
        what: &'static str,
    },
    /// There is no key to sign with, or it cannot be opened.
    #[error(transparent)]
    Keys(#[from] crate::keys::Error),
    /// More work than can be done at once.
    #[error("busy")]
    Busy {
        /// When to come back, in seconds.
        retry_after: u64,
    },
    /// An insurer's own member directory gives no answer now.
    #[error("a member directory is away")]
    Unavailable {
        /// When to come back, in seconds.
        retry_after: u64,
    },
    /// What was asked for is not there, or not this visitor's.
    #[error("not found")]
    NotFound,
}

impl From<crate::hashing::Busy> for Error {
    fn from(busy: crate::hashing::Busy) -> Self {
        Self::Busy { retry_after: busy.retry_after.as_secs().max(1) }
    }
}

impl From<crate::directory::Failure> for Error {
    fn from(failure: crate::directory::Failure) -> Self {
        match failure {
            crate::directory::Failure::Rows(error) => error.into(),
            crate::directory::Failure::Away { retry_after } => {
                Self::Unavailable { retry_after: retry_after.as_secs().max(1) }
            }
        }
    }
}
