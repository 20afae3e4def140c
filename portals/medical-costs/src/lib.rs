//! The portal of medical-cost notices: its pages and rows, nothing about login.
//!
//! An insurer's extract of claims is imported; a signed-in member sees what was treated where, who paid how much, and
//! takes a year along as a file. It must stay true that a member sees the persons of their claims and nobody else, not
//! even as a number, and that nothing is taken from an extract in part.

pub mod config;
pub mod files;
pub mod flows;
pub mod import;
pub mod notices;
pub mod rows;
pub mod rules;
mod service;
pub mod signing;
pub mod view;
pub mod web;

pub use config::Config;
pub use service::{Running, StartError, assemble, open_database, start};
