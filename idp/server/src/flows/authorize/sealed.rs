//! A request on its way through a sign-in: sealed, and good in the browser that it was sealed for (AZ-17).

use secrecy::SecretString;
use sekisho_base::{Cx, Language, Timestamp};
use sekisho_domain::ids::{AccountId, ClientId, InsurerCode};
use sekisho_domain::oidc::REQUEST_LIFETIME;
use sekisho_domain::oidc::client::{Links, Names};
use sekisho_domain::oidc::params::Params;
use sekisho_domain::session::Session;
use serde::{Deserialize, Serialize};

use super::{Failure, Request};
use crate::flows::Error;
use crate::flows::visitor::BROWSER;
use crate::state::State;

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
    /// What people are shown of the client.
    #[serde(default)]
    pub links: Links,
}

/// A request on its way through a sign-in.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    pub params: Params,
    pub asked_at: Timestamp,
    /// Who was asked to show again who they are: once for each request.
    #[serde(default)]
    pub asked_of: Option<AskedOf>,
    epoch: i64,
    about: Peek,
}

/// Whom a request has asked to show again who they are.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct AskedOf {
    account: AccountId,
    /// The last moment at which they had shown anything by then.
    shown_at: Option<Timestamp>,
}

impl AskedOf {
    /// The owner of a session, as far as it had come.
    pub(super) fn of(session: &Session) -> Self {
        Self { account: session.account, shown_at: shown_at(session) }
    }

    /// The owner of a session, who was asked and shows no more.
    pub(super) const fn in_vain(session: &Session) -> Self {
        Self { account: session.account, shown_at: None }
    }

    /// Whether they have shown something since: nobody is asked twice for one request.
    pub(super) fn has_answered(self, session: &Session) -> bool {
        session.account == self.account && shown_at(session) > self.shown_at
    }
}

fn shown_at(session: &Session) -> Option<Timestamp> {
    session.events.iter().map(|event| event.at).max()
}

/// What a sealed request says about the page that carries it; nothing, when it is too old or another browser's.
pub fn peek(state: &State, sealed: &str, browser: &SecretString, cx: &Cx) -> Option<Peek> {
    open(state, sealed, browser, cx.now).map(|sealed| sealed.about)
}

impl Request<'_> {
    pub(super) fn seal(&self, state: &State, cx: &mut Cx) -> Result<String, Failure> {
        let about = Peek {
            client: self.asking.client().id.clone(),
            client_name: self.asking.client().name.clone(),
            callback_origin: self.asking.callback().origin().to_owned(),
            insurer: self.asking.insurer().cloned(),
            ui_language: self.asking.language(),
            login_hint: self.asking.login_hint().map(str::to_owned),
            purpose: self.asking.purpose().map(str::to_owned),
            links: self.asking.client().links.clone(),
        };
        let sealed = Sealed {
            params: self.asking.params().clone(),
            asked_at: self.asked_at,
            asked_of: self.asked_of,
            epoch: state.epoch,
            about,
        };
        let failed = |_| Failure::Flow(Error::Sealed { what: "an authorization request" });
        state.ring.seal_json_text(&aad(state, self.browser), &sealed, cx).map_err(failed)
    }
}

/// The seal is bound to the browser's cookie: what one browser carries is nothing in another (AZ-17).
fn aad(state: &State, browser: &SecretString) -> String {
    format!("request:{}", sekisho_base::Digest::of(BROWSER, state.epoch, browser).short_hex(32))
}

pub(super) fn open(state: &State, sealed: &str, browser: &SecretString, now: Timestamp) -> Option<Sealed> {
    let sealed: Sealed = state.ring.open_json_text(&aad(state, browser), sealed).ok()?;
    let live = sealed.epoch == state.epoch && now < sealed.asked_at + REQUEST_LIFETIME;
    live.then_some(sealed)
}
