//! The identity provider: its flows, its doors, and what connects them to the world.
//!
//! What must stay true: [`flows`] know no HTTP and no HTML; [`web`] knows no rows; time and chance enter at
//! the door, in a context that is made once for each request.

pub mod cli;
pub mod client_keys;
pub mod config;
pub mod directory;
pub mod flows;
pub mod hashing;
pub mod keys;
pub mod mail;
pub mod passkeys;
pub mod sealer;
pub mod service;
pub mod startup;
pub mod state;
pub mod web;
