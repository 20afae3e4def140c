//! An insurer whose members are asked of its own directory over HTTP, and a directory that is right, slow, away, wrong
//! and hostile. The doors are the real ones; the directory is a server of the test's own, on a real port.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a house that cannot be built fails its test"
)]

mod access;
mod away;
mod bounds;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
mod doors;
mod fake;
mod given;
mod hostile;
mod house;
#[path = "../doors/log.rs"]
mod log;
mod logged;
mod people;
mod walk;

use doors::{browser, client, letters};
