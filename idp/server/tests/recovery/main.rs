//! The ways back, knocked at in process, for every insurer: forgotten passwords and IDs, lost second factors, recovery
//! codes, and what an office does.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

#[path = "../doors/browser.rs"]
mod browser;
#[path = "../doors/client.rs"]
mod client;
#[expect(dead_code, reason = "the doors of sign-in and registration use the rest")]
#[path = "../doors/house.rs"]
mod house;
#[expect(dead_code, reason = "the doors of sign-in and registration use the rest")]
#[path = "../doors/letters.rs"]
mod letters;

mod alike;
mod bounds;
mod codes;
mod ids;
mod in_flight;
mod links;
mod lost;
mod office;
mod passwords;
mod people;
mod post;
mod second_factor;
