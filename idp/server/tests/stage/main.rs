//! The stage of `config/conformance`, set as `sekisho stage` sets it and asked over TLS at a real port: what the suite's
//! modules tell in the house of `tests/oidc` they tell here, word by word but for names and addresses.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an answer that is not of the form a test reads fails that test"
)]

mod command;
mod house;
mod plans;
mod set;
#[path = "../oidc/suite.rs"]
mod suite;
