//! Clients that register themselves: the modules of the suite that do (`oidcc_…`, oidc.md §3), and what strangers try.

mod desk;
mod managing;
mod modules;
mod operator;
mod overlap;
mod strangers;
