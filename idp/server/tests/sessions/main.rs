//! Sessions: their cookies, their lives and ends, and what their owners are told (`security.md` SE-01 to SE-05, SE-07,
//! SE-09, SE-12, SE-13).
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
#[expect(dead_code, reason = "the ways back use the rest")]
#[path = "../recovery/people.rs"]
mod people;
#[path = "../recovery/post.rs"]
mod post;

mod cookies;
mod crossing;
mod ends;
mod gains;
mod letters_sent;
mod lives;
mod own;
