//! What the portal does: load, decide by the rules, store. No page and no request is known here.

pub mod apply;
pub mod arrive;
pub mod check;
mod desk;
pub mod office;

pub use desk::{Desk, Error, Mark, applicant_of};
