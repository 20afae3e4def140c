//! The eligibility certificate portal.

pub mod config;
pub mod rows;
pub mod rules;
