//! The portal's doors, from the front page to the certificate, against a small issuer.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod attacks;
#[path = "../../../kit/tests/support/browser.rs"]
mod browser;
mod card;
mod check;
#[path = "../../../kit/tests/support/fake_issuer.rs"]
mod fake_issuer;
mod house;
mod office;
mod open;
mod paper;
mod persons;
mod steps;
mod ways;
