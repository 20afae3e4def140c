//! What a password must be (design §6.5; domain 5.2, NIST SP 800-63B-4 §3.1.1).
//!
//! By default only length counts, and what is widely known is refused with its reason. An insurer
//! may ask for kinds of characters as guide 004 does; that is an exception which its file has to justify.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

mod known;

/// An insurer's rule for passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The least number of characters (code points).
    pub least: usize,
    /// The largest number of characters.
    pub most: usize,
    /// Kinds of which at least one character each is asked for; none by default.
    pub kinds: Vec<Kind>,
    /// Why this rule departs from the default: who decided, when, and for what reason.
    pub decision: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { least: 8, most: 128, kinds: Vec::new(), decision: None }
    }
}

/// A kind of characters that an insurer may insist on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A letter, upper or lower case.
    Letter,
    /// A digit.
    Digit,
    /// Anything that is neither letter, digit nor white space.
    Symbol,
}

impl Kind {
    fn is(self, c: char) -> bool {
        match self {
            Self::Letter => c.is_alphabetic(),
            Self::Digit => c.is_numeric(),
            Self::Symbol => !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control(),
        }
    }
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too short.
    Short {
        /// The least number of characters.
        least: usize,
    },
    /// Longer than anyone types.
    Long {
        /// The largest number of characters.
        most: usize,
    },
    /// Widely known, a plain pattern, or made of the society's or the person's own words.
    Known,
    /// The insurer asks for kinds that are missing.
    Kinds,
}

/// How a policy differs from the default: `insurer check` warns of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// Shorter passwords than 8 characters with a second factor, 15 without.
    Short {
        /// What the default asks for.
        least: usize,
    },
    /// Passwords of 64 characters are refused.
    Capped,
    /// Kinds of characters are asked for.
    Kinds,
    /// Nothing says who decided the above, and why.
    Undecided,
}

impl Policy {
    /// Judges a password that somebody chooses. `context` are words that everybody would try: the society's
    /// names, the address, the number.
    ///
    /// # Errors
    /// See [`Refusal`]. Lengths are looked at before anything costly.
    pub fn judge<S: AsRef<str>>(&self, password: &SecretString, context: &[S]) -> Result<(), Refusal> {
        let typed = password.expose_secret();
        // A code point has at most four bytes, and its parts in decomposed form are few.
        if typed.len() > self.most.saturating_mul(16) {
            return Err(Refusal::Long { most: self.most });
        }
        let normal = normal(password);
        let normal = normal.expose_secret();
        match normal.chars().count() {
            count if count < self.least => return Err(Refusal::Short { least: self.least }),
            count if count > self.most => return Err(Refusal::Long { most: self.most }),
            _ => {}
        }
        if self.kinds.iter().any(|kind| !normal.chars().any(|c| kind.is(c))) {
            return Err(Refusal::Kinds);
        }
        if known::is_known(normal, context) { Err(Refusal::Known) } else { Ok(()) }
    }

    /// How this policy departs from the default, for an insurer whose members have a second factor or not.
    pub fn departures(&self, second_factor: bool) -> Vec<Departure> {
        let least = if second_factor { 8 } else { 15 };
        let mut departures = Vec::new();
        if self.least < least {
            departures.push(Departure::Short { least });
        }
        if self.most < 64 {
            departures.push(Departure::Capped);
        }
        if !self.kinds.is_empty() {
            departures.push(Departure::Kinds);
        }
        if !departures.is_empty() && self.decision.as_ref().is_none_or(|decision| decision.trim().is_empty())
        {
            departures.push(Departure::Undecided);
        }
        departures
    }
}

/// The form in which a password is hashed and verified: NFC, otherwise exactly as typed, blanks included.
pub fn normal(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judge(policy: &Policy, password: &str) -> Result<(), Refusal> {
        let context = ["aoba", "06999015", "青葉健康保険組合", "kenpo", "shoko@example.jp", "shoko"];
        policy.judge(&SecretString::from(password), &context)
    }

    #[test]
    fn pw_09_only_length_counts_and_what_everybody_would_try_is_refused() {
        let policy = Policy::default();
        for (password, verdict) in [
            ("tsubame", Err(Refusal::Short { least: 8 })),
            ("nagai yoru no hoshi", Ok(())),
            ("mizuumi-tooi", Ok(())),
            ("すずめのお宿の戸口", Ok(())),
            ("password", Err(Refusal::Known)),
            ("PassWord", Err(Refusal::Known)),
            ("p@ssw0rd", Err(Refusal::Known)),
            ("password1!", Err(Refusal::Known)),
            ("ｐａｓｓｗｏｒｄ", Err(Refusal::Known)),
            ("iloveyou2026", Err(Refusal::Known)),
            ("sakura123", Err(Refusal::Known)),
            ("doraemon", Err(Refusal::Known)),
            ("12345678", Err(Refusal::Known)),
            ("87654321", Err(Refusal::Known)),
            ("abcdefgh", Err(Refusal::Known)),
            ("abcd1234", Err(Refusal::Known)),
            ("aaaaaaaaaaaa", Err(Refusal::Known)),
            ("abababababab", Err(Refusal::Known)),
            ("qwertyuiop", Err(Refusal::Known)),
            ("あああああああああ", Err(Refusal::Known)),
            ("20000121", Err(Refusal::Known)),
            ("aoba2026", Err(Refusal::Known)),
            ("06999015", Err(Refusal::Known)),
            ("KenpoShoko1", Err(Refusal::Known)),
            ("shoko@example.jp", Err(Refusal::Known)),
            ("青葉健康保険組合!", Err(Refusal::Known)),
            ("aoba no hayashi wo yuku", Ok(())),
            ("83920174", Ok(())),
        ] {
            assert_eq!(judge(&policy, password), verdict, "{password}");
        }
    }

    #[test]
    fn pw_07_long_passwords_are_taken_whole_and_absurd_ones_refused_at_once() {
        let policy = Policy::default();
        let long = |length: usize| "あ1い2う3え4お5かk6".chars().cycle().take(length).collect::<String>();
        assert_eq!(judge(&policy, &long(64)), Ok(()));
        assert_eq!(judge(&policy, &long(128)), Ok(()));
        assert_eq!(judge(&policy, &long(129)), Err(Refusal::Long { most: 128 }));
        assert_eq!(judge(&policy, &"x".repeat(1_000_000)), Err(Refusal::Long { most: 128 }));
    }

    #[test]
    fn pw_08_equal_texts_in_other_forms_are_equal_and_nothing_is_trimmed() {
        let form = |text: &str| normal(&SecretString::from(text)).expose_secret().to_owned();
        assert_eq!(form("パスポート"), form("ハ\u{309A}スホ\u{309A}ート"));
        assert_eq!(form(" a\0b "), " a\0b ");
    }

    #[test]
    fn an_insurer_may_ask_for_kinds_and_has_to_say_why() {
        let policy: Policy = toml::from_str("most = 20\nkinds = ['letter', 'digit', 'symbol']").unwrap();
        for (password, verdict) in [
            ("tsubame+42", Ok(())),
            ("TSUBAME+42", Ok(())),
            ("tsubameno42", Err(Refusal::Kinds)),
            ("tsubame+no", Err(Refusal::Kinds)),
            ("4829+1035", Err(Refusal::Kinds)),
            ("tsubame+42-tsubame+42", Err(Refusal::Long { most: 20 })),
        ] {
            assert_eq!(judge(&policy, password), verdict, "{password}");
        }
        assert_eq!(
            policy.departures(false),
            [Departure::Short { least: 15 }, Departure::Capped, Departure::Kinds, Departure::Undecided]
        );
        let decided = Policy { decision: Some("Board, 2026-10-01: guide 004".to_owned()), ..policy };
        assert!(!decided.departures(true).contains(&Departure::Undecided));
        assert_eq!(Policy::default().departures(true), []);
        assert!(toml::from_str::<Policy>("longest = 20").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_a_panic(text in ".{0,40}") {
            let _ = judge(&Policy::default(), &text);
        }

        #[test]
        fn drawn_passwords_pass(text in "[a-z2-9]{16}") {
            prop_assert_eq!(judge(&Policy::default(), &text), Ok(()));
        }
    }
}
