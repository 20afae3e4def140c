//! The doors of the protocol, knocked at in process: the real router on a real SQLite, with a clock that stands.

mod authorize;
mod client;
mod consent;
mod discovery;
mod house;
mod keys;
mod logout;
mod token;
mod userinfo;
