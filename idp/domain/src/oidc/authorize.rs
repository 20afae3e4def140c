//! The authorization endpoint (OpenID Connect Core §3.1.2), as types.
//!
//! A request becomes `Asked → Known → Addressed → Asking`: what was sent, by a client we know, answerable at
//! an address that is proven to be the client's, and valid. One check, one file; [`Addressed::asking`] is
//! the list. Then [`Asking::judge`] decides over the person: sign in, show more, consent, a code, or
//! a refusal.
//!
//! What must stay true: only the check of the redirect URI builds a [`Callback`], and only a `Callback`
//! answers at a client. Before it, a refusal is shown here and the browser goes nowhere.

mod acr;
mod callback;
mod claims;
mod hint;
mod insurer;
mod judge;
mod max_age;
mod nonce;
mod pkce;
mod prompt;
mod pushed;
mod redirect_uri;
mod request_object;
mod resource;
mod response_mode;
mod response_type;
mod scope;
mod state;

use std::str::FromStr as _;
use std::time::Duration;

use sekisho_base::Language;

use super::client::Client;
use super::error::Error;
use super::issuer::Issuer;
use super::params::{Params, ParamsError};
use super::scope::ScopeSet;
use crate::ids::{ClientId, InsurerCode};
use crate::jose::KeySet;

pub use acr::AcrDemand;
pub use callback::{Answer, Callback};
pub use claims::{Claim, ClaimsRequest};
pub use judge::{Authentication, Consented, Lack, Passed, Verdict, Viewer};
pub use pkce::Challenge;
pub use prompt::Prompt;

/// The parameters we understand: all that travels with a request through a sign-in.
pub const UNDERSTOOD: [&str; 24] = [
    "acr_values",
    "claims",
    "claims_locales",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "display",
    "id_token_hint",
    "insurer",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "purpose",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
    "resource",
];

/// Why a request is refused here, on our own page: there is no proven address to answer at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Local {
    /// The parameters cannot be read.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// No such client.
    #[error("the client is not registered")]
    UnknownClient,
    /// The address is missing, or not one of the client's.
    #[error("the redirect_uri is not registered for this client")]
    RedirectUri,
    /// The request is refused, and nobody has looked at the client: before a person signed in, no browser is sent to it
    /// (RFC 9700 §4.11.2).
    #[error("the request of an unapproved client is refused: {0}")]
    Unapproved(Error),
}

/// A refusal that the client hears of.
#[derive(Debug)]
pub struct Refusal {
    /// Where it is told.
    pub callback: Callback,
    /// What it is told.
    pub error: Error,
}

/// What was sent.
#[derive(Clone, Debug)]
pub struct Asked(Params);

impl Asked {
    /// Takes the parameters; those that nobody understands are dropped (RFC 6749 §3.1).
    pub fn new(params: Params) -> Self {
        Self(params.only(&UNDERSTOOD))
    }

    /// The parameters, to be sealed.
    pub fn params(&self) -> &Params {
        &self.0
    }

    /// Who says to be asking.
    pub fn client_id(&self) -> Result<ClientId, Local> {
        self.0.get("client_id").and_then(|id| ClientId::from_str(id).ok()).ok_or(Local::UnknownClient)
    }

    /// The request of a client that was found under [`Self::client_id`].
    pub fn known(self, client: Client) -> Result<Known, Local> {
        if self.client_id()? == client.id {
            Ok(Known { params: self.0, client })
        } else {
            Err(Local::UnknownClient)
        }
    }
}

/// A request of a registered client.
#[derive(Debug)]
pub struct Known {
    params: Params,
    client: Client,
}

impl Known {
    /// The request with a proven address to answer at.
    pub fn addressed(self, issuer: &Issuer) -> Result<Addressed, Local> {
        let callback = redirect_uri::check(&self.params, &self.client, issuer)?;
        Ok(Addressed { params: self.params, client: self.client, callback })
    }
}

/// A request that can be answered at the client.
#[derive(Debug)]
pub struct Addressed {
    params: Params,
    client: Client,
    callback: Callback,
}

/// What checks compare a request with.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// Ourselves.
    pub issuer: &'a Issuer,
    /// The keys that our ID tokens are signed with.
    pub keys: &'a KeySet,
}

impl Addressed {
    /// Checks everything else, in the order in which a developer is best told.
    pub fn asking(self, grounds: Grounds<'_>) -> Result<Asking, Box<Refusal>> {
        match check(&self.params, &self.client, grounds) {
            Ok(wish) => {
                let callback = self.callback.in_mode(wish.mode);
                Ok(Asking { params: self.params, client: self.client, callback, wish })
            }
            Err(error) => {
                let mode = response_mode::check(&self.params).unwrap_or_default();
                Err(Box::new(Refusal { callback: self.callback.in_mode(mode), error }))
            }
        }
    }
}

fn check(params: &Params, client: &Client, grounds: Grounds<'_>) -> Result<Wish, Error> {
    state::check(params)?;
    request_object::check(params)?;
    let mode = response_mode::check(params)?;
    response_type::check(params)?;
    pushed::check(client)?;
    let scopes = scope::check(params, client)?;
    let challenge = pkce::check(params, client)?;
    let prompt = prompt::check(params)?;
    let max_age = max_age::check(params, client)?;
    let claims = claims::check(params, client)?;
    let acr = acr::check(params, client)?;
    let hinted = hint::check(params, client, grounds)?;
    let insurer = insurer::read(params, client);
    let resources = resource::check(params, client, grounds.issuer)?;
    let nonce = nonce::check(params)?;
    Ok(Wish { mode, scopes, challenge, prompt, max_age, claims, acr, hinted, insurer, resources, nonce })
}

/// What a valid request wishes for.
#[derive(Clone, Debug)]
struct Wish {
    mode: response_mode::ResponseMode,
    scopes: ScopeSet,
    challenge: Option<Challenge>,
    prompt: Prompt,
    max_age: Option<Duration>,
    claims: ClaimsRequest,
    acr: AcrDemand,
    hinted: Option<String>,
    insurer: Option<InsurerCode>,
    resources: Vec<String>,
    nonce: Option<String>,
}

/// A valid request.
#[derive(Debug)]
pub struct Asking {
    params: Params,
    client: Client,
    callback: Callback,
    wish: Wish,
}

impl Asking {
    /// The parameters, to be sealed while the person signs in.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Who asks.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the answer goes.
    pub fn callback(&self) -> &Callback {
        &self.callback
    }

    /// Gives up the request for its address.
    pub fn into_callback(self) -> Callback {
        self.callback
    }

    /// What the client may learn.
    pub fn scopes(&self) -> &ScopeSet {
        &self.wish.scopes
    }

    /// The PKCE challenge, to be kept with the code.
    pub fn challenge(&self) -> Option<&Challenge> {
        self.wish.challenge.as_ref()
    }

    /// The nonce, to be repeated in the ID token.
    pub fn nonce(&self) -> Option<&str> {
        self.wish.nonce.as_deref()
    }

    /// Claims asked for one by one.
    pub fn claims(&self) -> &ClaimsRequest {
        &self.wish.claims
    }

    /// For which resources tokens are asked for.
    pub fn resources(&self) -> &[String] {
        &self.wish.resources
    }

    /// Whose sign-in page fits: as asked, else the client's only insurer.
    pub fn insurer(&self) -> Option<&InsurerCode> {
        self.wish.insurer.as_ref().or_else(|| self.client.insurers.sole())
    }

    /// Whether the person is to register rather than to sign in (Initiating User Registration 1.0).
    pub fn is_for_registration(&self) -> bool {
        self.wish.prompt.is_create()
    }

    /// The language asked for.
    pub fn language(&self) -> Option<Language> {
        self.params.get("ui_locales").and_then(Language::first_of)
    }

    /// What the client believes the person signs in with.
    pub fn login_hint(&self) -> Option<&str> {
        self.params.get("login_hint").filter(|hint| hint.len() <= 254 && !hint.contains(char::is_control))
    }

    /// What for, as the client says: passed on to the journey.
    pub fn purpose(&self) -> Option<&str> {
        self.params
            .get("purpose")
            .filter(|purpose| purpose.len() <= 64 && !purpose.contains(char::is_control))
    }
}

#[cfg(test)]
pub(crate) mod tests;
