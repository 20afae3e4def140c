//! The ways back, as people walk them: a forgotten password, a forgotten ID, both, a lost second factor, paper codes.

mod aoba;
mod kaede;
#[path = "../screens/look.rs"]
mod look;
mod shinonome;
mod sora;
