//! Everything in one process, to try things out: the real identity provider, the real portals, and an [`inbox`] for the
//! mail and SMS they send.

pub mod inbox;
