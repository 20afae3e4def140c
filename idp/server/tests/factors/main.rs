//! Second factors, knocked at in process: authenticator apps and codes by SMS, what they cost, and what guessing them
//! comes to (`security.md` MF-01 … MF-04, MF-08 … MF-11, MF-13, MF-15, MF-18).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/browser.rs"]
mod browser;
#[path = "../doors/client.rs"]
mod client;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/house.rs"]
mod house;
#[expect(dead_code, reason = "the doors' own tests use all of it")]
#[path = "../doors/letters.rs"]
mod letters;
#[expect(dead_code, reason = "the ways back use all of it")]
#[path = "../recovery/people.rs"]
mod people;
#[path = "../recovery/post.rs"]
mod post;

mod app;
mod budget;
mod gateways;
mod guesses;
mod lifetime;
mod numbers;
mod postponed;
mod pumping;
mod setup;
mod sms;
mod steps;
mod typed;
