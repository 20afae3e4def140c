//! The rules of the identity provider.
//!
//! This crate never does IO: no clock, no random source, no database, no network, no
//! files. Time and chance arrive in a [`sekisho_base::Cx`]; what must happen goes back as
//! values. Its manifest lists nothing that could do otherwise.

pub mod account;
pub mod audit;
pub mod device;
pub mod email;
pub mod factor;
pub mod ids;
pub mod insurer;
pub mod insurer_number;
pub mod jose;
pub mod journey;
pub mod kana;
pub mod login_id;
pub mod member;
pub mod my_number;
pub mod oidc;
pub mod particular;
pub mod phone;
pub mod session;
pub mod terms;
mod width;
