//! A small identity provider in this process, for the portals' tests: discovery, keys, authorization, token,
//! userinfo and sign-out, with everything that a test may want to be wrong.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use sekisho_base::Digest;
use sekisho_site::clock::Clock;
use serde_json::{Value, json};
use url::Url;

/// The client the issuer knows.
pub const CLIENT_ID: &str = "certificate";
/// Its secret.
pub const SECRET: &str = "a secret of this test";

/// Changes an ID token's header and claims before it is signed.
pub type Twist = Arc<dyn Fn(&mut Value, &mut Value) + Send + Sync>;

/// What the issuer answers with, to be changed by tests at any time.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Behaviour {
    /// The person who is signed in there.
    pub subject: String,
    /// The claims of the `insurance` scope.
    pub insurance: Value,
    /// Further claims at userinfo, such as `locale`.
    pub userinfo: Value,
    /// The assurance of the sign-in.
    pub acr: String,
    /// What is done to ID tokens.
    pub twist: Option<Twist>,
    /// The subject at userinfo, where it differs.
    pub userinfo_subject: Option<String>,
    /// The `iss` of the authorization answer: the issuer, unless a test says otherwise; empty for none.
    pub answer_iss: Option<String>,
    /// The error of the authorization answer.
    pub error: Option<&'static str>,
    /// Whether the issuer answers at all.
    pub away: bool,
    /// What the token endpoint alone answers with, where it does not do its work.
    pub token_fails: Option<(u16, &'static str)>,
    /// Whether nobody is signed in there; an ordinary sign-in changes that.
    pub signed_out: bool,
    /// Whether a refresh token comes with the others.
    pub refreshes: bool,
    /// Whether a refresh token is replaced when it is used.
    pub rotates: bool,
    /// Whether everything that was given has ended.
    pub is_over: bool,
    /// The issuer that discovery names, where it differs.
    pub metadata_issuer: Option<String>,
    /// The key that signs in place of the other, by RS256.
    pub rsa: Option<Arc<RsaKeyPair>>,
    /// Keys that are published beside it.
    pub more_keys: Vec<Value>,
    /// The name of the signing key.
    pub kid: String,
    /// The signing key.
    pub key: Arc<EcdsaKeyPair>,
    codes: HashMap<String, HashMap<String, String>>,
    tokens: Vec<String>,
    refresh: u32,
    /// How often each path was asked for.
    pub asked: HashMap<&'static str, u32>,
}

/// A running issuer.
#[derive(Clone)]
pub struct FakeIssuer {
    /// Its address: `http://127.0.0.1:PORT`.
    pub url: String,
    clock: Arc<dyn Clock>,
    inner: Arc<Mutex<Behaviour>>,
}

/// The claims of the example person.
pub fn shoko() -> Value {
    json!({
        "insurer": { "code": "aoba", "number": "06999015", "name": "青葉健康保険組合" },
        "membership": {
            "person_key": "A0000001", "symbol": "91", "number": "200001", "branch": "00", "kind": "general",
            "relationship": "self", "name": "健保　翔子", "name_kana": "ケンポ ショウコ", "birth_date": "2000-01-21",
            "sex": "female", "acquired_on": "2022-04-01", "lost_on": null, "burden": 3
        },
        "household": []
    })
}

/// A new signing key.
pub fn new_key() -> Arc<EcdsaKeyPair> {
    Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
}

impl FakeIssuer {
    /// Starts an issuer whose tokens follow `clock`.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        Self::start_at(clock, "127.0.0.1:0".parse().unwrap()).await
    }

    /// Starts an issuer on an address.
    pub async fn start_at(clock: Arc<dyn Clock>, addr: SocketAddr) -> Self {
        let listener = tokio::net::TcpListener::bind(addr).await.unwrap();
        let behaviour = Behaviour {
            subject: "subject-1".into(),
            insurance: shoko(),
            userinfo: json!({}),
            acr: "urn:sekisho:acr:2f".into(),
            twist: None,
            userinfo_subject: None,
            answer_iss: None,
            error: None,
            away: false,
            token_fails: None,
            signed_out: false,
            refreshes: false,
            rotates: false,
            is_over: false,
            metadata_issuer: None,
            rsa: None,
            more_keys: Vec::new(),
            kid: "key-1".into(),
            key: new_key(),
            codes: HashMap::new(),
            tokens: Vec::new(),
            refresh: 1,
            asked: HashMap::new(),
        };
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let issuer = Self { url, clock, inner: Arc::new(Mutex::new(behaviour)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks.json", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/logout", get(logout))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    /// What it answers with.
    pub fn set(&self) -> MutexGuard<'_, Behaviour> {
        self.inner.lock().unwrap()
    }

    /// What the browser is sent back with when it follows `address`, an authorization request.
    pub fn answer(&self, address: &str) -> String {
        let asked: HashMap<String, String> =
            Url::parse(address).unwrap().query_pairs().into_owned().collect();
        let mut behaviour = self.set();
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        let code = format!("code-{}", behaviour.codes.len() + 1);
        let is_silent = asked.get("prompt").is_some_and(|prompt| prompt == "none");
        let error = behaviour.error.or((is_silent && behaviour.signed_out).then_some("login_required"));
        behaviour.signed_out &= is_silent;
        {
            let mut query = back.query_pairs_mut();
            match error {
                Some(error) => query.append_pair("error", error),
                None => query.append_pair("code", &code),
            };
            query.append_pair("state", &asked["state"]);
            let iss = behaviour.answer_iss.clone().unwrap_or_else(|| self.url.clone());
            if !iss.is_empty() {
                query.append_pair("iss", &iss);
            }
        }
        behaviour.codes.insert(code, asked);
        back.into()
    }

    fn id_token(&self, behaviour: &Behaviour, nonce: &str) -> String {
        let now = self.clock.now().seconds();
        let alg = if behaviour.rsa.is_some() { "RS256" } else { "ES256" };
        let mut header = json!({ "alg": alg, "kid": behaviour.kid, "typ": "JWT" });
        let mut claims = json!({
            "iss": self.url, "sub": behaviour.subject, "aud": CLIENT_ID, "iat": now, "exp": now + 300,
            "auth_time": now, "nonce": nonce, "acr": behaviour.acr, "amr": ["pwd", "otp"], "sid": "session-1"
        });
        if let Some(twist) = &behaviour.twist {
            twist(&mut header, &mut claims);
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        if header["alg"] == "none" {
            return format!("{signed}.");
        }
        if let Some(rsa) = &behaviour.rsa {
            let mut signature = vec![0; rsa.public_modulus_len()];
            rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
            return format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        }
        let signature = behaviour.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

impl Behaviour {
    /// The key that signs, as it is published.
    fn jwk(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        if let Some(rsa) = &self.rsa {
            let key = rsa.public_key();
            let n = encode(key.modulus().big_endian_without_leading_zero());
            let e = encode(key.exponent().big_endian_without_leading_zero());
            return json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e });
        }
        let point = self.key.public_key().as_ref();
        let (x, y) = (encode(&point[1..33]), encode(&point[33..65]));
        json!({ "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": self.kid, "x": x, "y": y })
    }

    /// A new access token, and the refresh token that lives, where there is one.
    fn tokens(&mut self) -> Value {
        let access_token = format!("token-{}", self.tokens.len() + 1);
        self.tokens.push(access_token.clone());
        let mut told = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": 300 });
        if self.refreshes {
            told["refresh_token"] = json!(format!("refresh-{}", self.refresh));
        }
        told
    }
}

fn away(issuer: &FakeIssuer, path: &'static str) -> Option<Response> {
    let mut behaviour = issuer.set();
    *behaviour.asked.entry(path).or_default() += 1;
    behaviour.away.then(|| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

async fn discovery(State(issuer): State<FakeIssuer>) -> Response {
    if let Some(away) = away(&issuer, "discovery") {
        return away;
    }
    let url = &issuer.url;
    Json(json!({
        "issuer": issuer.set().metadata_issuer.as_ref().unwrap_or(url),
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "jwks_uri": format!("{url}/jwks.json"),
        "end_session_endpoint": format!("{url}/logout"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "authorization_response_iss_parameter_supported": true
    }))
    .into_response()
}

async fn keys(State(issuer): State<FakeIssuer>) -> Response {
    if let Some(away) = away(&issuer, "keys") {
        return away;
    }
    let behaviour = issuer.set();
    let mut keys = vec![behaviour.jwk()];
    keys.extend_from_slice(&behaviour.more_keys);
    Json(json!({ "keys": keys })).into_response()
}

async fn authorize(State(issuer): State<FakeIssuer>, uri: http::Uri) -> Response {
    if let Some(away) = away(&issuer, "authorize") {
        return away;
    }
    Redirect::to(&issuer.answer(&format!("{}{uri}", issuer.url))).into_response()
}

async fn token(
    State(issuer): State<FakeIssuer>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    if let Some(away) = away(&issuer, "token") {
        return away;
    }
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if let Some((status, body)) = issuer.set().token_fails {
        return (StatusCode::from_u16(status).unwrap(), body).into_response();
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{}", SECRET.replace(' ', "+"))));
    if headers.get("authorization").and_then(|value| value.to_str().ok()) != Some(&basic) {
        return refused("invalid_client");
    }
    if form.contains_key("client_secret") {
        return refused("invalid_request");
    }
    let mut behaviour = issuer.set();
    if form["grant_type"] == "refresh_token" {
        *behaviour.asked.entry("refresh").or_default() += 1;
        if behaviour.is_over || form["refresh_token"] != format!("refresh-{}", behaviour.refresh) {
            return refused("invalid_grant");
        }
        behaviour.refresh += u32::from(behaviour.rotates);
        return Json(behaviour.tokens()).into_response();
    }
    let Some(asked) = behaviour.codes.remove(&form["code"]) else { return refused("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Digest::of_content(form["code_verifier"].as_bytes()).as_bytes());
    if asked["code_challenge"] != challenge
        || asked["code_challenge_method"] != "S256"
        || asked["redirect_uri"] != form["redirect_uri"]
    {
        return refused("invalid_grant");
    }
    let id_token = issuer.id_token(&behaviour, &asked["nonce"]);
    let mut tokens = behaviour.tokens();
    tokens["id_token"] = json!(id_token);
    Json(tokens).into_response()
}

async fn userinfo(State(issuer): State<FakeIssuer>, headers: HeaderMap) -> Response {
    if let Some(away) = away(&issuer, "userinfo") {
        return away;
    }
    let behaviour = issuer.set();
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if behaviour.is_over || !behaviour.tokens.iter().any(|token| bearer == format!("Bearer {token}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut claims = behaviour.userinfo.clone();
    claims["sub"] = json!(behaviour.userinfo_subject.as_ref().unwrap_or(&behaviour.subject));
    if let Value::Object(insurance) = &behaviour.insurance {
        for (name, value) in insurance {
            claims[name] = value.clone();
        }
    }
    Json(claims).into_response()
}

async fn logout(State(issuer): State<FakeIssuer>, Query(query): Query<HashMap<String, String>>) -> Response {
    if let Some(away) = away(&issuer, "logout") {
        return away;
    }
    if query.get("id_token_hint").is_none_or(|hint| hint.split('.').count() != 3) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let mut back = Url::parse(&query["post_logout_redirect_uri"]).unwrap();
    back.query_pairs_mut().append_pair("state", &query["state"]);
    Redirect::to(back.as_str()).into_response()
}
