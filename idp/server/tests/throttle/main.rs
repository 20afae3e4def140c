//! Tries that are wrong: how many there may be, and whom they hold up (`security.md` PW-01 to PW-06, PW-13 to PW-15), and
//! the devices on which members are known (MF-14).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

#[expect(dead_code, reason = "the doors of sign-in and registration use the rest")]
#[path = "../doors/browser.rs"]
mod browser;
#[path = "../doors/client.rs"]
mod client;
#[path = "../doors/house.rs"]
mod house;
#[expect(dead_code, reason = "the doors of sign-in and registration use the rest")]
#[path = "../doors/letters.rs"]
mod letters;
#[expect(dead_code, unused_imports, reason = "the ways back use the rest")]
#[path = "../recovery/people.rs"]
mod people;
#[path = "../recovery/post.rs"]
mod post;

mod at_once;
#[path = "../doors/log.rs"]
mod log;
mod names;
mod owner;
mod paths;
mod remembered;
mod rests;
mod sources;
mod tries;
