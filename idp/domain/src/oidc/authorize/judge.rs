//! The decision over a valid request: sign in, consent, a code, or a refusal.

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Asking, Prompt};
use crate::ids::SessionId;
use crate::oidc::error::{Error, ErrorCode};
use crate::oidc::scope::ScopeSet;
use crate::session::{Acr, Event, MembershipRef, Session, acr_of, amr_of};

/// How and when the person proved who they are: frozen into code and grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The latest first factor.
    pub auth_time: Timestamp,
    /// The assurance to state.
    pub acr: Acr,
    /// What was shown (RFC 8176).
    pub amr: Vec<String>,
}

/// What the person allowed this client before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consented {
    /// Nothing, or it is not known that the client is who it says (RFC 9700 §4.11, a public client).
    Nothing,
    /// These scopes, remembered.
    Remembered(ScopeSet),
    /// This very request, a moment ago.
    JustNow,
}

/// The browser in front of us.
#[derive(Clone, Debug)]
pub struct Viewer<'a> {
    /// Its live session.
    pub session: Option<&'a Session>,
    /// The `sub` by which this client would know the session's account.
    pub sub: Option<&'a str>,
    /// What was allowed before.
    pub consented: Consented,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person signs in, or registers.
    SignIn,
    /// The person is asked.
    Consent,
    /// The client gets a code.
    Code(Passed),
    /// The client is refused.
    Refuse(Error),
}

/// All that a code says about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The session.
    pub session: SessionId,
    /// Under which membership.
    pub membership: MembershipRef,
    /// How they proved who they are.
    pub authentication: Authentication,
}

impl Asking {
    /// Decides. `asked_at` is when the request first arrived: what the person showed since then counts as fresh.
    pub fn judge(&self, asked_at: Timestamp, viewer: &Viewer<'_>) -> Verdict {
        let Some(session) = viewer.session else { return self.needs_sign_in() };
        let counting = self.counting(asked_at, session);
        if !counting.iter().any(|event| event.factor.is_first()) {
            return self.needs_sign_in();
        }
        if !self.is_whom_was_hinted(viewer) {
            return self.needs_someone_else(asked_at, session);
        }
        let Some(membership) = session.membership.as_ref().filter(|held| self.serves(held)) else {
            return Verdict::Refuse(ErrorCode::AccessDenied.because("no membership that this client serves"));
        };
        let Some(acr) = self.wish.acr.met_by(acr_of(&counting)) else {
            return self.needs_more(asked_at, session);
        };
        if !self.has_consent(&viewer.consented) {
            return self.needs_consent();
        }
        let amr = amr_of(&counting).into_iter().map(str::to_owned).collect();
        Verdict::Code(Passed {
            session: session.id,
            membership: membership.clone(),
            authentication: Authentication { auth_time: session.auth_time(), acr, amr },
        })
    }

    /// The events that are recent enough: `at ≥ asked_at − max_age`, where a fresh sign-in is `max_age` 0.
    fn counting(&self, asked_at: Timestamp, session: &Session) -> Vec<Event> {
        let afresh = matches!(self.wish.prompt, Prompt::Shown { afresh: true, .. });
        let since = match self.wish.max_age {
            _ if afresh => Some(asked_at),
            Some(age) => Some(asked_at - age),
            None => None,
        };
        session.events.iter().copied().filter(|event| since.is_none_or(|since| event.at >= since)).collect()
    }

    fn is_whom_was_hinted(&self, viewer: &Viewer<'_>) -> bool {
        self.wish.hinted.is_none() || self.wish.hinted.as_deref() == viewer.sub
    }

    fn serves(&self, membership: &MembershipRef) -> bool {
        self.client.insurers.includes(&membership.insurer)
    }

    fn has_consent(&self, consented: &Consented) -> bool {
        let asked_again = matches!(self.wish.prompt, Prompt::Shown { consent: true, .. });
        match consented {
            Consented::JustNow => true,
            _ if asked_again => false,
            _ if self.client.first_party => true,
            Consented::Remembered(scopes) => {
                self.client.is_confidential() && scopes.covers(&self.wish.scopes)
            }
            Consented::Nothing => false,
        }
    }

    fn needs_sign_in(&self) -> Verdict {
        match self.wish.prompt {
            Prompt::Silent => {
                Verdict::Refuse(ErrorCode::LoginRequired.because("the person is not signed in"))
            }
            Prompt::Shown { .. } => Verdict::SignIn,
        }
    }

    /// Another person than the client expects: they may sign in; if they just did, it is not them.
    fn needs_someone_else(&self, asked_at: Timestamp, session: &Session) -> Verdict {
        if session.auth_time() >= asked_at {
            return Verdict::Refuse(ErrorCode::LoginRequired.because("somebody else is signed in"));
        }
        self.needs_sign_in()
    }

    fn needs_consent(&self) -> Verdict {
        match self.wish.prompt {
            Prompt::Silent => {
                Verdict::Refuse(ErrorCode::ConsentRequired.because("the person has not consented"))
            }
            Prompt::Shown { .. } => Verdict::Consent,
        }
    }

    /// Signing in again may bring what is missing; who has just done so will not find more.
    fn needs_more(&self, asked_at: Timestamp, session: &Session) -> Verdict {
        if self.wish.prompt == Prompt::Silent || session.auth_time() >= asked_at {
            let unmet = ErrorCode::UnmetAuthenticationRequirements;
            return Verdict::Refuse(unmet.because("the assurance asked for is not reached"));
        }
        Verdict::SignIn
    }
}
