//! A house with two insurers, some clients and one member, and browsers that knock at it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::BodyExt as _;
use secrecy::SecretString;
use sekisho_base::{Digest, Language, Timestamp};
use sekisho_domain::factor::FactorKind;
use sekisho_domain::ids::{AccountId, MembershipId, SessionId};
use sekisho_domain::oidc::client::{Registration, SecretDigest};
use sekisho_domain::session::{Event, MembershipRef, Session};
use sekisho_idp::config::Config;
use sekisho_idp::flows::clients;
use sekisho_idp::flows::visitor::SESSION;
use sekisho_idp::startup;
use sekisho_idp::state::State;
use sekisho_idp::web::routes;
use sekisho_site::clock::MovableClock;
use sekisho_site::db::sql;
use sekisho_store::sessions;
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) const ISSUER: &str = "https://id.example.jp";
pub(crate) const CALLBACK: &str = "https://rp.example/cb";
pub(crate) const SECRET: &str = "a-secret-of-two-hundred-and-fifty-six-bits-";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The moment at which every test begins.
pub(crate) const BEGIN: Timestamp = Timestamp::from_seconds(1_795_224_276);

pub(crate) struct House {
    pub(crate) state: Arc<State>,
    clock: MovableClock,
    router: Router,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A browser with the cookies it was given.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) session: Option<Session>,
}

impl House {
    pub(crate) async fn open() -> Self {
        let clock = MovableClock::at(BEGIN);
        let state = startup::prepare(config(), Arc::new(clock.clone())).await.unwrap();
        clients::apply(&state, registrations(), &mut state.cx()).await.unwrap();
        let router = routes::router(&state);
        Self { state, clock, router }
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, uri: &str) -> Reply {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, uri: &str, form: &str) -> Reply {
        self.send(posted(uri, form)).await
    }

    /// Redeems a code as `rp` does.
    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        self.token(("rp", SECRET), &redemption(code)).await
    }

    pub(crate) async fn token(&self, client: (&str, &str), form: &str) -> Reply {
        let mut request = posted("/token", form);
        request.headers_mut().insert(AUTHORIZATION, basic(client).parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Reply {
        let request = Request::get("/userinfo").header(AUTHORIZATION, format!("Bearer {access_token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, count: &'static str) -> i64 {
        self.state.db.fetch_one(sql(count)).await.unwrap().get("n").unwrap()
    }

    /// A browser in which a new member of `aoba` has just signed in with these factors.
    pub(crate) async fn member(&self, factors: &[FactorKind]) -> Browser {
        let mut cx = self.state.cx();
        let account = AccountId::draw(&mut cx);
        let person = format!("P{}", cx.digits(9));
        let membership = MembershipRef {
            insurer: "aoba".parse().unwrap(),
            id: MembershipId::draw(&mut cx),
            person: person.parse().unwrap(),
        };
        let db = &self.state.db;
        let insert = "insert into accounts (id, language, created_at) values ($1, 'ja', 1)";
        db.execute(sql(insert).text(account)).await.unwrap();
        let insert = "insert into memberships (insurer, id, account, person_key, bound_at) values ('aoba', $1, $2, $3, 1)";
        db.execute(sql(insert).text(membership.id).text(account).bind(&person)).await.unwrap();
        let insert =
            "insert into contacts (account, kind, value, folded, proven_at) values ($1, 'email', $2, $2, 1)";
        db.execute(sql(insert).text(account).bind("shoko@example.jp")).await.unwrap();
        self.record(&person, &person, "insured", "健保　翔子").await;
        let mut browser = Browser::default();
        self.sign_in(&mut browser, (account, Some(membership)), factors).await;
        browser
    }

    /// Signs an account in, as a journey that arrived would.
    pub(crate) async fn sign_in(
        &self,
        browser: &mut Browser,
        (account, membership): (AccountId, Option<MembershipRef>),
        factors: &[FactorKind],
    ) {
        let mut cx = self.state.cx();
        let session = Session {
            id: SessionId::draw(&mut cx),
            account,
            membership,
            events: factors.iter().map(|factor| Event { at: cx.now, factor: *factor }).collect(),
            language: Language::Ja,
            created_at: cx.now,
            last_seen_at: cx.now,
            idle: Duration::from_hours(1),
            ends_at: cx.now + Duration::from_hours(24),
        };
        let cookie = cx.secret();
        let mut tx = self.state.db.begin().await.unwrap();
        let digest = Digest::of(SESSION, self.state.epoch, &cookie);
        sessions::insert(&mut tx, &session, digest, "test").await.unwrap();
        tx.commit().await.unwrap();
        browser.keep("__Host-sekisho-session", exposed(&cookie));
        browser.session = Some(session);
    }

    /// Inserts a member record of `aoba`.
    pub(crate) async fn record(&self, person: &str, household: &str, position: &str, name: &str) {
        let insert = "insert into members (insurer, person_key, household_key, insurer_number, establishment, symbol, \
             symbol_nz, number, number_nz, branch, position, class, relationship, kana, kana_fold, fold_version, name, \
             sex, birth_date, acquired_on, loss_reason, burden, language, suppressed, household_refused, former_marks, \
             content, imported_at) values ('aoba', $1, $2, '06999015', '', '91', '91', '200001', '200001', '00', $3, \
             'general', '01', 'ケンポ ショウコ', null, 1, $4, 'female', '2000-01-21', '2022-04-01', '', 3, 'ja', $5, $5, \
             '', $6, 1)";
        let insert =
            sql(insert).bind(person).bind(household).bind(position).bind(name).bind(false).bind(vec![0]);
        self.state.db.execute(insert).await.unwrap();
    }
}

impl Browser {
    pub(crate) fn keep(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    pub(crate) async fn get(&mut self, house: &House, uri: &str) -> Reply {
        let request = Request::get(uri).header(COOKIE, self.header()).body(Body::empty()).unwrap();
        self.receive(house.send(request).await)
    }

    /// Posts as a page of ours does.
    pub(crate) async fn post(&mut self, house: &House, uri: &str, form: &str) -> Reply {
        let mut request = posted(uri, form);
        request.headers_mut().insert(COOKIE, self.header().parse().unwrap());
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        self.receive(house.send(request).await)
    }

    /// The code of an authorization that needs nothing more.
    pub(crate) async fn code(&mut self, house: &House, changes: &[(&str, &str)]) -> String {
        let reply = self.get(house, &authorize(changes)).await;
        reply.answer("code").unwrap_or_else(|| panic!("no code: {} {:?}", reply.status, reply.location()))
    }

    fn header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn receive(&mut self, reply: Reply) -> Reply {
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.keep(name, value);
        }
        reply
    }
}

impl Reply {
    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).map(|value| value.to_str().unwrap())
    }

    /// A parameter of the redirect.
    pub(crate) fn answer(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(ISSUER).unwrap().join(self.location()?).unwrap();
        url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    /// The value of a hidden control.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let after = self.body.split_once(&format!("name=\"{name}\" value=\"")).expect("no such control").1;
        after.split_once('"').unwrap().0.replace("&#38;", "&").replace("&amp;", "&")
    }

    /// Status, headers and body, with what differs from run to run made equal.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("{}\n", self.status);
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !["x-request-id", "content-length"].contains(&name.as_str()))
            .collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            writeln!(shown, "{name}: {}", masked(value.to_str().unwrap())).unwrap();
        }
        format!("{shown}\n{}", masked(&self.body))
    }
}

/// Long opaque values become a dot each, short marks of files a hash sign.
fn masked(text: &str) -> String {
    let opaque = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let mut masked = String::new();
    let mut run = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(c) if opaque(c) => run.push(c),
            _ => {
                let digits = run.chars().filter(char::is_ascii_digit).count();
                let word = |run: &str| run.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c));
                match run.len() {
                    40.. if !word(&run) => masked.push('•'),
                    12 if digits > 0 && run.chars().all(|c| c.is_ascii_hexdigit()) => masked.push('#'),
                    _ => masked.push_str(&run),
                }
                run.clear();
                masked.extend(c);
            }
        }
    }
    masked
}

/// The address of a good request, with parameters set; an empty one is taken out.
pub(crate) fn authorize(changes: &[(&str, &str)]) -> String {
    let good = [
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid insurance"),
        ("state", "xyz"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let pairs =
        good.iter().filter(|(name, _)| !changed(name)).chain(changes).filter(|(_, value)| !value.is_empty());
    format!(
        "/authorize?{}",
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    )
}

pub(crate) fn redemption(code: &str) -> String {
    form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ])
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn posted(uri: &str, form: &str) -> Request<Body> {
    let request = Request::post(uri).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(form.to_owned())).unwrap()
}

pub(crate) fn basic((id, secret): (&str, &str)) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

fn exposed(secret: &SecretString) -> &str {
    secrecy::ExposeSecret::expose_secret(secret)
}

fn config() -> Config {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    toml::from_str(&format!(
        r#"
server = {{ issuer = "{ISSUER}", listen = "127.0.0.1:0" }}
database = {{ url = "sqlite::memory:" }}
secrets = {{ master_keys = "k1:{key}" }}
mail = {{ host = "localhost", port = 25, security = "none" }}
sms = {{ url = "https://sms.example.jp/", token = "t" }}
files = {{ insurers = "{root}/insurers", terms = "{root}/terms", clients = "{root}/clients.toml" }}
hashing = {{ workers = 1 }}
"#,
        key = STANDARD.encode([7; 32]),
    ))
    .unwrap()
}

pub(crate) fn registration(id: &str) -> Registration {
    let value = serde_json::json!({
        "id": id,
        "name": { "ja": "証明の窓口", "en": "Certificate desk" },
        "insurers": ["aoba"],
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "secret_sha256": SecretDigest::of(&SECRET.into()),
        "first_party": true,
        "scopes": ["openid", "profile", "email", "insurance"]
    });
    serde_json::from_value(value).unwrap()
}

/// `rp` is the house's own; `third` is another's; `public` keeps no secret; `app` runs on a device; `lax` may go without PKCE; `far` serves other
/// insurers only; `es256` has its ID tokens signed so.
fn registrations() -> Vec<Registration> {
    let altered = |id: &str, alter: fn(&mut Registration)| {
        let mut registration = registration(id);
        alter(&mut registration);
        registration
    };
    vec![
        registration("rp"),
        altered("third", |client| client.first_party = false),
        altered("public", |client| {
            client.token_endpoint_auth_method = sekisho_domain::oidc::client::AuthMethod::None;
            client.secret_sha256 = None;
        }),
        altered("app", |client| {
            client.application = sekisho_domain::oidc::client::Application::Native;
            client.token_endpoint_auth_method = sekisho_domain::oidc::client::AuthMethod::None;
            client.secret_sha256 = None;
            client.redirect_uris = vec!["http://127.0.0.1/cb".to_owned()];
            client.post_logout_redirect_uris.clear();
            client.sector = Some("app.example".to_owned());
        }),
        altered("lax", |client| client.pkce = sekisho_domain::oidc::client::Pkce::Optional),
        altered("far", |client| client.insurers = serde_json::from_str("[\"minato\"]").unwrap()),
        altered("es256", |client| client.id_token_signed_response_alg = sekisho_domain::jose::Alg::Es256),
    ]
}
