//! A relying party that asks for more, and what it learns.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_domain::oidc::client::Registration;
use sekisho_site::clock::Clock as _;
use serde_json::Value;

use crate::browser::{Browser, Page};
use crate::house::House;

const CALLBACK: &str = "https://rp.example/cb";
const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub const ONE: &str = "urn:sekisho:acr:1f";
pub const TWO: &str = "urn:sekisho:acr:2f";
pub const PR: &str = "urn:sekisho:acr:pr";

/// Nothing but two factors will do.
pub const ESSENTIAL_TWO: (&str, &str) =
    ("claims", r#"{"id_token":{"acr":{"essential":true,"values":["urn:sekisho:acr:2f"]}}}"#);
/// Nothing but a passkey will do.
pub const ESSENTIAL_PR: (&str, &str) =
    ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"urn:sekisho:acr:pr"}}}"#);

/// `rp` is the house's own, `third` is another's, `strict` asks aoba's members for two factors.
pub async fn open(house: &House) {
    let registration = |id: &str, alter: fn(&mut Registration)| {
        let mut registration = crate::client::registration(id, "窓口");
        alter(&mut registration);
        registration
    };
    house
        .register(vec![
            registration("rp", |_| ()),
            registration("third", |client| client.first_party = false),
            registration("strict", |client| {
                client.min_acr = TWO.parse().ok();
                client.insurers = serde_json::from_str("[\"aoba\"]").unwrap();
            }),
        ])
        .await;
}

/// The address at which a client asks.
pub fn asking(client: &str, more: &[(&str, &str)]) -> String {
    let asked = [
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "xyz"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked).extend_pairs(more);
    format!("/authorize?{}", query.finish())
}

/// What a redirect to the client says: `code`, or the error; where it leads otherwise.
pub fn told(page: &Page) -> String {
    let Some(url) = url::Url::parse(page.location()).ok().filter(|_| page.location().starts_with(CALLBACK))
    else {
        let path = page.location().split('?').next().unwrap_or_default();
        return if path.is_empty() { page.status.as_u16().to_string() } else { path.to_owned() };
    };
    let said =
        |name: &str| url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    assert_eq!(said("state").as_deref(), Some("xyz"));
    match (said("code"), said("error")) {
        (Some(_), None) => "code".to_owned(),
        (None, Some(error)) => error,
        both => panic!("{both:?}"),
    }
}

/// What a silent request is told.
pub async fn silently(browser: &mut Browser, client: &str, more: &[(&str, &str)]) -> String {
    let more: Vec<_> = more.iter().copied().chain([("prompt", "none")]).collect();
    told(&browser.open(&asking(client, &more)).await)
}

/// The claims of the ID token that a code is redeemed for.
pub async fn id_token(browser: &Browser, client: &str, page: &Page) -> Value {
    assert_eq!(told(page), "code", "{} {} {}", page.status, page.location(), page.body);
    let url = url::Url::parse(page.location()).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let mut server = Browser { cookies: std::collections::BTreeMap::new(), ..browser.clone() };
    server.authorization = Some(format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}"))));
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let tokens = server.post("/token", &fields, "").await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    let tokens: Value = serde_json::from_str(&tokens.body).unwrap();
    let payload = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// What an ID token says of the sign-in: how long ago, how sure, by what.
pub fn shown(house: &House, token: &Value) -> (i64, String, String) {
    let ago = house.clock.now().seconds() - token["auth_time"].as_i64().unwrap();
    let amr: Vec<&str> = token["amr"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    (ago, token["acr"].as_str().unwrap().to_owned(), amr.join("+"))
}
