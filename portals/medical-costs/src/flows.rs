//! What the pages ask for: load, decide, answer.

mod desk;

pub use desk::{Asked, Desk, Error};
