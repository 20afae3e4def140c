//! The authorization request (OpenID Connect Core §3.1.2.1), parameter by parameter.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Digest};
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::scope::{Scope, ScopeSet};
use sekisho_domain::session::Acr;

use super::paper::Paper;
use super::wire::{Form, Metadata, encoded};
use super::{Try, refusals};

/// A request, and what only its maker knows of it.
pub struct Asking {
    form: Form,
    /// What the answer must repeat.
    pub state: String,
    /// What the ID token must repeat.
    pub nonce: String,
    /// What redeems the code (RFC 7636 §4.1).
    pub verifier: SecretString,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What is asked for.
    pub scopes: ScopeSet,
}

impl Asking {
    /// Builds a request; `redirect_uri` is one of the client's.
    pub fn new(client: &Client, wanted: &Try, redirect_uri: &str, cx: &mut Cx) -> Self {
        let lasting = |scope: &Scope| *scope != Scope::OfflineAccess;
        let all = || client.scopes.iter().filter(lasting).collect::<ScopeSet>().to_string();
        let scope = wanted.scope.clone().unwrap_or_else(all);
        let drawn = |cx: &mut Cx| cx.secret().expose_secret().to_owned();
        let (state, nonce, verifier) = (drawn(cx), drawn(cx), cx.secret());
        let challenge = Digest::of_content(verifier.expose_secret().as_bytes());
        let mut form = vec![
            ("client_id", client.id.to_string()),
            ("redirect_uri", redirect_uri.to_owned()),
            ("response_type", "code".to_owned()),
            ("scope", scope.clone()),
            ("state", state.clone()),
            ("nonce", nonce.clone()),
            ("code_challenge", URL_SAFE_NO_PAD.encode(challenge.as_bytes())),
            ("code_challenge_method", "S256".to_owned()),
        ];
        let insurer = wanted.insurer.as_ref().map(ToString::to_string);
        let optional =
            [("insurer", insurer), ("acr_values", wanted.acr.clone()), ("prompt", wanted.prompt.clone())];
        form.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
        let redirect_uri = redirect_uri.to_owned();
        Self { form, state, nonce, verifier, redirect_uri, scopes: ScopeSet::understood(&scope) }
    }

    /// Says what each parameter is for, and where to open the request.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(
        &self,
        client: &Client,
        metadata: &Metadata,
        paper: &mut Paper<impl Write>,
    ) -> io::Result<()> {
        paper.title(&format!("The request, to {}", metadata.authorization_endpoint))?;
        for (name, value) in &self.form {
            paper.line(name, value, meaning(name))?;
        }
        for doubt in self.doubts(client) {
            paper.say(&format!("! {doubt}"))?;
        }
        paper.title("Open this address in a browser, and sign in:")?;
        paper.show(&format!("{}?{}", metadata.authorization_endpoint, encoded(&self.form)))
    }

    /// What will not come as it is asked for.
    fn doubts(&self, client: &Client) -> Vec<String> {
        let mut doubts = Vec::new();
        if !self.scopes.has(Scope::Openid) {
            doubts.push("scope is without openid: invalid_scope will come back".to_owned());
        }
        for scope in self.scopes.iter().filter(|scope| !client.scopes.has(*scope)) {
            doubts.push(format!("{} falls away: it is not among the client's scopes", scope.as_str()));
        }
        let value =
            |name: &str| self.form.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        let words = |name: &str| value(name).unwrap_or_default().split_whitespace();
        for word in words("scope").filter(|word| word.parse::<Scope>().is_err()) {
            doubts.push(format!("{word} is no scope here, and is passed over"));
        }
        for word in words("acr_values").filter(|word| word.parse::<Acr>().is_err()) {
            doubts.push(format!("{word} is no assurance here, and is passed over: {}", acrs()));
        }
        if let Some(code) = value("insurer")
            && !code.parse().is_ok_and(|code| client.insurers.includes(&code))
        {
            doubts.push(format!("{code} is passed over: the client serves {}", refusals::reach(client)));
        }
        doubts
    }
}

/// The values that there are, weakest first.
pub fn acrs() -> String {
    [Acr::OneFactor, Acr::TwoFactor, Acr::PhishingResistant].map(|acr| acr.to_string()).join(", ")
}

fn meaning(name: &str) -> &'static str {
    match name {
        "client_id" => "who asks; the registration of this name says what it may have",
        "redirect_uri" => "where the answer goes: one of those registered, byte by byte",
        "response_type" => "the answer is a code; no token travels through the browser",
        "scope" => "what is asked for; openid makes it a sign-in",
        "state" => "drawn for this request: the answer repeats it, so that no other answer passes for it",
        "nonce" => "drawn for this request: the ID token repeats it, so that no other token passes for it",
        "code_challenge" => {
            "the SHA-256 of a value kept here: only who has the value redeems the code (PKCE)"
        }
        "code_challenge_method" => "how that was made; plain is not offered",
        "insurer" => "a hint: the names, the colours and the form of the sign-in page",
        "acr_values" => "the assurance that is wished for, best first; who can show more is asked to",
        "prompt" => "none: ask nothing; login: sign in afresh; consent: ask again; create: register",
        _ => "of the caller's own",
    }
}
