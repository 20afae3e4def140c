//! Passkeys under attack: a software authenticator that answers wrongly in every way, at the adapter and at the doors of
//! the real house (`security.md` WA-01 … WA-13, EN-04).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a house that cannot be built fails its test"
)]

mod account;
mod arbitrary;
mod authenticator;
mod cbor;
mod ceremony;
mod factors;
mod odd;
mod others;
mod races;
mod sign_in;
mod visit;

#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/browser.rs"]
mod browser;
#[path = "../doors/client.rs"]
mod client;
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
