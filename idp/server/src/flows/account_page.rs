//! What a signed-in person sees and changes of the own account.
//!
//! Whatever changes the account asks for a fresh sign-in first (see [`fresh`]), is told to every address of the account,
//! and stands in the audit trail.

pub mod address;
pub mod closing;
pub mod devices;
pub mod export;
pub mod fresh;
pub mod history;
pub mod keys;
pub mod offering;
pub mod others;
pub mod passkeys;
pub mod password;
pub mod person;
pub mod portals;
pub mod profile;
pub mod second_factor;

use sekisho_domain::session::Session;

use super::Error;

/// What came of something that the owner of a session named. When it is not the owner's, or is no more, the log says who
/// asked for what kind of thing (SE-10).
fn named<T>(session: &Session, what: &'static str, came: Result<T, Error>) -> Result<T, Error> {
    if matches!(came, Err(Error::NotFound)) {
        tracing::warn!(account = %session.account, what, "somebody named what is not theirs");
    }
    came
}
