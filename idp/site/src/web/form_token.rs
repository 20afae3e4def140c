//! Form tokens: a form is taken only from the browser it was given to.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::seal::Ring;

const LABEL: &str = "form token";

/// Issues and verifies form tokens. Nothing is stored: a token is a MAC over the browser's cookie and what the form is
/// for, so a token of another session, or of another form, is none.
#[derive(Clone, Debug)]
pub struct FormTokens {
    ring: Arc<Ring>,
}

impl FormTokens {
    /// Tokens under the keys of `ring`.
    pub fn new(ring: impl Into<Arc<Ring>>) -> Self {
        Self { ring: ring.into() }
    }

    /// The token of the form `purpose` for the browser that holds `browser`.
    pub fn issue(&self, browser: &SecretString, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.ring.mac(LABEL, &content(browser, purpose)))
    }

    /// Whether `token` is the form's token for this browser; in constant time.
    pub fn verify(&self, browser: &SecretString, purpose: &str, token: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|mac| self.ring.verify(LABEL, &content(browser, purpose), &mac))
    }
}

/// The purpose's length keeps the two apart.
fn content(browser: &SecretString, purpose: &str) -> Vec<u8> {
    let length = u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes();
    [&length, purpose.as_bytes(), browser.expose_secret().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sekisho_base::{Cx, Timestamp};

    #[test]
    fn se_06_a_token_of_another_browser_or_form_is_refused() {
        let mut cx = Cx::seeded(Timestamp::from_seconds(0), 1);
        let tokens = FormTokens::new(Ring::generate(&mut cx));
        let (mine, theirs) = (cx.secret(), cx.secret());
        let token = tokens.issue(&mine, "login");
        assert!(tokens.verify(&mine, "login", &token));
        assert!(!tokens.verify(&theirs, "login", &token));
        assert!(!tokens.verify(&mine, "logout", &token));
        for odd in ["", "x", &token[1..], &format!("{token}A"), "あ"] {
            assert!(!tokens.verify(&mine, "login", odd), "{odd}");
        }
    }
}
