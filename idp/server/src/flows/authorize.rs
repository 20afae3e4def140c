//! Authorization: from a client's request to a code, with a person in between.
//!
//! Without a session nothing is stored: the request travels sealed through the sign-in, bound to the browser, and the whole
//! pipeline runs again when it comes back, so that what changed meanwhile counts.

mod membership;
mod sealed;
mod step_up;

use secrecy::SecretString;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::oidc::authorize::{
    Answer, Asked, Asking, Consented, Grounds, Local, Passed, Verdict, Viewer,
};
use sekisho_domain::oidc::client::{Links, Names};
use sekisho_domain::oidc::code::{self, Code};
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::session::{Session, reachable};
use sekisho_store::{clients, consents, factors};

use super::Error;
use crate::state::State;

use sealed::AskedOf;

pub use sealed::{Peek, peek};
pub use step_up::{Asked as AskedAgain, asked_again, go_without};

/// Where an authorization goes next.
pub enum Next {
    /// Back to the client, with a code or a refusal.
    Callback(Answer),
    /// The person signs in or registers first.
    SignIn(SignIn),
    /// The person is signed in, and shows again first who they are.
    StepUp(SignIn),
    /// The person is asked first.
    Consent(Box<Question>),
}

/// A sign-in on behalf of a client.
pub struct SignIn {
    /// The request, to be handed to [`resume`].
    pub sealed: String,
    /// Whether to register rather than to sign in.
    pub create: bool,
    /// The language asked for.
    pub language: Option<Language>,
}

/// What a person is asked before a client may read.
pub struct Question {
    /// The request, to be handed to [`decide`].
    pub sealed: String,
    /// The client.
    pub client_id: ClientId,
    /// The client's name.
    pub client: Names,
    /// What else people are shown of it.
    pub links: Links,
    /// The host it is reached at.
    pub host: String,
    /// The words of the scopes it asks for.
    pub scopes: Vec<&'static str>,
    /// The origin that the form ends at.
    pub callback_origin: String,
    /// Whose member the person is.
    pub insurer: Option<InsurerCode>,
}

/// Why an authorization stops here, on our own page.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no proven address to answer at.
    #[error(transparent)]
    Local(#[from] Local),
    /// The sealed request is too old, or another browser's.
    #[error("the request is too old or another browser's")]
    Old,
    /// Something failed.
    #[error(transparent)]
    Flow(#[from] Error),
}

impl From<sekisho_store::Error> for Failure {
    fn from(error: sekisho_store::Error) -> Self {
        Self::Flow(error.into())
    }
}

impl From<sekisho_site::db::Error> for Failure {
    fn from(error: sekisho_site::db::Error) -> Self {
        Self::Flow(error.into())
    }
}

/// Takes a request as it arrived.
///
/// # Errors
/// [`Failure`], to be shown here.
pub async fn ask(
    state: &State,
    params: Params,
    session: Option<&Session>,
    browser: &SecretString,
    cx: &mut Cx,
) -> Result<Next, Failure> {
    let asked_at = cx.now;
    let request = match valid(state, params, session.is_some(), cx.now).await? {
        Ok(asking) => Request { asking, asked_at, browser, asked_of: None },
        Err(answer) => return Ok(Next::Callback(answer)),
    };
    request.go_on(state, session, Decision::Open, cx).await
}

/// Goes on with a request after the person signed in.
///
/// # Errors
/// [`Failure`], to be shown here.
pub async fn resume(
    state: &State,
    sealed: &str,
    browser: &SecretString,
    session: &Session,
    cx: &mut Cx,
) -> Result<Next, Failure> {
    answered(state, (sealed, browser), (session, Decision::Open), cx).await
}

/// Goes on with a request after the person was asked.
///
/// # Errors
/// [`Failure`], to be shown here.
pub async fn decide(
    state: &State,
    (sealed, browser): (&str, &SecretString),
    (session, allowed): (&Session, bool),
    cx: &mut Cx,
) -> Result<Next, Failure> {
    let decision = if allowed { Decision::Allowed } else { Decision::Denied };
    answered(state, (sealed, browser), (session, decision), cx).await
}

/// What the person said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Open,
    Allowed,
    Denied,
}

async fn answered(
    state: &State,
    (sealed, browser): (&str, &SecretString),
    (session, decision): (&Session, Decision),
    cx: &mut Cx,
) -> Result<Next, Failure> {
    match opened(state, sealed, browser, cx.now).await? {
        Ok(request) => request.go_on(state, Some(session), decision, cx).await,
        Err(answer) => Ok(Next::Callback(answer)),
    }
}

/// A sealed request, opened and checked anew. The inner error is the client's to hear.
async fn opened<'a>(
    state: &State,
    sealed: &str,
    browser: &'a SecretString,
    now: Timestamp,
) -> Result<Result<Request<'a>, Answer>, Failure> {
    let sealed = sealed::open(state, sealed, browser, now).ok_or(Failure::Old)?;
    let (asked_at, asked_of) = (sealed.asked_at, sealed.asked_of);
    let asking = valid(state, sealed.params, true, now).await?;
    Ok(asking.map(|asking| Request { asking, asked_at, browser, asked_of }))
}

/// Runs the pipeline. The inner error is the client's to hear: of an unapproved one once somebody has signed in.
async fn valid(
    state: &State,
    params: Params,
    is_signed_in: bool,
    now: Timestamp,
) -> Result<Result<Asking, Answer>, Failure> {
    let asked = Asked::new(params);
    let client = clients::find(&state.db, &asked.client_id()?).await?.ok_or(Local::UnknownClient)?;
    let may_hear = client.approved || is_signed_in;
    let addressed = asked.known(client)?.addressed(&state.issuer)?;
    let grounds = Grounds { issuer: &state.issuer, keys: &state.keys.verifiers(now) };
    match addressed.asking(grounds) {
        Err(refusal) if !may_hear => Err(Local::Unapproved(refusal.error).into()),
        asking => Ok(asking.map_err(|refusal| refusal.callback.refuse(refusal.error))),
    }
}

/// What was decided, and over which session.
struct Judged {
    verdict: Verdict,
    session: Option<Session>,
}

/// A valid request in a browser.
struct Request<'a> {
    asking: Asking,
    asked_at: Timestamp,
    browser: &'a SecretString,
    /// Who was asked, for this request, to show again who they are.
    asked_of: Option<AskedOf>,
}

impl Request<'_> {
    async fn go_on(
        self,
        state: &State,
        session: Option<&Session>,
        decision: Decision,
        cx: &mut Cx,
    ) -> Result<Next, Failure> {
        let judged = self.judged(state, session, decision).await?;
        match (judged.verdict, judged.session) {
            (Verdict::Code(passed), Some(session)) => {
                self.code(state, &session, (passed, decision), cx).await
            }
            (Verdict::Consent, Some(_)) if decision == Decision::Denied => {
                let denied = ErrorCode::AccessDenied.because("the person said no");
                Ok(Next::Callback(self.asking.into_callback().refuse(denied)))
            }
            (Verdict::Consent, Some(session)) => {
                self.question(state, &session, cx).map(Box::new).map(Next::Consent)
            }
            (Verdict::StepUp(_), Some(session)) => {
                let asked = Self { asked_of: Some(AskedOf::of(&session)), ..self };
                asked.sign_in(state, cx).map(Next::StepUp)
            }
            (Verdict::Refuse(error), None) if !self.asking.client().approved => {
                Err(Local::Unapproved(error).into())
            }
            (Verdict::Refuse(error), _) => Ok(Next::Callback(self.asking.into_callback().refuse(error))),
            (Verdict::SignIn | Verdict::StepUp(_) | Verdict::Code(_) | Verdict::Consent, _) => {
                self.sign_in(state, cx).map(Next::SignIn)
            }
        }
    }

    /// Judges the request over the session, as the request sees it.
    async fn judged(
        &self,
        state: &State,
        session: Option<&Session>,
        decision: Decision,
    ) -> Result<Judged, Failure> {
        let held = match session {
            Some(session) => factors::standing(&state.db, session.account).await?,
            None => Vec::new(),
        };
        let kinds = || held.iter().map(|held| held.kind);
        let (session, least) = match session {
            Some(session) => {
                let seen = membership::under(state, &self.asking, (session, reachable(kinds()))).await?;
                seen.unzip()
            }
            None => (None, None),
        };
        let insurer = session.as_ref().and_then(|session| session.membership.as_ref());
        let insurer = insurer.and_then(|held| state.insurers.get(&held.insurer));
        let takes_passkeys = insurer.is_none_or(|insurer| insurer.sign_in.passkeys);
        let usable = |kind: &FactorKind| takes_passkeys || *kind != FactorKind::Passkey;
        let sub =
            session.as_ref().map(|session| state.keys.name(&self.asking.client().subject, session.account));
        let viewer = Viewer {
            session: session.as_ref(),
            sub: sub.as_deref(),
            consented: self.consented(state, session.as_ref(), decision).await?,
            can: reachable(kinds().filter(usable)),
            least: least.flatten(),
            has_stepped_up: match (&self.asked_of, &session) {
                (Some(asked), Some(session)) => asked.has_answered(session),
                _ => false,
            },
        };
        let verdict = self.asking.judge(self.asked_at, &viewer);
        Ok(Judged { verdict, session })
    }

    fn sign_in(&self, state: &State, cx: &mut Cx) -> Result<SignIn, Failure> {
        let sealed = self.seal(state, cx)?;
        Ok(SignIn { sealed, create: self.asking.is_for_registration(), language: self.asking.language() })
    }

    async fn consented(
        &self,
        state: &State,
        session: Option<&Session>,
        decision: Decision,
    ) -> Result<Consented, Failure> {
        let client = self.asking.client();
        match session {
            _ if decision == Decision::Allowed => Ok(Consented::JustNow),
            Some(session) if !client.first_party => {
                let remembered = consents::find(&state.db, session.account, &client.id).await?;
                Ok(remembered.map_or(Consented::Nothing, Consented::Remembered))
            }
            _ => Ok(Consented::Nothing),
        }
    }

    async fn code(
        self,
        state: &State,
        session: &Session,
        (passed, decision): (Passed, Decision),
        cx: &mut Cx,
    ) -> Result<Next, Failure> {
        if decision == Decision::Allowed {
            super::consent::remember(state, session, &self.asking, cx).await?;
        }
        let code = Code::new(&self.asking, session.account, passed, state.epoch, cx);
        let sealed = state
            .ring
            .seal_json_text(code::SEAL, &code, cx)
            .map_err(|_| Error::Sealed { what: "an authorization code" })?;
        Ok(Next::Callback(self.asking.into_callback().grant(sealed)))
    }

    fn question(&self, state: &State, session: &Session, cx: &mut Cx) -> Result<Question, Failure> {
        let (client, callback) = (self.asking.client(), self.asking.callback());
        Ok(Question {
            sealed: self.seal(state, cx)?,
            client_id: client.id.clone(),
            client: client.name.clone(),
            links: client.links.clone(),
            host: callback.origin().split_once("://").map_or("", |(_, host)| host).to_owned(),
            scopes: self.asking.scopes().iter().map(sekisho_domain::oidc::scope::Scope::as_str).collect(),
            callback_origin: callback.origin().to_owned(),
            insurer: session.membership.as_ref().map(|membership| membership.insurer.clone()),
        })
    }
}
