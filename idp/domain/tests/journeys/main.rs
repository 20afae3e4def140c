//! Walks through the journeys of `config/insurers`, and through journeys that nobody wrote, without rows, mail or
//! pages; and how persons are found on the way.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these walks are made of is not itself under test"
)]

mod aoba;
mod files;
mod given_ids;
mod identity;
mod invited;
mod join;
mod kaede;
mod links;
mod login_ids;
mod passkeys;
mod proofing;
mod random;
mod sample;
mod shinonome;
mod sora;
mod turns;
mod unwalkable;
mod walker;
