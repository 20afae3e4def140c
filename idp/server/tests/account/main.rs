//! A member's own pages, knocked at in process: what they show, what they change, and what they keep from others.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a house that cannot be built fails its test")]

#[expect(dead_code, reason = "the doors of sign-in and registration use the rest")]
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
#[expect(dead_code, reason = "the ways back use the rest")]
#[path = "../recovery/people.rs"]
mod people;
#[path = "../recovery/post.rs"]
mod post;

mod change_address;
mod change_closing;
mod change_factor;
mod change_password;
mod change_profile;
#[path = "../doors/log.rs"]
mod log;
mod owner;
mod view;
mod view_ends;
mod view_files;
mod view_foreign;
