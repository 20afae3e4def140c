//! Everything in one process, to try things out: the real identity provider, the real portals, and an [`inbox`] for the
//! mail and SMS they send.
//!
//! The parts meet over real HTTP, SMTP and OpenID Connect on loopback ports, each with a database of its own. Only the
//! inbox is a part of the demo; everything else is what runs in production, under `server.loopback`.

pub mod greeting;
pub mod house;
pub mod inbox;
