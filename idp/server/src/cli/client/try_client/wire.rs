//! What travels to the service and back.

use anyhow::{Context as _, bail, ensure};
use sekisho_site::http::{Error, Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

/// Carries a request to the service: over the network, or to a router at hand.
pub trait Wire: AsyncFn(Request) -> Result<Response, Error> {}

impl<F: AsyncFn(Request) -> Result<Response, Error>> Wire for F {}

/// What a client needs of the discovery document.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
}

/// The service, as a client sees it.
pub struct Provider<'a, W> {
    wire: &'a W,
    /// What it says of itself.
    pub metadata: Metadata,
}

/// An answer of the service.
pub struct Said {
    pub status: u16,
    pub body: String,
}

impl Said {
    /// The answer as JSON.
    ///
    /// # Errors
    /// When it is none: somebody else answered.
    pub fn json<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("the answer ({}) is not of the form it should have", self.status))
    }

    /// The registered error of a refusal, and what the service says about it.
    pub fn refusal(&self) -> (String, String) {
        let said: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match text("error") {
            error if error.is_empty() => (format!("status {}", self.status), String::new()),
            error => (error, text("error_description")),
        }
    }
}

impl<'a, W: Wire> Provider<'a, W> {
    /// Reads the discovery document of `issuer` (OpenID Connect Discovery 1.0 §4).
    ///
    /// # Errors
    /// When it cannot be read, or is another issuer's.
    pub async fn discover(wire: &'a W, issuer: &str) -> anyhow::Result<Self> {
        let uri = format!("{issuer}/.well-known/openid-configuration");
        let request = http::Request::get(&uri).body(Vec::new())?;
        let said = send(wire, request).await.with_context(|| {
            format!("{uri} does not answer: start the service, and run this where the issuer can be reached")
        })?;
        ensure!(said.status == 200, "{uri} answers {}: that is not the service", said.status);
        let metadata: Metadata = said.json()?;
        if metadata.issuer != issuer {
            bail!("{uri} is of {}, and the configuration says {issuer}", metadata.issuer);
        }
        Ok(Self { wire, metadata })
    }

    /// Gets an address, with an access token where there is one.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn get(&self, uri: &str, bearer: Option<&str>) -> anyhow::Result<Said> {
        let mut request = http::Request::get(uri);
        if let Some(token) = bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        send(self.wire, request.body(Vec::new())?).await
    }

    /// Posts a form, with the `Authorization` header of a client where it has one.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn post(
        &self,
        uri: &str,
        (authorization, form): (Option<String>, Form),
    ) -> anyhow::Result<Said> {
        let mut request =
            http::Request::post(uri).header("content-type", "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        send(self.wire, request.body(encoded(&form).into_bytes())?).await
    }
}

/// The fields of a form.
pub type Form = Vec<(&'static str, String)>;

/// A form as it travels.
pub fn encoded(form: &Form) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

async fn send(wire: &impl Wire, request: Request) -> anyhow::Result<Said> {
    let answer = wire(request).await?;
    Ok(Said { status: answer.status().as_u16(), body: String::from_utf8_lossy(answer.body()).into_owned() })
}
