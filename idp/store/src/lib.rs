//! The rows of the identity provider: one file per group of tables.
//!
//! What must stay true: a function here asks and answers “does the row still allow it”, and decides nothing beyond.
//! What may happen once is decided by one conditional statement, never by reading first. One text of SQL serves both
//! databases, and `tests/conformance` calls every function on both, lets twenty race for what there is once, and sees to
//! it that no look-up reads a whole table. Nothing here prints a value of a row.

pub mod acceptances;
pub mod account_claims;
pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod client_logos;
pub mod clients;
pub mod closing;
pub mod consents;
pub mod contacts;
pub mod devices;
pub mod factors;
pub mod fleeting;
pub mod grants;
pub mod identifiers;
pub mod inquiries;
pub mod invitations;
pub mod journeys;
pub mod keys;
pub mod leases;
pub mod links;
pub mod members;
pub mod memberships;
pub mod meta;
pub mod opt_ins;
pub mod passkeys;
pub mod refresh;
pub mod registrations;
pub mod restorations;
pub mod sessions;
pub mod sharing;
pub mod sms;
pub mod spent;
pub mod sweep;
pub mod undos;

mod error;
mod row;

use sekisho_site::db::Migrator;

pub use error::Error;

/// The steps that bring a database's tables up to date.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/idp");
