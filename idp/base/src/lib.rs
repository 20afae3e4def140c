//! What every floor of the house stands on: time and chance as values, typed
//! ids, digests, language tables, dates and eras, the guard of the accent colour.
//!
//! Everything here is small and pure. This crate never does IO, never reads a
//! clock and never draws a random number: both arrive in a [`Cx`].

pub mod accent;
mod cx;
mod digest;
pub mod era;
mod id;
mod language;
mod time;

pub use cx::{Chance, Cx};
pub use digest::{Digest, Kind};
pub use id::IdError;
pub use language::{Language, Speech, Table, TableError};
pub use time::Timestamp;

#[doc(hidden)]
pub mod private {
    pub use serde;
    pub use uuid;
}
