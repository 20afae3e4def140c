//! A relying party of the test's own: it asks for tokens, and what they tell.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use sekisho_domain::oidc::client::{Registration, SecretDigest};
use sekisho_idp::flows::clients;
use sekisho_site::db::sql;
use sekisho_site::http::{Client, Reach};
use sekisho_tests::browser::Browser;
use sekisho_tests::town::Town;
use serde_json::{Value, json};
use url::Url;

const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";

/// A relying party that serves every insurer.
pub(crate) struct Probe<'t> {
    town: &'t Town,
    http: Client,
    callback: String,
}

impl<'t> Probe<'t> {
    /// Registers it beside the portals that are there.
    pub(crate) async fn register(town: &'t Town) -> anyhow::Result<Self> {
        // A page that nobody answers: only the address is of interest that a browser comes back to.
        let callback = format!("{}/callback", town.inbox());
        let probe = json!({
            "id": "probe",
            "name": { "ja": "試し", "en": "Probe" },
            "insurers": "all",
            "redirect_uris": [callback],
            "secret_sha256": SecretDigest::of(&SECRET.into()).to_string(),
            "pkce": "optional",
            "first_party": true,
            "scopes": ["openid", "insurance"],
        });
        let state = town.state();
        let rows = state.db.fetch_all(sql("select registration from clients where ended_at is null")).await?;
        let mut all: Vec<Registration> = vec![serde_json::from_value(probe)?];
        for row in rows {
            all.push(serde_json::from_str(&row.get::<String>("registration")?)?);
        }
        clients::apply(state, all, &mut state.cx()).await?;
        Ok(Self { town, http: Client::new(Reach::Loopback), callback })
    }

    /// Sends a browser to ask for a code, under the membership at `insurer`.
    pub(crate) async fn ask(&self, browser: &Browser, insurer: &str) -> anyhow::Result<()> {
        let asked = [
            ("client_id", "probe"),
            ("redirect_uri", self.callback.as_str()),
            ("response_type", "code"),
            ("scope", "openid insurance"),
            ("state", "s"),
            ("nonce", "n"),
            ("insurer", insurer),
        ];
        browser.go(Url::parse_with_params(&format!("{}/authorize", self.town.idp()), asked)?.as_str()).await
    }

    /// An access token for whoever is signed in at a browser, under the membership at `insurer`.
    pub(crate) async fn token(&self, browser: &Browser, insurer: &str) -> anyhow::Result<String> {
        self.ask(browser, insurer).await?;
        browser.arrive_at(&self.callback).await?;
        let answer = Url::parse(&browser.address().await?)?;
        let code = answer.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.with_context(|| format!("no code in {answer}"))?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", &code)
            .append_pair("redirect_uri", &self.callback)
            .finish();
        let request = Request::post(format!("{}/token", self.town.idp()))
            .header(AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("probe:{SECRET}"))))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes())?;
        let answer = self.http.send(request).await?;
        let tokens: Value = serde_json::from_slice(answer.body())?;
        text(&tokens, "/access_token").with_context(|| format!("no token in {tokens}"))
    }

    /// The membership that a token tells of; none when it is dead.
    pub(crate) async fn membership(&self, token: &str) -> anyhow::Result<Option<Value>> {
        let request = Request::get(format!("{}/userinfo", self.town.idp()))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Vec::new())?;
        let answer = self.http.send(request).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            return Ok(None);
        }
        let told: Value = serde_json::from_slice(answer.body())?;
        Ok(Some(json!({
            "insurer": text(&told, "/insurer/code"),
            "symbol": text(&told, "/membership/symbol"),
            "number": text(&told, "/membership/number"),
        })))
    }

    /// The account, as this relying party knows it.
    pub(crate) async fn subject(&self, token: &str) -> anyhow::Result<String> {
        let request = Request::get(format!("{}/userinfo", self.town.idp()))
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Vec::new())?;
        let told: Value = serde_json::from_slice(self.http.send(request).await?.body())?;
        text(&told, "/sub").context("no sub")
    }
}

/// A text at a place of an answer.
fn text(answer: &Value, place: &str) -> Option<String> {
    answer.pointer(place)?.as_str().map(str::to_owned)
}
