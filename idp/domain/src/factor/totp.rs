//! Authenticator apps: RFC 6238 with SHA-1, six digits, steps of 30 seconds, which is what every app speaks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sekisho_base::{Cx, Timestamp};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Totp};

/// Seconds a code is shown for.
pub const STEP_SECONDS: i64 = 30;

/// A shared secret of 160 bits. It has no `Debug`, and is kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// A secret read back that is not 160 bits of base64: the row is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of an authenticator app")]
pub struct Malformed;

impl Secret {
    /// A new secret.
    pub fn draw(cx: &mut Cx) -> Self {
        Self(STANDARD_NO_PAD.encode(cx.bytes::<20>()))
    }

    /// The bytes, to be sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        STANDARD_NO_PAD.decode(&self.0).unwrap_or_default()
    }

    /// A secret from bytes that were sealed.
    ///
    /// # Errors
    /// [`Malformed`] when there are not exactly 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() == 20 { Ok(Self(STANDARD_NO_PAD.encode(bytes))) } else { Err(Malformed) }
    }

    /// The secret in base32, in groups of four, to be typed by hand.
    ///
    /// # Errors
    /// [`Malformed`] when the secret was damaged at rest.
    pub fn in_fours(&self) -> Result<String, Malformed> {
        let base32: Vec<char> =
            self.totp("", "")?.secret().to_base32().chars().filter(|c| *c != '=').collect();
        Ok(base32.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" "))
    }

    /// The `otpauth://` address an app reads from the QR code.
    ///
    /// # Errors
    /// [`Malformed`] when the secret was damaged at rest.
    pub fn address(&self, issuer: &str, account: &str) -> Result<String, Malformed> {
        // A colon separates the two names in the address, so neither may have one.
        let totp = self.totp(&issuer.replace(':', " "), &account.replace(':', " "))?;
        totp.to_url().map_err(|_| Malformed)
    }

    /// The step whose code `typed` is, if it is the present one or a neighbour and later than `last_used`.
    ///
    /// # Errors
    /// [`Malformed`] when the secret was damaged at rest.
    pub fn check(&self, typed: &str, now: Timestamp, last_used: Option<i64>) -> Result<Check, Malformed> {
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let matched = self.totp("", "")?.check(typed, seconds).and_then(|step| i64::try_from(step).ok());
        Ok(match matched {
            None => Check::Wrong,
            Some(step) if last_used.is_some_and(|last| step <= last) => Check::Used,
            Some(step) => Check::Right { step },
        })
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp, Malformed> {
        let bytes = self.to_bytes();
        if bytes.len() != 20 {
            return Err(Malformed);
        }
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(u64::try_from(STEP_SECONDS).unwrap_or(30))
            .with_secret(bytes)
            .with_account_name(account)
            .with_issuer((!issuer.is_empty()).then_some(issuer))
            .build()
            .map_err(|_| Malformed)
    }
}

/// What became of a typed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// It is the code of `step`, not used before.
    Right {
        /// The step to remember as used.
        step: i64,
    },
    /// It was used already, here or on another node.
    Used,
    /// It is no code of these 90 seconds.
    Wrong,
}

#[cfg(test)]
mod tests;
