//! What the person is to be shown, whether they need it or not (OpenID Connect Core §3.1.2.1;
//! Initiating User Registration 1.0 for `create`).

use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::params::Params;

/// The wish of `prompt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// `none`: nothing at all.
    Silent,
    /// Pages may be shown; these must be.
    Shown {
        /// The person proves again who they are: `login`, `create`, and `select_account`, since a session is one account's.
        afresh: bool,
        /// The person consents again.
        consent: bool,
        /// The person registers.
        create: bool,
    },
}

impl Prompt {
    /// Whether registration is asked for.
    pub const fn is_create(self) -> bool {
        matches!(self, Self::Shown { create: true, .. })
    }
}

pub(super) fn check(params: &Params) -> Result<Prompt, Error> {
    let words: Vec<&str> =
        params.get("prompt").unwrap_or_default().split(' ').filter(|w| !w.is_empty()).collect();
    let has = |word| words.contains(&word);
    if words.iter().any(|word| !["none", "login", "consent", "select_account", "create"].contains(word)) {
        return Err(
            ErrorCode::InvalidRequest.because("prompt is none, login, consent, select_account or create")
        );
    }
    if !has("none") {
        let create = has("create");
        let afresh = create || has("login") || has("select_account");
        return Ok(Prompt::Shown { afresh, consent: has("consent"), create });
    }
    if words.len() == 1 {
        Ok(Prompt::Silent)
    } else {
        Err(ErrorCode::InvalidRequest.because("prompt=none stands alone"))
    }
}
