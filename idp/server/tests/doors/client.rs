//! A relying party, as far as these tests need one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_domain::oidc::client::{Registration, SecretDigest};

use crate::browser::{Browser, Page};

const CALLBACK: &str = "https://rp.example/cb";
const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client of the house's own, for members of all insurers.
pub fn registration(id: &str, name: &str) -> Registration {
    let value = serde_json::json!({
        "id": id,
        "name": { "ja": name, "en": name },
        "insurers": "all",
        "redirect_uris": [CALLBACK],
        "initiate_login_uri": format!("https://{id}.example/initiate"),
        "secret_sha256": SecretDigest::of(&SECRET.into()),
        "first_party": true,
        "scopes": ["openid", "insurance"]
    });
    serde_json::from_value(value).unwrap()
}

/// The address at which `rp` asks for a sign-in, with more parameters.
pub fn authorize(more: &[(&str, &str)]) -> String {
    let asked = [
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid insurance"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(asked).extend_pairs(more);
    format!("/authorize?{}", query.finish())
}

/// The code that a redirect to `rp` carries.
pub fn code(page: &Page) -> Option<String> {
    let url = url::Url::parse(page.location()).ok().filter(|_| page.location().starts_with(CALLBACK))?;
    url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
}

/// The access token of a browser that is signed in.
pub async fn access_token(browser: &mut Browser) -> String {
    let answered = browser.open(&authorize(&[])).await;
    let code = code(&answered).unwrap_or_else(|| panic!("{} {}", answered.status, answered.location()));
    let tokens = redeem(browser, &code).await;
    let tokens: serde_json::Value = serde_json::from_str(&tokens.body).unwrap();
    tokens
        .get("access_token")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_else(|| panic!("{tokens}"))
        .to_owned()
}

/// What the token endpoint answers to `rp` for a code.
pub async fn redeem(browser: &Browser, code: &str) -> Page {
    let basic = format!("Basic {}", STANDARD.encode(format!("rp:{SECRET}")));
    let mut server = Browser { cookies: std::collections::BTreeMap::new(), ..browser.clone() };
    server.authorization = Some(basic);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    server.post("/token", &fields, "").await
}

/// What userinfo answers to an access token.
pub async fn userinfo(browser: &Browser, token: &str) -> Page {
    let mut server = Browser { cookies: std::collections::BTreeMap::new(), ..browser.clone() };
    server.authorization = Some(format!("Bearer {token}"));
    server.open("/userinfo").await
}
