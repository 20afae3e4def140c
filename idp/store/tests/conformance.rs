//! Every function of the store, on `SQLite` and on `PostgreSQL`, races included.
//!
//! Each test makes its own databases and drops them. `PostgreSQL` is where `SEKISHO_TEST_POSTGRES` says; `tests/run`
//! starts one.

#[cfg(test)]
use conformance::house::both;

#[cfg(test)]
mod conformance {
    mod account_claims;
    mod accounts;
    mod attempts;
    mod audit;
    mod changes;
    mod clients;
    mod closing;
    mod coverage;
    mod devices;
    mod factors;
    mod given_ids;
    mod grants;
    pub mod house;
    mod identifiers;
    mod indexes;
    mod inquiries;
    mod invitations;
    mod joining;
    mod journeys;
    mod keys;
    mod links;
    mod members;
    mod memberships;
    mod meta;
    mod opt_ins;
    mod passkeys;
    mod refresh;
    mod registrations;
    mod resets;
    mod restorations;
    mod sessions;
    mod sharing;
    mod sms;
    mod spent;
    mod sweep;
    mod terms;
    mod undos;
}
