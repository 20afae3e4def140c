//! A short code that was sent to somebody: how long it lives, how often it may be tried and sent.

use std::time::Duration;

use secrecy::SecretString;
use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Reason, Refusal};

/// How an insurer's codes behave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// How many digits (6 to 8; NIST SP 800-63B-4 §3.1.3 asks for 20 bits).
    pub digits: usize,
    /// How long a code is good for, in seconds.
    pub valid_seconds: u64,
    /// How often a code may be tried.
    pub tries: u32,
    /// How long to wait before another may be sent, in seconds.
    pub resend_seconds: u64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { digits: 6, valid_seconds: 600, tries: 5, resend_seconds: 60 }
    }
}

impl Rule {
    /// How long a code is good for.
    pub const fn valid(&self) -> Duration {
        Duration::from_secs(self.valid_seconds)
    }

    /// Why the rule cannot be kept, if it cannot.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub const fn check(&self) -> Result<(), &'static str> {
        if self.digits < 6 || self.digits > 8 {
            return Err("codes have 6 to 8 digits");
        }
        if self.valid_seconds < 60 || self.valid_seconds > 3_600 {
            return Err("codes are good for 1 to 60 minutes");
        }
        if self.tries == 0 || self.tries > 10 {
            return Err("codes may be tried 1 to 10 times");
        }
        Ok(())
    }
}

/// A code that was sent and has not been answered.
///
/// Sending a new one keeps the failures of the one before (design §6.2), so that guessing does not
/// get cheaper by asking again; once all tries are spent, each new round must wait twice as long as the last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    code: String,
    at: Timestamp,
    failures: u32,
    rounds: u32,
    /// Nobody was told it: the message could not be sent.
    #[serde(default)]
    is_withheld: bool,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is the code.
    Right,
    /// It is not.
    Wrong {
        /// How many tries are left.
        left: u32,
    },
    /// The time has passed.
    Old,
    /// All tries are spent.
    Spent {
        /// How many there were.
        tries: u32,
    },
}

/// How many rounds of tries one journey allows before it must begin anew.
const ROUNDS: u32 = 4;

impl Sent {
    /// A first code, and its digits for the message.
    pub fn new(rule: &Rule, cx: &mut Cx) -> (Self, SecretString) {
        let code = cx.digits(rule.digits);
        let sent = Self { code: code.clone(), at: cx.now, failures: 0, rounds: 0, is_withheld: false };
        (sent, code.into())
    }

    /// A code that nobody has been told, for an address that must not learn more than any other.
    pub fn untold(rule: &Rule, cx: &mut Cx) -> Self {
        Self::new(rule, cx).0
    }

    /// Another code in place of this one.
    ///
    /// # Errors
    /// [`Reason::ResendEarly`] within the pause, [`Reason::StartAgain`] after too many rounds.
    pub fn again(&self, rule: &Rule, cx: &mut Cx) -> Result<(Self, SecretString), Refusal> {
        let spent = self.failures >= rule.tries;
        let rounds = if spent { self.rounds + 1 } else { self.rounds };
        if rounds >= ROUNDS {
            return Err(Refusal::page(Reason::StartAgain));
        }
        let pause = Duration::from_secs(rule.resend_seconds << rounds);
        let passed = cx.now.since(self.at);
        if passed < pause && !self.is_withheld {
            let seconds = pause.saturating_sub(passed).as_secs().max(1);
            return Err(Refusal::page(Reason::ResendEarly { seconds }));
        }
        let (fresh, code) = Self::new(rule, cx);
        let failures = if spent { 0 } else { self.failures };
        Ok((Self { failures, rounds, ..fresh }, code))
    }

    /// Tries what was typed; a wrong one is counted.
    #[must_use]
    pub fn attempt(mut self, typed: &str, rule: &Rule, now: Timestamp) -> (Self, Tried) {
        if self.failures >= rule.tries {
            return (self, Tried::Spent { tries: rule.tries });
        }
        // What nobody was told can only be guessed, or is of an older message.
        if self.is_withheld || now >= self.ends_at(rule) {
            return (self, Tried::Old);
        }
        if bool::from(self.code.as_bytes().ct_eq(typed.as_bytes())) {
            return (self, Tried::Right);
        }
        self.failures += 1;
        let left = rule.tries - self.failures;
        let tried = if left == 0 { Tried::Spent { tries: rule.tries } } else { Tried::Wrong { left } };
        (self, tried)
    }

    /// When the code was sent.
    pub const fn sent_at(&self) -> Timestamp {
        self.at
    }

    /// From when on the code is too old.
    pub fn ends_at(&self, rule: &Rule) -> Timestamp {
        self.at + rule.valid()
    }

    /// Notes that nobody was told the code, because its message could not be sent: it opens nothing, and another may be
    /// asked for at once.
    pub const fn withhold(&mut self) {
        self.is_withheld = true;
    }

    /// Whether somebody was told the code.
    pub const fn is_told(&self) -> bool {
        !self.is_withheld
    }
}

impl Tried {
    /// The refusal of a try that was not right.
    pub fn refusal(self) -> Option<Refusal> {
        let reason = match self {
            Self::Right => return None,
            Self::Wrong { left } => Reason::CodeWrong { left },
            Self::Old => Reason::CodeOld,
            Self::Spent { tries } => Reason::CodeSpent { tries },
        };
        Some(Refusal::at("code", reason))
    }
}

/// The digits of a typed code: full-width digits, spaces and hyphens are folded away.
pub fn fold(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    typed.nfkc().filter(|c| !c.is_whitespace() && !"-‐‑–—―ー−".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    fn at(seconds: i64, seed: u64) -> Cx {
        Cx::seeded(Timestamp::from_seconds(seconds), seed)
    }

    #[test]
    fn a_code_is_right_until_its_time_has_passed() {
        let rule = Rule::default();
        let (sent, code) = Sent::new(&rule, &mut at(0, 1));
        for (seconds, expected) in [(0, Tried::Right), (599, Tried::Right), (600, Tried::Old)] {
            let (_, tried) =
                sent.clone().attempt(code.expose_secret(), &rule, Timestamp::from_seconds(seconds));
            assert_eq!(tried, expected, "after {seconds} s");
        }
    }

    #[test]
    fn mf_03_five_wrong_tries_spend_a_code_and_even_the_right_one_is_refused() {
        let rule = Rule::default();
        let (mut sent, code) = Sent::new(&rule, &mut at(0, 1));
        for left in [4, 3, 2, 1] {
            let (next, tried) = sent.attempt("wrong!", &rule, Timestamp::from_seconds(1));
            assert_eq!(tried, Tried::Wrong { left });
            sent = next;
        }
        let (sent, tried) = sent.attempt("wrong!", &rule, Timestamp::from_seconds(1));
        assert_eq!(tried, Tried::Spent { tries: 5 });
        assert_eq!(
            sent.attempt(code.expose_secret(), &rule, Timestamp::from_seconds(1)).1,
            Tried::Spent { tries: 5 }
        );
    }

    #[test]
    fn a_new_code_waits_a_minute_keeps_the_failures_and_kills_the_old_one() {
        let rule = Rule::default();
        let (sent, first) = Sent::new(&rule, &mut at(0, 1));
        let (sent, _) = sent.attempt("wrong!", &rule, Timestamp::from_seconds(1));
        assert_eq!(
            sent.again(&rule, &mut at(59, 2)).err(),
            Some(Refusal::page(Reason::ResendEarly { seconds: 1 }))
        );
        let (again, second) = sent.again(&rule, &mut at(60, 2)).ok().unwrap();
        let now = Timestamp::from_seconds(61);
        assert_eq!(again.clone().attempt(first.expose_secret(), &rule, now).1, Tried::Wrong { left: 3 });
        assert_eq!(again.attempt(second.expose_secret(), &rule, now).1, Tried::Right);
    }

    #[test]
    fn each_spent_round_waits_twice_as_long_and_the_fifth_begins_anew() {
        let rule = Rule::default();
        let (mut sent, _) = Sent::new(&rule, &mut at(0, 1));
        let mut now = 0;
        for round in 1..=4 {
            for _ in 0..rule.tries {
                sent = sent.attempt("wrong!", &rule, Timestamp::from_seconds(now)).0;
            }
            let pause = 60_i64 << round;
            if round == 4 {
                let refused = sent.again(&rule, &mut at(now + pause, 3)).err();
                assert_eq!(refused, Some(Refusal::page(Reason::StartAgain)));
                return;
            }
            assert!(sent.again(&rule, &mut at(now + pause - 1, 3)).is_err(), "round {round}");
            now += pause;
            sent = sent.again(&rule, &mut at(now, 3)).ok().unwrap().0;
        }
    }

    #[test]
    fn a_code_that_was_withheld_opens_nothing_and_another_may_be_asked_for_at_once() {
        let rule = Rule::default();
        let (mut sent, code) = Sent::new(&rule, &mut at(0, 1));
        sent.withhold();
        assert!(!sent.is_told());
        let (sent, tried) = sent.attempt(code.expose_secret(), &rule, Timestamp::from_seconds(1));
        assert_eq!(tried, Tried::Old);
        let (again, second) = sent.again(&rule, &mut at(1, 2)).ok().unwrap();
        assert!(again.is_told());
        let (_, tried) = again.attempt(second.expose_secret(), &rule, Timestamp::from_seconds(2));
        assert_eq!(tried, Tried::Right);
    }

    #[test]
    fn a_code_kept_before_there_was_a_word_for_it_was_told() {
        let kept = r#"{"code":"123456","at":0,"failures":0,"rounds":0}"#;
        assert!(serde_json::from_str::<Sent>(kept).unwrap().is_told());
    }

    #[test]
    fn mf_15_typed_codes_are_folded_once_and_only_the_exact_digits_are_right() {
        for typed in ["123456", "１２３４５６", " 123 456 ", "123-456", "１２３ー４５６"] {
            assert_eq!(fold(typed), "123456", "{typed}");
        }
        let rule = Rule::default();
        let (sent, code) = Sent::new(&rule, &mut at(0, 1));
        let code = code.expose_secret();
        let now = Timestamp::from_seconds(1);
        let arabic: String = code.chars().map(|c| char::from_u32(c as u32 - 48 + 0x660).unwrap()).collect();
        for typed in [
            &code[1..],
            &format!("{code}0"),
            &format!("0{code}"),
            &format!("+{code}"),
            &format!("{code}.0"),
            &format!("0x{code}"),
            &format!("{code}\0"),
            &arabic,
            &"9".repeat(1 << 20),
            "",
        ] {
            let (_, tried) = sent.clone().attempt(&fold(typed), &rule, now);
            assert_eq!(tried, Tried::Wrong { left: 4 }, "{typed:.20}");
        }
    }
}
