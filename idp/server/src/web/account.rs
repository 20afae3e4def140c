//! A member's own pages.

pub mod codes;
pub mod guard;
