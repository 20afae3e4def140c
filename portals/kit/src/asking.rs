//! Leaving for the identity provider: the authorization request, and what the browser must bring back.
//!
//! Nothing is stored. What the answer will be judged by travels sealed in `state`, bound to a cookie
//! of the browser that asked: another browser cannot open it, and nobody else can make one.

use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, ClientId, ClientSecret, CsrfToken, LanguageTag,
    LoginHint, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest, Kind, Language, Timestamp};
use sekisho_site::seal::Ring;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::assurance::Assurance;
use crate::challenge::Challenge;
use crate::protocol::{Client, Metadata};
use crate::return_to::ReturnTo;
use crate::settings::{Settings, WAY_THROUGH_THE_GATE};

/// What a person wants who leaves for the identity provider.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The page to go on with.
    pub to: ReturnTo,
    /// Whether to register rather than sign in (`prompt=create`).
    pub register: bool,
    /// Whether to come back at once where the person would have to be asked something (`prompt=none`).
    pub silent: bool,
    /// The insurer whose members this link is for, passed on as a hint.
    pub insurer: Option<String>,
    /// The name to sign in with, if whoever sent the person here knew it.
    pub login_hint: Option<String>,
    /// The language the person reads.
    pub language: Language,
    /// What must be shown beyond what a sign-in here takes anyway.
    pub more: Challenge,
}

/// What must be remembered of a request until its answer comes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub nonce: String,
    pub verifier: String,
    pub to: String,
    pub at: Timestamp,
    #[serde(default)]
    pub more: Challenge,
    #[serde(default)]
    pub silent: bool,
    #[serde(default)]
    pub insurer: Option<String>,
}

impl Asked {
    fn draw(wish: &Wish, cx: &mut Cx) -> Self {
        Self {
            nonce: cx.secret().expose_secret().to_owned(),
            verifier: cx.secret().expose_secret().to_owned(),
            to: wish.to.as_str().to_owned(),
            at: cx.now,
            more: wish.more.clone(),
            silent: wish.silent,
            insurer: wish.insurer.clone(),
        }
    }

    /// Opens a `state` that this browser was given within the last day.
    pub fn open(ring: &Ring, state: &str, browser: &SecretString, now: Timestamp) -> Option<Self> {
        let asked: Self = serde_json::from_slice(&ring.open_text(&binding(browser), state).ok()?).ok()?;
        (now.since(asked.at) < WAY_THROUGH_THE_GATE).then_some(asked)
    }
}

/// Beside the insurance scope we want to know one thing: the language the person has chosen there. Where more must be
/// shown than a sign-in here takes anyway, nothing else will do (OpenID Connect Core §5.5.1.1): the provider then says no
/// rather than yes to less.
fn claims(essential: &[Assurance]) -> String {
    let userinfo = json!({ "locale": null });
    let asked = if essential.is_empty() {
        json!({ "userinfo": userinfo })
    } else {
        let acr = json!({ "essential": true, "values": essential });
        json!({ "userinfo": userinfo, "id_token": { "acr": acr } })
    };
    asked.to_string()
}

/// Ties a sealed state to the browser's cookie.
fn binding(browser: &SecretString) -> String {
    format!("signin:{}", Digest::of(Kind("portal-browser"), 0, browser).short_hex(32))
}

/// Everything an authorization request is made from.
pub(crate) struct Question<'a> {
    pub settings: &'a Settings,
    pub least: Assurance,
    pub metadata: &'a Metadata,
    pub ring: &'a Ring,
    pub callback: &'a RedirectUrl,
    pub browser: &'a SecretString,
}

impl Question<'_> {
    /// The address to send the browser to: code flow with PKCE S256, state and nonce.
    pub fn address(&self, wish: &Wish, cx: &mut Cx) -> Result<Url, crate::Error> {
        let asked = Asked::draw(wish, cx);
        let kept = serde_json::to_vec(&asked).map_err(crate::Error::Json)?;
        let state = self.ring.seal_text(&binding(self.browser), &kept, cx);
        let verifier = PkceCodeVerifier::new(asked.verifier);
        let essential = if wish.more.acr_values.is_empty() { vec![] } else { wish.more.asked(self.least) };
        let client = client(self.settings, self.metadata).set_redirect_uri(self.callback.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(asked.nonce),
            )
            .add_scope(Scope::new("insurance".to_owned()))
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_extra_param("claims", claims(&essential))
            .add_ui_locale(LanguageTag::new(wish.language.tag().to_owned()));
        let asked = if essential.is_empty() {
            Assurance::asked(&self.settings.acr_values, self.least)
        } else {
            essential
        };
        for assurance in asked {
            let acr = AuthenticationContextClass::new(assurance.acr().to_owned());
            request = request.add_auth_context_value(acr);
        }
        if let Some(age) = wish.more.max_age {
            request = request.set_max_age(age);
        }
        if let Some(insurer) = &wish.insurer {
            request = request.add_extra_param("insurer", insurer.clone());
        }
        if let Some(hint) = &wish.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.clone()));
        }
        if wish.silent {
            request = request.add_prompt(CoreAuthPrompt::None);
        }
        if wish.register {
            // prompt=create (OpenID Connect Prompt Create 1.0) is not among the library's named prompts.
            request = request.add_prompt(CoreAuthPrompt::Extension("create".to_owned()));
        }
        Ok(request.url().0)
    }
}

/// The portal as a client of the provider that `metadata` describes.
pub(crate) fn client(settings: &Settings, metadata: &Metadata) -> Client {
    Client::from_provider_metadata(
        metadata.clone(),
        ClientId::new(settings.client_id.clone()),
        Some(ClientSecret::new(settings.client_secret.expose_secret().to_owned())),
    )
}
