//! Passkeys: discoverable `WebAuthn` credentials with user verification (Web Authentication Level 3).
//!
//! The ceremonies are verified by an adapter outside; this file holds what comes of them, and which names a passkey may
//! have.

use sekisho_base::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, FactorId};

/// How long a challenge may be answered.
pub const LIFETIME: std::time::Duration = std::time::Duration::from_mins(5);

/// How many passkeys one account may hold.
pub const MOST: usize = 20;

/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

/// A challenge that was answered: it may be answered once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What it is known by.
    pub challenge: Digest,
    /// When it is refused for its age.
    pub until: Timestamp,
}

/// A passkey that was shown, and how it stands from now on.
#[derive(Clone)]
pub struct Shown {
    /// Whose it is.
    pub account: AccountId,
    /// The factor.
    pub factor: FactorId,
    /// The challenge.
    pub answered: Answered,
    /// The authenticator's count now.
    pub sign_count: u32,
    /// Whether it is kept elsewhere as well.
    pub backed_up: bool,
    /// The key as it rests from now on, sealed, where something of it changed.
    pub sealed: Option<Vec<u8>>,
}

/// A passkey that was made.
#[derive(Clone, Serialize, Deserialize)]
pub struct New {
    /// Whose it is to be: the authenticator keeps this with the key.
    pub account: AccountId,
    /// The SHA-256 of the credential's id.
    pub credential: Digest,
    /// The key, as JSON of the library that verifies it. It is public.
    pub key: String,
    /// The model of the authenticator, as 32 hexadecimal digits; zeros where it does not say.
    pub aaguid: String,
    /// How the authenticator is reached, in the words of the specification.
    pub transports: Vec<String>,
    /// The authenticator's count.
    pub sign_count: u32,
    /// Whether it is kept elsewhere as well.
    pub backed_up: bool,
    /// The challenge.
    pub answered: Answered,
}

/// Why a ceremony came to nothing, as far as it matters to whom it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The page was open for too long, or was another browser's.
    #[error("the challenge is too old or another browser's")]
    Old,
    /// There is no such passkey here, or it is another account's.
    #[error("the passkey is unknown here")]
    Unknown,
    /// The device did not ask for a finger, a face or its code.
    #[error("the user was not verified")]
    Unverified,
    /// Its count went back: there may be a copy.
    #[error("the signature count went back")]
    Cloned,
    /// What was sent does not hold.
    #[error("the response does not hold")]
    Faulty,
}

/// The name that a person gave, made fit to be shown; the fallback where nothing is left of it (WA-12).
pub fn name(typed: &str, fallback: &str) -> String {
    let shown = |c: &char| !c.is_control() && !is_invisible(*c);
    let name: String = typed.chars().filter(shown).collect();
    let name: String = name.trim().chars().take(LONGEST_NAME).collect();
    if name.chars().all(is_variation) { fallback.to_owned() } else { name }
}

/// Characters that change how others are shown, or are not shown themselves.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}')
}

/// Chooses the form of the character before it, as that of 葛 in names.
const fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wa_12_a_name_holds_nothing_that_hides_or_turns_text() {
        for (typed, expected) in [
            ("  青い電話 ", "青い電話"),
            ("<b>x</b>", "<b>x</b>"),
            ("a\u{202e}b\u{200b}c\u{feff}", "abc"),
            ("line\r\nbreak\u{0}", "linebreak"),
            ("\u{200b}\u{2066}", "パスキー"),
            ("\u{3164}\u{115f}\u{ffa0}\u{2800}\u{34f}\u{fe0f}\u{e0100}", "パスキー"),
            ("", "パスキー"),
            ("葛\u{e0100}城", "葛\u{e0100}城"),
        ] {
            assert_eq!(name(typed, "パスキー"), expected, "{typed:?}");
        }
        assert_eq!(name(&"あ".repeat(500), "x").chars().count(), LONGEST_NAME);
    }
}
