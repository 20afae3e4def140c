//! What a certificate is, and who may ask for one: the portal's rules.
//!
//! Everything here is pure. No module below reads a clock, a database or a
//! request: moments and chance arrive as parameters, decisions leave as values.

pub mod address;
pub mod person;
pub mod prefecture;
pub mod reason;
pub mod serial;
pub mod text;
pub mod validity;
