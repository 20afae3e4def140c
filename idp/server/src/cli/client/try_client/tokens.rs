//! The token answer and the ID token (OpenID Connect Core §3.1.3).

use std::io::{self, Write};

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::{Cx, Timestamp};
use sekisho_domain::jose::{self, Jwks, KeySet, Typ, VerifyingKey};
use sekisho_domain::oidc::client::Client;
use sekisho_domain::oidc::scope::ScopeSet;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::asking::Asking;
use super::paper::Paper;
use super::proof::Proof;
use super::wire::{Provider, Wire};
use super::{claims, refusals};

/// What the token endpoint gave.
#[derive(Deserialize)]
pub struct Tokens {
    access_token: SecretString,
    token_type: String,
    expires_in: i64,
    #[serde(default)]
    scope: String,
    id_token: SecretString,
    refresh_token: Option<SecretString>,
}

/// The claims of an ID token that was verified.
pub type IdToken = Map<String, Value>;

impl Tokens {
    /// Redeems the code.
    ///
    /// # Errors
    /// When it is refused: with what to change.
    pub async fn redeem(
        provider: &Provider<'_, impl Wire>,
        (client, proof): (&Client, &Proof),
        (asking, code): (&Asking, &SecretString),
        cx: &mut Cx,
    ) -> anyhow::Result<Self> {
        let form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.expose_secret().to_owned()),
            ("redirect_uri", asking.redirect_uri.clone()),
            ("code_verifier", asking.verifier.expose_secret().to_owned()),
        ];
        let request = proof.with(client, form, (&provider.metadata.issuer, cx))?;
        let said = provider.post(&provider.metadata.token_endpoint, request).await?;
        if said.status != 200 {
            let (error, description) = said.refusal();
            bail!(refusals::explained(&error, &description, client));
        }
        said.json()
    }

    /// The access token.
    pub fn access(&self) -> &str {
        self.access_token.expose_secret()
    }

    /// What was granted.
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::understood(&self.scope)
    }

    /// Says what came.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(&self, asking: &Asking, paper: &mut Paper<impl Write>) -> io::Result<()> {
        paper.title("The tokens")?;
        let seconds = self.expires_in.to_string();
        paper.token(
            "access_token",
            self.access(),
            "opens userinfo; keep it on the server, never in a browser",
        )?;
        paper.line(
            "token_type",
            &self.token_type,
            "it goes into the Authorization header after this word",
        )?;
        paper.line("expires_in", &seconds, "how many seconds the access token lives")?;
        paper.line("scope", &self.scope, "what was granted")?;
        for scope in asking.scopes.iter().filter(|scope| !self.scopes().has(*scope)) {
            paper.say(&format!("! {} was asked for and not granted", scope.as_str()))?;
        }
        paper.token(
            "id_token",
            self.id_token.expose_secret(),
            "who signed in, when and how; read once, below",
        )?;
        match &self.refresh_token {
            Some(token) => paper.token(
                "refresh_token",
                token.expose_secret(),
                "for new tokens; each is used once, and another comes",
            ),
            None => paper.say("No refresh_token: the registration is without grant_types refresh_token."),
        }
    }

    /// Verifies the ID token as a client must (OpenID Connect Core §3.1.3.7), and says what is in it.
    ///
    /// # Errors
    /// When a client would have to refuse it.
    pub async fn id_token(
        &self,
        provider: &Provider<'_, impl Wire>,
        client: &Client,
        (asking, now): (&Asking, Timestamp),
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<IdToken> {
        let token = self.id_token.expose_secret();
        paper.title("The ID token")?;
        for (name, value) in header(token)? {
            paper.line(&format!("header {name}"), &claims::shown(&value), claims::header(&name))?;
        }
        let keys = keys(provider).await?;
        let held: IdToken = jose::verify(token, Typ::Jwt, &keys)
            .with_context(|| format!("no key of {} made this token", provider.metadata.jwks_uri))?;
        paper.line("signature", "fits", "a key of jwks_uri made it, and nothing was changed since")?;
        let is = |name: &str, value: &str| held.get(name).and_then(Value::as_str) == Some(value);
        ensure!(
            is("iss", &provider.metadata.issuer),
            "iss is another issuer's: a client must refuse this token"
        );
        ensure!(is("aud", client.id.as_str()), "aud is another client: this one must refuse the token");
        ensure!(is("nonce", &asking.nonce), "nonce is another request's: a client must refuse this token");
        let until = held.get("exp").and_then(Value::as_i64).unwrap_or_default();
        ensure!(now.seconds() < until, "exp has passed: is the clock of this machine right?");
        for (name, value) in &held {
            paper.line(name, &claims::shown_at(name, value), &claims::of_id_token(name, value))?;
        }
        Ok(held)
    }

    /// Asks what the service says of the access token (RFC 7662), where the client may.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn introspect(
        &self,
        provider: &Provider<'_, impl Wire>,
        (client, proof): (&Client, &Proof),
        cx: &mut Cx,
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<()> {
        if !client.is_confidential() {
            return Ok(());
        }
        let form = vec![("token", self.access().to_owned())];
        let request = proof.with(client, form, (&provider.metadata.issuer, cx))?;
        let said = provider.post(&provider.metadata.introspection_endpoint, request).await?;
        paper.title("Introspection of the access token")?;
        let told: IdToken = said.json()?;
        for (name, value) in &told {
            paper.line(name, &claims::shown_at(name, value), claims::of_introspection(name))?;
        }
        Ok(())
    }

    /// Gives the tokens back (RFC 7009): a trial leaves nothing that opens anything.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn give_back(
        &self,
        provider: &Provider<'_, impl Wire>,
        (client, proof): (&Client, &Proof),
        cx: &mut Cx,
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<()> {
        let tokens = self.refresh_token.iter().chain([&self.access_token]);
        for token in tokens {
            let form = vec![("token", token.expose_secret().to_owned())];
            let request = proof.with(client, form, (&provider.metadata.issuer, cx))?;
            let said = provider.post(&provider.metadata.revocation_endpoint, request).await?;
            ensure!(said.status == 200, "the tokens are not taken back: status {}", said.status);
        }
        paper.title(
            "The tokens were given back (revocation_endpoint): none of them opens anything any more.",
        )?;
        Ok(())
    }
}

/// The keys that the service signs with.
///
/// # Errors
/// When they cannot be read.
pub async fn keys(provider: &Provider<'_, impl Wire>) -> anyhow::Result<KeySet> {
    let jwks: Jwks = provider.get(&provider.metadata.jwks_uri, None).await?.json()?;
    let parsed: Result<Vec<_>, _> =
        jwks.keys.into_iter().map(|jwk| VerifyingKey::from_jwk(jwk).map(std::sync::Arc::new)).collect();
    Ok(KeySet::new(parsed?))
}

/// The header of a token, as anybody can read it.
fn header(token: &str) -> anyhow::Result<IdToken> {
    let header = token.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).context("the ID token is no JWT")?;
    serde_json::from_slice(&header).context("the ID token is no JWT")
}
