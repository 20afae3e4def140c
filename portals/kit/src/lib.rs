//! Sign-in for a portal by OpenID Connect: what an integrator would copy.
//!
//! Authorization code flow with PKCE, state and nonce; the portal's own session; a guard for its pages;
//! sign-out here and at the provider, and from there. It must stay true that
//! - nothing is stored before a person has proven to be signed in;
//! - no token ever reaches the browser, but for the ID token as the hint of a sign-out;
//! - a person is told apart by issuer and subject, never by an address or a name;
//! - claims are at most five minutes old wherever something is handed out.

mod arrival;
mod asking;
mod assurance;
mod challenge;
pub mod claims;
mod error;
pub mod front;
mod guard;
mod kit;
mod protocol;
mod provider;
mod renewal;
mod return_to;
mod routes;
mod sessions;
mod settings;
mod sign_out;
mod signed_out;

pub use assurance::Assurance;
pub use challenge::Challenge;
pub use error::{Error, Refusal};
pub use guard::{Seated, SignedIn};
pub use kit::{Again, Kit, LANGUAGE, Look, Parts, Reader};
pub use return_to::ReturnTo;
pub use routes::{LANGUAGE_IS_KEPT, routes};
pub use sessions::{Session, SessionId};
pub use settings::{CLAIMS_ARE_FRESH, Settings, Signing};
pub use sign_out::{SIGN_OUT, SIGNED_OUT};
