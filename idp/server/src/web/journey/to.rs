//! The paths behind the words that say where to return to after a fresh sign-in.
//!
//! An address carries a word of [`To`], never a path: nobody is led anywhere but to a page of ours (RU-09).

use axum::response::Response;
pub use sekisho_domain::journey::To;

use super::see_other;
use crate::web::account::codes;

/// The page that a word stands for.
pub const fn path(to: To) -> &'static str {
    match to {
        To::Account => "/account",
        To::Passkeys => "/account/passkeys",
        To::NewPasskey => "/account/passkeys/new",
        To::Password => "/account/password",
        To::Email => "/account/email",
        To::Phone => "/account/phone",
        To::App => "/account/app",
        To::Codes => codes::PATH,
        To::Profile => "/account/profile",
        To::Portals => "/account/portals",
        To::History => "/account/history",
        To::Data => "/account/data",
        To::Close => "/account/close",
        To::Devices => "/account/devices",
    }
}

/// Leads somebody signed in to show again who they are, and back to a page.
pub fn again(to: To) -> Response {
    see_other(&format!("/login/again?to={}", to.as_str()))
}

/// The page that an address asks to return to; anything but a word of ours is no wish.
pub fn wish(word: &str) -> Option<To> {
    word.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ru_09_every_word_leads_to_a_page_of_ours_and_nothing_else_leads_anywhere() {
        for to in To::ALL {
            assert!(path(to).starts_with("/account"), "{to:?}");
            assert_eq!(wish(to.as_str()), Some(to));
        }
        for evil in ["//evil.test", "/\\evil.test", "https:evil.test", "/account", ""] {
            assert_eq!(wish(evil), None, "{evil}");
        }
    }
}
