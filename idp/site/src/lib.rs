//! What each web service of the house stands on: its database, clock and keys, its configuration and pages, what it
//! sends and how it listens.
//!
//! Nothing here knows a rule of the identity provider or of a portal, and nothing but [`clock`] and [`chance`] reads a
//! clock or draws a random number.

pub mod breaker;
pub mod chance;
pub mod clock;
pub mod config;
pub mod db;
pub mod extract;
pub mod files;
pub mod http;
pub mod mail;
pub mod outbox;
pub mod page;
pub mod seal;
pub mod serve;
pub mod sms;
pub mod web;
