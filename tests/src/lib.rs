//! The whole house on real ports, and a real browser that walks through it as a person would.
//!
//! [`house`] starts everything the way `cargo run` does, with a clock that tests move; [`browser`] drives Debian's
//! Chromium; [`walk`] says what people do in sentences, by the names of the form controls only.

pub mod browser;
pub mod scratch;
