//! Keys that a browser holds: the `WebDriver` extension of Web Authentication (§11, virtual authenticators).

use anyhow::Context as _;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::{ParseError, Url};

use super::devtools::Devtools;
use super::{Browser, GLANCE, deadline, past};

/// What kind of authenticator it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// How it is reached: `internal`, `usb`, …
    pub transport: &'static str,
    /// Whether it keeps passkeys that can be found without a name.
    pub resident: bool,
    /// Whether it can tell its owner from others.
    pub verifies: bool,
    /// Whether somebody is there to say yes.
    pub consents: bool,
}

impl Keeper {
    /// A phone or laptop with a screen lock.
    pub const INTERNAL: Self = Self { transport: "internal", resident: true, verifies: true, consents: true };
    /// A key on a ring that neither keeps passkeys nor knows its owner.
    pub const PLAIN_USB: Self = Self { transport: "usb", resident: false, verifies: false, consents: true };

    /// The same, before which nobody says yes.
    #[must_use]
    pub const fn declined(self) -> Self {
        Self { consents: false, ..self }
    }
}

/// An authenticator in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator(String);

/// What an authenticator keeps, as the driver says it: `credentialId`, `rpId`, `userHandle`, `privateKey`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept(Value);

impl Kept {
    /// The id of the credential, in base64url.
    pub fn id(&self) -> &str {
        self.read("credentialId")
    }

    /// The site it is for.
    pub fn site(&self) -> &str {
        self.read("rpId")
    }

    /// The same key, for another site.
    #[must_use]
    pub fn at(mut self, site: &str) -> Self {
        if let Some(found) = self.0.get_mut("rpId") {
            *found = site.into();
        }
        self
    }

    fn read(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

#[derive(Debug)]
struct Command {
    path: String,
    method: Method,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/webauthn/authenticator{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (self.method.clone(), self.body.as_ref().map(Value::to_string))
    }
}

impl Browser {
    /// Gives the browser an authenticator, whose owner is verified where it can tell.
    ///
    /// # Errors
    /// When the driver cannot.
    pub async fn hold(&self, keeper: Keeper) -> anyhow::Result<Authenticator> {
        let Keeper { transport, resident, verifies, consents } = keeper;
        let body = json!({
            "protocol": "ctap2",
            "transport": transport,
            "hasResidentKey": resident,
            "hasUserVerification": verifies,
            "isUserConsenting": consents,
            "isUserVerified": verifies,
        });
        let id = self.authenticator(String::new(), Method::POST, Some(body)).await?;
        id.as_str().map(|id| Authenticator(id.to_owned())).context("the authenticator has no id")
    }

    /// Takes an authenticator away, with everything that it keeps.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn drop_keeper(&self, held: &Authenticator) -> anyhow::Result<()> {
        self.authenticator(format!("/{}", held.0), Method::DELETE, None).await.map(drop)
    }

    /// Says whether the next one before the authenticator is its owner.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn verify_owner(&self, held: &Authenticator, verified: bool) -> anyhow::Result<()> {
        let body = json!({ "isUserVerified": verified });
        self.authenticator(format!("/{}/uv", held.0), Method::POST, Some(body)).await.map(drop)
    }

    /// What an authenticator keeps.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn kept(&self, held: &Authenticator) -> anyhow::Result<Vec<Kept>> {
        let kept = self.authenticator(format!("/{}/credentials", held.0), Method::GET, None).await?;
        Ok(kept.as_array().into_iter().flatten().cloned().map(Kept).collect())
    }

    /// Waits until an authenticator keeps nothing any more.
    ///
    /// # Errors
    /// When it still does after 15 seconds.
    pub async fn forgets_all(&self, held: &Authenticator) -> anyhow::Result<()> {
        let until = deadline();
        while !self.kept(held).await?.is_empty() {
            anyhow::ensure!(!past(until), "the authenticator keeps {:?}", self.kept(held).await?);
            sleep(GLANCE).await;
        }
        Ok(())
    }

    /// Puts a key into an authenticator.
    ///
    /// # Errors
    /// When the driver refuses it.
    pub async fn keep(&self, held: &Authenticator, kept: &Kept) -> anyhow::Result<()> {
        let path = format!("/{}/credential", held.0);
        self.authenticator(path, Method::POST, Some(kept.0.clone())).await.map(drop)
    }

    /// Takes one key out of an authenticator.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn forget(&self, held: &Authenticator, kept: &Kept) -> anyhow::Result<()> {
        let path = format!("/{}/credentials/{}", held.0, kept.id());
        self.authenticator(path, Method::DELETE, None).await.map(drop)
    }

    /// From now on the browser is one that does not list passkeys under a field. A list of authenticators like these is
    /// answered at once, by nobody.
    ///
    /// # Errors
    /// When the driver cannot.
    pub async fn list_no_passkeys(&self) -> anyhow::Result<()> {
        self.each_page("PublicKeyCredential.isConditionalMediationAvailable = async () => false;").await
    }

    /// From now on the browser is one that knows no passkeys.
    ///
    /// # Errors
    /// When the driver cannot.
    pub async fn know_no_passkeys(&self) -> anyhow::Result<()> {
        self.each_page("delete window.PublicKeyCredential;").await
    }

    /// From now on the clock of a page runs ahead by `window.ahead` milliseconds.
    ///
    /// # Errors
    /// When the driver cannot.
    pub async fn run_clocks_ahead(&self) -> anyhow::Result<()> {
        self.each_page("const real = Date.now; window.ahead = 0; Date.now = () => real() + window.ahead;")
            .await
    }

    /// Runs a script before every page's own.
    async fn each_page(&self, source: &str) -> anyhow::Result<()> {
        let script = json!({ "source": source });
        self.client.issue_cmd(Devtools::call("Page.addScriptToEvaluateOnNewDocument", script)).await?;
        Ok(())
    }

    async fn authenticator(
        &self,
        path: String,
        method: Method,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        Ok(self.client.issue_cmd(Command { path, method, body }).await?)
    }
}
