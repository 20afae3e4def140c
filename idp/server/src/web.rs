//! The doors: pages and protocol endpoints.
//!
//! A door reads a request, calls a flow, and answers with a page, a redirect or a
//! document. It decides nothing and knows no rows.

pub mod account;
pub mod codes;
pub mod documents;
pub mod error;
pub mod extract;
pub mod failure;
pub mod help;
pub mod home;
pub mod journey;
pub mod oidc;
pub mod page;
pub mod routes;
pub mod theme;
pub mod view;
pub mod well_known;

pub use error::Error;
