//! The eligibility certificate portal: its pages and rows, nothing about login.
//!
//! A signed-in member of a health insurance society asks for a certificate, gives a reason, and shows it at a
//! reception desk for 48 hours. Signing in is the portal kit's; who the member is, the identity provider says.
//! It must stay true that no certificate is kept in a browser, and that none outlives its person's cover.

pub mod config;
pub mod flows;
pub mod office;
pub mod rows;
pub mod rules;
mod service;
pub mod view;
pub mod web;

pub use config::Config;
pub use sekisho_portal_kit::front::{AssemblyError, Means, Running, StartError};
pub use service::{assemble, open_database, start};
