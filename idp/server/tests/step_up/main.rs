//! Showing again who one is, knocked at in process: for a client that asks for more or for something fresher, and before
//! the account is changed (`security.md` AZ-12 … AZ-14, MF-05, MF-07, MF-16).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a house that cannot be built fails its test"
)]

#[expect(dead_code, reason = "the passkeys' own tests use all of it")]
#[path = "../passkeys/authenticator.rs"]
mod authenticator;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/browser.rs"]
mod browser;
#[expect(dead_code, reason = "the passkeys' own tests use all of it")]
#[path = "../passkeys/cbor.rs"]
mod cbor;
#[path = "../doors/client.rs"]
mod client;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/house.rs"]
mod house;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/letters.rs"]
mod letters;
#[expect(dead_code, unused_imports, reason = "the ways back use all of it")]
#[path = "../recovery/people.rs"]
mod people;
#[path = "../recovery/post.rs"]
mod post;

mod assurance;
mod changes;
mod desk;
mod fresh;
mod half;
mod keys;
mod paths;
