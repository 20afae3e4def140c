//! The doors of sign-in and registration, knocked at in process: real rows, real hashing, real outbox; mail and SMS end
//! in a letter box of the test's own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

mod addresses;
mod browser;
mod client;
mod elsewhere;
mod endings;
mod enumeration;
mod house;
mod invitation;
mod joining;
mod kaede;
mod letters;
mod links;
mod names;
mod proofing;
mod races;
mod registration;
mod shinonome;
mod sign_in;
mod silence;
mod sora;
mod steps;
mod superseding;
mod surroundings;
mod terms;
mod well_known;
