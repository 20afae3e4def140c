//! Sign-in for a portal by OpenID Connect: what an integrator would copy.

pub mod claims;
mod return_to;
mod settings;

pub use return_to::ReturnTo;
pub use settings::{CLAIMS_ARE_FRESH, Settings};
