//! A desk where clients register, and a client's own host.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, StatusCode, Uri};
use secrecy::ExposeSecret as _;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::oidc::client::Allowance;
use sekisho_idp::flows::registration::{Invited, Wanted, invite};
use sekisho_site::http::trial;
use serde_json::{Value, json};

use crate::house::{Browser, House, Reply, VERIFIER, authorize, form};

/// The clients' own host.
pub(crate) const HOST: &str = "rp.sekisho.test";

/// A house whose clients register themselves, and what stands at their host.
pub(crate) struct Desk {
    pub(crate) house: House,
    pub(crate) token: String,
    documents: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let documents: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let published = Arc::clone(&documents);
        let answer = async move |uri: Uri| match published.lock().unwrap().get(uri.path()) {
            Some(document) => Ok(document.clone()),
            None => Err(StatusCode::NOT_FOUND),
        };
        let folder = tempfile::tempdir().unwrap();
        let (outbound, port) = trial::host(HOST, Router::new().fallback(answer), folder.path()).await;
        let house = House::asking(outbound).await;
        let token = invited(&house, &json!({ "approved": true }), 20).await;
        Self { house, token, documents, port, _folder: folder }
    }

    /// An address at the clients' host.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.port)
    }

    pub(crate) fn publish(&self, path: &str, document: impl Into<Vec<u8>>) -> String {
        self.documents.lock().unwrap().insert(path.to_owned(), document.into());
        self.at(path)
    }

    /// What the suite registers, with changes.
    pub(crate) async fn register(&self, changes: &Value) -> Reply {
        self.register_with(&self.token, changes).await
    }

    pub(crate) async fn register_with(&self, token: &str, changes: &Value) -> Reply {
        let said =
            merged(json!({ "redirect_uris": ["https://rp.example/cb"], "client_name": "Desk" }), changes);
        self.send("POST", "/register", token, Some(&said)).await
    }

    /// What is told of a client that was registered.
    pub(crate) async fn registered(&self, changes: &Value) -> Value {
        let reply = self.register(changes).await;
        assert_eq!(reply.status.as_u16(), 201, "{}", reply.body);
        reply.json()
    }

    pub(crate) async fn send(&self, method: &str, path: &str, token: &str, body: Option<&Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.house.send(request.header(CONTENT_TYPE, "application/json").body(body).unwrap()).await
    }

    /// The client's own door, by its own token.
    pub(crate) async fn manage(&self, method: &str, told: &Value, body: Option<&Value>) -> Reply {
        let path = format!("/register/{}", text(told, "client_id"));
        self.send(method, &path, text(told, "registration_access_token"), body).await
    }

    /// A code for a member who allows everything; the suite sends no challenge where it need not.
    pub(crate) async fn code(&self, told: &Value, changes: &[(&str, &str)]) -> String {
        let mut browser = self.house.member(&[Password, Sms]).await;
        let asked = self.ask(&mut browser, told, changes).await;
        let asked =
            if asked.status.as_u16() == 200 { allow(&self.house, &mut browser, &asked).await } else { asked };
        asked
            .answer("code")
            .unwrap_or_else(|| panic!("{} {:?} {}", asked.status, asked.location(), asked.body))
    }

    pub(crate) async fn ask(&self, browser: &mut Browser, told: &Value, changes: &[(&str, &str)]) -> Reply {
        let none = told["token_endpoint_auth_method"] == "none";
        let mut all = vec![("client_id", text(told, "client_id")), ("scope", "openid email")];
        if !none {
            all.extend([("code_challenge", ""), ("code_challenge_method", "")]);
        }
        all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        all.extend(changes);
        browser.get(&self.house, &authorize(&all)).await
    }

    /// Trades a code for tokens by the client's secret.
    pub(crate) async fn redeem(&self, told: &Value, code: &str) -> Reply {
        self.redeem_at(told, code, "https://rp.example/cb").await
    }

    pub(crate) async fn redeem_at(&self, told: &Value, code: &str, redirect_uri: &str) -> Reply {
        let pairs = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect_uri)];
        self.house.token((text(told, "client_id"), text(told, "client_secret")), &form(&pairs)).await
    }

    /// The same reply wherever and whenever it is told.
    pub(crate) fn shown(&self, reply: &Reply) -> String {
        let mut shown = reply.shown().replace(&format!(":{}/", self.port), ":PORT/");
        if let Some(id) = serde_json::from_str::<Value>(&reply.body)
            .ok()
            .and_then(|told| told["client_id"].as_str().map(str::to_owned))
        {
            shown = shown.replace(&id, "c-CLIENT");
        }
        shown.replace(",\"", ",\n\"")
    }

    /// How many clients there are, dead ones included.
    pub(crate) async fn clients(&self) -> i64 {
        self.house.count("select count(*) as n from clients").await
    }
}

/// A token by which so many may register; `allowance` on top of everything but `insurance`, for `aoba`.
pub(crate) async fn invited(house: &House, allowance: &Value, uses: u32) -> String {
    let base = json!({
        "insurers": ["aoba"],
        "scopes": ["openid", "profile", "email", "phone", "address", "offline_access"],
    });
    let allowance: Allowance = serde_json::from_value(merged(base, allowance)).unwrap();
    let wanted = Wanted { allowance, uses, life: Duration::from_hours(24) };
    match invite(&house.state, wanted, &mut house.state.cx()).await.unwrap() {
        Invited::Made { token, .. } => token.expose_secret().to_owned(),
        Invited::Refused(reason) => panic!("{reason}"),
    }
}

/// Says yes to what a client asks to read.
pub(crate) async fn allow(house: &House, browser: &mut Browser, asked: &Reply) -> Reply {
    let said = [("form", asked.hidden("form")), ("request", asked.hidden("request"))];
    let said: Vec<(&str, &str)> =
        said.iter().map(|(name, value)| (*name, value.as_str())).chain([("decision", "allow")]).collect();
    browser.post(house, "/consent", &form(&said)).await
}

pub(crate) fn text<'a>(told: &'a Value, name: &str) -> &'a str {
    told[name].as_str().unwrap_or_else(|| panic!("no {name} in {told}"))
}

pub(crate) fn merged(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

/// The code verifier, for clients that must send one.
pub(crate) fn redemption_of(told: &Value, code: &str) -> String {
    form(&[
        ("grant_type", "authorization_code"),
        ("client_id", text(told, "client_id")),
        ("code", code),
        ("redirect_uri", "https://rp.example/cb"),
        ("code_verifier", VERIFIER),
    ])
}
