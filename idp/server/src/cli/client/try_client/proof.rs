//! How a client proves to be itself (OpenID Connect Core §9).

use std::io::{BufRead, Write};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_base::Cx;
use sekisho_domain::jose::KeySet;
use sekisho_domain::oidc::client::{Client, Credential, SecretDigest};
use serde_json::json;
use url::form_urlencoded::byte_serialize;

use super::Try;
use super::key::Key;
use super::paper::{Keyboard, Paper};
use super::wire::Form;

/// The only type of assertion (RFC 7523 §2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good for, in seconds: it is used at once.
const LIFETIME: i64 = 60;

/// What a client shows.
pub enum Proof {
    /// Only its name.
    Nothing,
    /// Its secret, in the `Authorization` header.
    Basic(SecretString),
    /// Its secret, in the form.
    Post(SecretString),
    /// What it signs.
    Signed(Key),
}

/// What the registration says of it, for people.
pub fn method(client: &Client) -> &'static str {
    match client.credential {
        Credential::Public => "not at all: none, a public client",
        Credential::Basic(_) => "client_secret_basic: its secret in the Authorization header",
        Credential::Post(_) => "client_secret_post: its secret in the form",
        Credential::Keys(_) | Credential::KeysAt { .. } => {
            "private_key_jwt: something it signs with its own key"
        }
    }
}

impl Proof {
    /// Takes what the registration asks for: a secret from the environment or the keyboard, a key from its file.
    ///
    /// # Errors
    /// When the secret is not one whose digest is registered, or the key cannot be read or is not registered. Nothing has
    /// been sent then.
    pub fn of(
        client: &Client,
        wanted: &Try,
        keyboard: &mut Keyboard<impl BufRead>,
        paper: &mut Paper<impl Write>,
    ) -> anyhow::Result<Self> {
        match &client.credential {
            Credential::Public => Ok(Self::Nothing),
            Credential::Basic(digests) => Ok(Self::Basic(secret(digests, wanted, keyboard, paper)?)),
            Credential::Post(digests) => Ok(Self::Post(secret(digests, wanted, keyboard, paper)?)),
            Credential::Keys(keys) => Ok(Self::Signed(key(wanted, Some(keys))?)),
            // The keys stand at an address of the client's: the service reads them, and says whether they fit.
            Credential::KeysAt { .. } => Ok(Self::Signed(key(wanted, None)?)),
        }
    }

    /// A request of the client, with its proof: the header, and the whole form.
    ///
    /// # Errors
    /// When the key fails.
    pub fn with(
        &self,
        client: &Client,
        mut form: Form,
        (audience, cx): (&str, &mut Cx),
    ) -> anyhow::Result<(Option<String>, Form)> {
        match self {
            Self::Nothing => form.push(("client_id", client.id.to_string())),
            Self::Post(secret) => form.extend([
                ("client_id", client.id.to_string()),
                ("client_secret", secret.expose_secret().to_owned()),
            ]),
            Self::Basic(secret) => {
                // RFC 6749 §2.3.1: each half is form-encoded before the two are joined.
                let half = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", half(client.id.as_str()), half(secret.expose_secret()));
                return Ok((Some(format!("Basic {}", STANDARD.encode(pair))), form));
            }
            Self::Signed(key) => {
                let now = cx.now.seconds();
                let claims = json!({
                    "iss": client.id, "sub": client.id, "aud": audience, "iat": now, "exp": now + LIFETIME,
                    "jti": URL_SAFE_NO_PAD.encode(cx.bytes::<16>()),
                });
                form.extend([
                    ("client_assertion_type", ASSERTION.to_owned()),
                    ("client_assertion", key.sign(&claims)?),
                ]);
            }
        }
        Ok((None, form))
    }
}

fn secret(
    digests: &[SecretDigest],
    wanted: &Try,
    keyboard: &mut Keyboard<impl BufRead>,
    paper: &mut Paper<impl Write>,
) -> anyhow::Result<SecretString> {
    let secret = match &wanted.secret {
        Some(secret) => secret.clone(),
        None => {
            paper.ask(&format!("\nThe secret of {} (not shown)", wanted.id))?;
            keyboard.secret()?
        }
    };
    if !digests.iter().any(|digest| digest.fits(&secret)) {
        bail!(
            "the secret is not one whose secret_sha256 is registered: invalid_client would come back. `sekisho client \
             rotate-secret {}` makes a new one, and `sekisho client apply` makes the service know its digest",
            wanted.id
        );
    }
    Ok(secret)
}

fn key(wanted: &Try, registered: Option<&KeySet>) -> anyhow::Result<Key> {
    let path = wanted.key.as_deref();
    let path = path.context("the client proves itself by a key of its own: name its file with --key")?;
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Key::read(&text, registered).with_context(|| path.display().to_string())
}
