//! The whole house on real ports, and a real browser that walks through it as a person would.
//!
//! [`town`] starts everything the way `cargo run` does, on either database, with a clock that tests move; [`browser`]
//! drives Debian's Chromium; [`walk`] says what people do, by the names of the form controls only. [`apart`] has the
//! identity provider and a portal on domains of their own, over https.

pub mod apart;
pub mod browser;
pub mod scratch;
pub mod town;
pub mod walk;
