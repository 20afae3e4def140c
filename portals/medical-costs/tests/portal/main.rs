//! The portal's doors, from the front page to the files of a year, against a small issuer.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../../../kit/tests/support/browser.rs"]
mod browser;
#[path = "../../../kit/tests/support/fake_issuer.rs"]
mod fake_issuer;
mod hostile;
mod house;
mod open;
mod persons;
mod saves;
mod wishes;
mod year;
