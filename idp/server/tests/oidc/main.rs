//! The doors of the protocol, knocked at in process: the real router on a real SQLite, with a clock that stands.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an answer that is not of the form a test reads fails that test"
)]

mod assertion;
mod authorize;
mod backchannel;
mod client;
mod consent;
mod described;
mod discovery;
mod house;
mod introspect;
mod keys;
mod logout;
mod published;
mod races;
mod refresh;
mod registration;
mod suite;
mod token;
mod try_client;
mod userinfo;
