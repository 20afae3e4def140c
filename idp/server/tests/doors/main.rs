//! The doors of sign-in and registration, knocked at in process: real rows, real hashing, real outbox; mail and SMS end
//! in a letter box of the test's own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

mod browser;
mod house;
mod invitation;
mod registration;
mod sign_in;
mod surroundings;
