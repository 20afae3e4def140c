//! Clients that publish their keys, and what makes the house ask somebody else.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::join_all;
use sekisho_domain::factor::FactorKind::{Password, Sms};
use sekisho_domain::jose::{Alg, SigningKey, Typ, sign};
use sekisho_domain::oidc::client::{AuthMethod, Registration};
use sekisho_idp::flows::clients::apply;
use sekisho_site::http::{Outbound, trial};
use serde_json::{Value, json};

use crate::house::{
    Browser, House, ISSUER, KEY, Reply, authorize, form, redemption, registration, registrations,
};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A house, a client's host, and what the host publishes.
struct Scene {
    house: House,
    browser: Browser,
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
    /// A name for each assertion.
    shown: AtomicUsize,
}

impl Scene {
    async fn open() -> Self {
        let (keys, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (published, count) = (Arc::clone(&keys), Arc::clone(&asked));
        let answer = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            Json(json!({ "keys": *published.lock().unwrap() }))
        };
        let folder = tempfile::tempdir().unwrap();
        let router = Router::new().route("/jwks", get(answer));
        let (outbound, port) = trial::host("rp.sekisho.test", router, folder.path()).await;
        let house = House::asking(outbound).await;
        let client = publishing(format!("https://rp.sekisho.test:{port}/jwks"));
        apply(&house.state, vec![client], &mut house.state.cx()).await.unwrap();
        let browser = house.member(&[Password, Sms]).await;
        Self { house, browser, keys, asked, shown: AtomicUsize::new(0) }
    }

    fn publish(&self, keys: &[&SigningKey]) {
        *self.keys.lock().unwrap() = keys.iter().map(|key| json!(key.public().jwk())).collect();
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn code(&mut self) -> String {
        let scope = ("scope", "openid email offline_access");
        self.browser.code(&self.house, &[("client_id", "published"), scope]).await
    }

    /// The claims of a good assertion.
    fn claims(&self) -> Value {
        let now = self.house.state.cx().now.seconds();
        let number = self.shown.fetch_add(1, Ordering::SeqCst);
        json!({
            "iss": "published", "sub": "published", "aud": ISSUER, "iat": now, "exp": now + 60,
            "jti": number.to_string(),
        })
    }

    /// Asks for tokens, as proven by an assertion.
    async fn trade(&self, pairs: &str, assertion: &str) -> Reply {
        let proof = form(&[("client_assertion_type", TYPE), ("client_assertion", assertion)]);
        self.house.post("/token", &format!("{pairs}&{proof}")).await
    }

    async fn trade_by(&self, key: &SigningKey, pairs: &str) -> Reply {
        self.trade(pairs, &sign(key, Typ::Jwt, &self.claims()).unwrap()).await
    }
}

/// A client whose keys are at `uri`.
fn publishing(uri: String) -> Registration {
    let mut client = registration("published");
    client.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
    client.secret_sha256 = None;
    client.jwks_uri = Some(uri);
    client.grant_types = serde_json::from_value(json!(["authorization_code", "refresh_token"])).unwrap();
    client.scopes = serde_json::from_value(json!(["openid", "email", "offline_access"])).unwrap();
    client
}

fn key() -> SigningKey {
    SigningKey::generate(Alg::Es256).unwrap()
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn oidcc_registration_jwks_uri() {
    let mut scene = Scene::open().await;
    let key = key();
    scene.publish(&[&key]);
    let code = scene.code().await;
    assert_eq!(scene.asked(), 0, "nobody is asked before somebody has to be believed");
    let reply = scene.trade_by(&key, &redemption(&code)).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.body);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn oidcc_refresh_token_rp_key_rotation() {
    let mut scene = Scene::open().await;
    let (before, after) = (key(), key());
    scene.publish(&[&before]);
    let code = scene.code().await;
    let first = scene.trade_by(&before, &redemption(&code)).await.json();
    let refresh =
        form(&[("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())]);
    scene.publish(&[&after]);
    scene.house.wait(Duration::from_mins(1));
    let renewed = scene.trade_by(&after, &refresh).await;
    assert_eq!(renewed.status.as_u16(), 200, "{}", renewed.body);
    refused(&scene.trade_by(&before, &refresh).await);
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn tk_07_of_fifty_calls_with_one_assertion_by_a_published_key_one_is_believed() {
    let mut scene = Scene::open().await;
    let key = key();
    scene.publish(&[&key]);
    let code = scene.code().await;
    let assertion = sign(&key, Typ::Jwt, &scene.claims()).unwrap();
    let form = redemption(&code);
    let calls = join_all((0..50).map(|_| scene.trade(&form, &assertion))).await;
    assert_eq!(calls.iter().filter(|reply| reply.status.as_u16() == 200).count(), 1);
    calls.iter().filter(|reply| reply.status.as_u16() != 200).for_each(refused);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn made_up_names_of_keys_are_refused_and_ask_once() {
    let mut scene = Scene::open().await;
    scene.publish(&[&key()]);
    let code = scene.code().await;
    let form = redemption(&code);
    let strangers: Vec<SigningKey> = (0..100).map(|_| key()).collect();
    let replies = join_all(strangers.iter().map(|stranger| scene.trade_by(stranger, &form))).await;
    replies.iter().for_each(refused);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn ss_06_a_host_that_is_away_and_a_key_that_is_wrong_sound_alike() {
    let mut scene = Scene::open().await;
    let code = scene.code().await;
    // Nothing is published: what is there can be no keys.
    let away = scene.trade_by(&key(), &redemption(&code)).await;
    refused(&away);
    scene.publish(&[&key()]);
    scene.house.wait(Duration::from_mins(1));
    let wrong = scene.trade_by(&key(), &redemption(&code)).await;
    refused(&wrong);
    assert_eq!(away.body, wrong.body);
    assert_eq!(scene.asked(), 2);
}

/// An assertion under a header of the caller's own, truly signed by `key`.
fn under(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}

#[tokio::test]
async fn tk_03_and_ss_07_nothing_that_a_request_names_is_asked() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let attacker = format!("attacker.example:{}", trap.local_addr().unwrap().port());
    // Nothing but the house itself keeps it from asking there.
    let mut outbound = Outbound::default();
    outbound.private_hosts.push("attacker.example=127.0.0.1".parse().unwrap());
    let house = House::asking(outbound).await;
    apply(&house.state, registrations(), &mut house.state.cx()).await.unwrap();
    let mut browser = house.member(&[Password, Sms]).await;
    for scheme in ["https", "http"] {
        let uri = format!("{scheme}://{attacker}/request.jwt");
        let reply = browser.get(&house, &authorize(&[("request_uri", &uri)])).await;
        let location = reply.location().unwrap_or_default();
        assert!(location.contains("error=request_uri_not_supported"), "{location}");
    }
    let code = browser.code(&house, &[("client_id", "keyed")]).await;
    let stranger = key();
    let now = house.state.cx().now.seconds();
    let claims = json!({ "iss": "keyed", "sub": "keyed", "aud": ISSUER, "exp": now + 60, "jti": "j" });
    let (jku, jwk) = (format!("https://{attacker}/jwks"), json!(stranger.public().jwk()));
    for header in [
        json!({ "alg": "ES256", "jku": jku, "kid": KEY.kid() }),
        json!({ "alg": "ES256", "jku": jku, "kid": stranger.kid() }),
        json!({ "alg": "ES256", "x5u": jku }),
        json!({ "alg": "ES256", "jwk": jwk }),
        json!({ "alg": "ES256", "x5c": ["AAAA"] }),
        json!({ "alg": "ES256", "kid": "../../dev/null" }),
        json!({ "alg": "ES256", "kid": "' OR 1=1--" }),
        json!({ "alg": "ES256", "kid": "k".repeat(2_000) }),
        json!({ "alg": "ES256" }),
    ] {
        let assertion = under(&header, &claims, &stranger);
        let proof = form(&[("client_assertion_type", TYPE), ("client_assertion", &assertion)]);
        refused(&house.post("/token", &format!("{}&{proof}", redemption(&code))).await);
    }
    let assertion = under(&json!({ "alg": "ES256", "kid": "k".repeat(10_000) }), &claims, &stranger);
    let proof = form(&[("client_assertion_type", TYPE), ("client_assertion", &assertion)]);
    let reply = house.post("/token", &format!("{}&{proof}", redemption(&code))).await;
    assert_eq!(reply.status.as_u16(), 400, "too long to be read at all");
    assert!(trap.accept().is_err(), "nobody was asked");
    let uri = format!("https://{attacker}/").parse().unwrap();
    let asked = house.state.fetch.document(&uri);
    let _ = tokio::time::timeout(Duration::from_millis(300), asked).await;
    assert!(trap.accept().is_ok(), "though it could have been");
}
