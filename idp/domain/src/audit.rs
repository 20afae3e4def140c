//! The audit trail: what happened, marked so that a change shows, chained so that a gap shows.
//!
//! An [`Event`] is what a flow says happened. [`Event::record`] gives it an id, a moment and its own HMAC; it is
//! stored with the change it tells of. Later a [`Chain`] numbers the committed events of each insurer and links them.
//! The keys are kept outside the database, so who can only write there can neither forge nor renumber.
//!
//! Invariants: an event never carries a secret, a whole address or number, a name, or a member's own numbers
//! (security.md §5.3); what a stranger typed does not enter it at all. Ids and masked forms do.

mod chain;
mod event;
mod kind;
mod mac;
mod own;
mod record;

pub use chain::{Chain, Fault, Sealed};
pub use event::{Actor, Event};
pub use kind::Kind;
pub use mac::MacKey;
pub use own::{KINDS as OWN_KINDS, Own};
pub use record::{HOUSE, Record};
