//! The decision over a valid request: sign in, show more, consent, a code, or a refusal.
//!
//! Who is signed in and is asked for more is asked once: a request that comes back with what was shown, and is still not
//! met, is refused or goes on without, and never goes round.

use sekisho_base::Timestamp;
use serde::{Deserialize, Serialize};

use super::acr::Standing;
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
    /// The most that the person could show: what the account's factors reach.
    pub can: Acr,
    /// What the membership's insurer asks for, where it is not the one that the session was begun at.
    pub least: Option<Acr>,
    /// Whether the person was asked to show more for this very request, and has shown something.
    pub has_stepped_up: bool,
}

/// What a session lacks, and what its owner is asked to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What was shown before does not count; none where all of it does.
    pub since: Option<Timestamp>,
    /// How much is asked for.
    pub wanted: Acr,
    /// Less than this would be in vain.
    pub least: Acr,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The person signs in, or registers.
    SignIn,
    /// The person is signed in, and shows again who they are.
    StepUp(Lack),
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
        if !self.is_whom_was_hinted(viewer) {
            return self.needs_someone_else(asked_at, session);
        }
        let since = self.since(asked_at);
        let counting = counting(session, since);
        let is_fresh = counting.iter().any(|event| event.factor.is_first());
        let membership = session.membership.as_ref().filter(|held| self.serves(held));
        let Some(membership) = membership.filter(|_| is_fresh || !self.is_for_registration()) else {
            return if is_fresh { NO_MEMBERSHIP } else { self.needs_sign_in() };
        };
        if !is_fresh {
            return self.needs_freshness(since, viewer);
        }
        let acr = match self.weigh(acr_of(&counting), since, viewer) {
            Ok(acr) => acr,
            Err(verdict) => return verdict,
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

    /// From when on what was shown is recent enough: `at ≥ asked_at − max_age`, where a fresh sign-in is `max_age` 0.
    fn since(&self, asked_at: Timestamp) -> Option<Timestamp> {
        let afresh = matches!(self.wish.prompt, Prompt::Shown { afresh: true, .. });
        if afresh { Some(asked_at) } else { self.wish.max_age.map(|age| asked_at - age) }
    }

    /// What to state of somebody who reached `reached`, or what happens instead.
    fn weigh(&self, reached: Acr, since: Option<Timestamp>, viewer: &Viewer<'_>) -> Result<Acr, Verdict> {
        let asks_no_more = viewer.has_stepped_up || self.wish.prompt == Prompt::Silent;
        match self.wish.acr.at_least(viewer.least).weigh(reached, viewer.can) {
            Standing::Met(acr) => Ok(acr),
            Standing::Could { wanted, least, .. } if !asks_no_more => {
                Err(Verdict::StepUp(Lack { since, wanted, least }))
            }
            Standing::Could { otherwise, .. } => otherwise.ok_or(UNMET),
            Standing::Never => Err(UNMET),
        }
    }

    /// What the session shows is too old. Who has just shown something will not find it fresher.
    fn needs_freshness(&self, since: Option<Timestamp>, viewer: &Viewer<'_>) -> Verdict {
        if self.wish.prompt == Prompt::Silent || viewer.has_stepped_up {
            return Verdict::Refuse(ErrorCode::LoginRequired.because("the sign-in is too old"));
        }
        match self.wish.acr.at_least(viewer.least).within(viewer.can) {
            Some((wanted, least)) => Verdict::StepUp(Lack { since, wanted, least }),
            None => UNMET,
        }
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
}

const NO_MEMBERSHIP: Verdict =
    Verdict::Refuse(ErrorCode::AccessDenied.because("no membership that this client serves"));
const UNMET: Verdict = Verdict::Refuse(
    ErrorCode::UnmetAuthenticationRequirements.because("the assurance asked for is not reached"),
);

/// What was shown recently enough.
fn counting(session: &Session, since: Option<Timestamp>) -> Vec<Event> {
    session.events.iter().copied().filter(|event| since.is_none_or(|since| event.at >= since)).collect()
}
