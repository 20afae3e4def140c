//! Authorization: from a client's request to a code, with a person in between.
//!
//! Without a session nothing is stored: the request travels sealed through the sign-in, bound to the browser, and the whole
//! pipeline runs again when it comes back, so that what changed meanwhile counts.

mod membership;

use secrecy::SecretString;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::ids::{ClientId, InsurerCode};
use sekisho_domain::oidc::REQUEST_LIFETIME;
use sekisho_domain::oidc::authorize::{
    Answer, Asked, Asking, Consented, Grounds, Local, Passed, Verdict, Viewer,
};
use sekisho_domain::oidc::client::Names;
use sekisho_domain::oidc::code::{self, Code};
use sekisho_domain::oidc::error::ErrorCode;
use sekisho_domain::oidc::params::Params;
use sekisho_domain::session::Session;
use sekisho_store::{clients, consents};
use serde::{Deserialize, Serialize};

use super::Error;
use super::visitor::BROWSER;
use crate::state::State;

/// Where an authorization goes next.
pub enum Next {
    /// Back to the client, with a code or a refusal.
    Callback(Answer),
    /// The person signs in or registers first.
    SignIn(SignIn),
    /// The person is asked first.
    Consent(Question),
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
    /// The client's name.
    pub client: Names,
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

/// What a sealed request says about the page that carries it, without a look at the rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Peek {
    /// Who asks.
    pub client: ClientId,
    /// What people call them.
    pub client_name: Names,
    /// The origin that a form may end at.
    pub callback_origin: String,
    /// Whose members are meant.
    pub insurer: Option<InsurerCode>,
    /// The language asked for.
    pub ui_language: Option<Language>,
    /// What the client believes the person signs in with.
    pub login_hint: Option<String>,
    /// What for, as the client says.
    pub purpose: Option<String>,
}

/// A request on its way through a sign-in.
#[derive(Serialize, Deserialize)]
struct Sealed {
    params: Params,
    asked_at: Timestamp,
    epoch: i64,
    about: Peek,
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
    let request = match valid(state, params, cx.now).await? {
        Ok(asking) => Request { asking, asked_at, browser },
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

/// What a sealed request says about the page that carries it; nothing, when it is too old or another browser's.
pub fn peek(state: &State, sealed: &str, browser: &SecretString, cx: &Cx) -> Option<Peek> {
    open(state, sealed, browser, cx.now).map(|sealed| sealed.about)
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
    let Sealed { params, asked_at, .. } = open(state, sealed, browser, cx.now).ok_or(Failure::Old)?;
    let request = match valid(state, params, cx.now).await? {
        Ok(asking) => Request { asking, asked_at, browser },
        Err(answer) => return Ok(Next::Callback(answer)),
    };
    request.go_on(state, Some(session), decision, cx).await
}

/// Runs the pipeline. The inner error is the client's to hear.
async fn valid(state: &State, params: Params, now: Timestamp) -> Result<Result<Asking, Answer>, Failure> {
    let asked = Asked::new(params);
    let client = clients::find(&state.db, &asked.client_id()?).await?.ok_or(Local::UnknownClient)?;
    let addressed = asked.known(client)?.addressed(&state.issuer)?;
    let grounds = Grounds { issuer: &state.issuer, keys: &state.keys.verifiers(now) };
    Ok(addressed.asking(grounds).map_err(|refusal| refusal.callback.refuse(refusal.error)))
}

/// A valid request in a browser.
struct Request<'a> {
    asking: Asking,
    asked_at: Timestamp,
    browser: &'a SecretString,
}

impl Request<'_> {
    async fn go_on(
        self,
        state: &State,
        session: Option<&Session>,
        decision: Decision,
        cx: &mut Cx,
    ) -> Result<Next, Failure> {
        let seen = match session {
            Some(session) => membership::under(state, &self.asking, session).await?,
            None => None,
        };
        let session = seen.as_ref();
        let sub = session.map(|session| state.keys.name(&self.asking.client().subject, session.account));
        let consented = self.consented(state, session, decision).await?;
        let viewer = Viewer { session, sub: sub.as_deref(), consented };
        match (self.asking.judge(self.asked_at, &viewer), session) {
            (Verdict::Code(passed), Some(session)) => self.code(state, session, (passed, decision), cx).await,
            (Verdict::Consent, Some(_)) if decision == Decision::Denied => {
                let denied = ErrorCode::AccessDenied.because("the person said no");
                Ok(Next::Callback(self.asking.into_callback().refuse(denied)))
            }
            (Verdict::Consent, Some(session)) => self.question(state, session, cx).map(Next::Consent),
            (Verdict::Refuse(error), _) => Ok(Next::Callback(self.asking.into_callback().refuse(error))),
            (Verdict::SignIn | Verdict::Code(_) | Verdict::Consent, _) => {
                let sealed = self.seal(state, cx)?;
                let create = self.asking.is_for_registration();
                Ok(Next::SignIn(SignIn { sealed, create, language: self.asking.language() }))
            }
        }
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
            client: client.name.clone(),
            host: callback.origin().split_once("://").map_or("", |(_, host)| host).to_owned(),
            scopes: self.asking.scopes().iter().map(sekisho_domain::oidc::scope::Scope::as_str).collect(),
            callback_origin: callback.origin().to_owned(),
            insurer: session.membership.as_ref().map(|membership| membership.insurer.clone()),
        })
    }

    fn seal(&self, state: &State, cx: &mut Cx) -> Result<String, Failure> {
        let about = Peek {
            client: self.asking.client().id.clone(),
            client_name: self.asking.client().name.clone(),
            callback_origin: self.asking.callback().origin().to_owned(),
            insurer: self.asking.insurer().cloned(),
            ui_language: self.asking.language(),
            login_hint: self.asking.login_hint().map(str::to_owned),
            purpose: self.asking.purpose().map(str::to_owned),
        };
        let params = self.asking.params().clone();
        let sealed = Sealed { params, asked_at: self.asked_at, epoch: state.epoch, about };
        let failed = |_| Failure::Flow(Error::Sealed { what: "an authorization request" });
        state.ring.seal_json_text(&aad(state, self.browser), &sealed, cx).map_err(failed)
    }
}

/// The seal is bound to the browser's cookie: what one browser carries is nothing in another (AZ-17).
fn aad(state: &State, browser: &SecretString) -> String {
    format!("request:{}", sekisho_base::Digest::of(BROWSER, state.epoch, browser).short_hex(32))
}

fn open(state: &State, sealed: &str, browser: &SecretString, now: Timestamp) -> Option<Sealed> {
    let sealed: Sealed = state.ring.open_json_text(&aad(state, browser), sealed).ok()?;
    let live = sealed.epoch == state.epoch && now < sealed.asked_at + REQUEST_LIFETIME;
    live.then_some(sealed)
}
