//! What a signed-in person sees and changes of the own account.
//!
//! Whatever changes the account asks for a fresh sign-in first (see [`fresh`]), is told to every address of the account,
//! and stands in the audit trail.

pub mod fresh;
