//! Sign-in for a portal by OpenID Connect: what an integrator would copy.
//!
//! Authorization code flow with PKCE, state and nonce; the portal's own session; a guard for its pages;
//! sign-out here and at the provider, and from there. It must stay true that
//! - nothing is stored before a person has proven to be signed in;
//! - no token ever reaches the browser, but for the ID token as the hint of a sign-out;
//! - a person is told apart by issuer and subject, never by an address or a name;
//! - claims are at most five minutes old wherever something is handed out: they are read again by the refresh token of
//!   the sign-in, or by a way of the browser through the provider where it gave none;
//! - what one node of a portal knows, all know: a session is a row, and a question travels sealed with the browser.
//!
//! A portal brings its [`Parts`], merges [`routes`], and names in a page's arguments who may see it:
//!
//! ```text
//! let kit = Kit::new(Parts { settings, public_url, insurers, home: "/bills", db, ring, door, cookies, http, look })?;
//! let router = Router::new().route("/bills", get(bills)).merge(routes()).with_state(App { kit });
//!
//! async fn bills(State(app): State<App>, member: SignedIn) -> Response {
//!     // Only where the page asks for more than a sign-in: a passkey, shown within the last five minutes.
//!     let more = Challenge { acr_values: vec![PhishingResistant], max_age: Some(Duration::from_mins(5)) };
//!     if let Some(way) = app.kit.step_up(&member, &more, "/bills") { return way; }
//!     show(&member.session.claims)
//! }
//! ```
//!
//! Whoever is signed in at the provider already, by another portal for instance, sees the page without a question. [`front`]
//! is what our own portals share around their pages; a sign-in does without.

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
