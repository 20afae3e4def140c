//! idp/server
pub mod hashing;
