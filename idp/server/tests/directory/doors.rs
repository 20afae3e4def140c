//! What the tests of the doors knock with: a browser, a relying party, a letter box.

#[path = "../doors/browser.rs"]
pub mod browser;
#[path = "../doors/client.rs"]
pub mod client;
#[path = "../doors/letters.rs"]
pub mod letters;
